package dev.atr.requirements;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The reasons kept by hand for requirements that no test shows: {@code id,status,reason}. */
record ConformanceNotes(Map<String, Note> byId) {
    record Note(Status status, String reason) {}

    ConformanceNotes {
        byId = Map.copyOf(byId);
    }

    /** Reads the file; without one there are no notes. */
    static ConformanceNotes read(Path file, RequirementList requirements) throws IOException {
        Map<String, Note> notes = new HashMap<>();
        if (Files.exists(file)) {
            List<List<String>> records;
            try (Reader in = Files.newBufferedReader(file)) {
                records = Csv.read(in);
            }
            for (List<String> fields : records.subList(1, records.size())) {
                if (fields.size() != 3) {
                    throw new ConformanceException(
                            file.getFileName() + ": expected id,status,reason, got " + fields + ".");
                }
                String id = fields.get(0);
                if (!requirements.has(id)) {
                    throw new ConformanceException(
                            file.getFileName() + " has a note on " + id + ", which is not in the requirement list.");
                }
                if (notes.put(id, new Note(status(file, id, fields.get(1)), fields.get(2))) != null) {
                    throw new ConformanceException(file.getFileName() + " has two notes on " + id + ".");
                }
            }
        }
        return new ConformanceNotes(notes);
    }

    private static Status status(Path file, String id, String text) {
        for (Status status : List.of(Status.NOT_AUTOMATED, Status.NOT_APPLICABLE)) {
            if (status.text().equals(text)) {
                return status;
            }
        }
        throw new ConformanceException(file.getFileName() + " gives " + id + " the status '" + text
                + "'; a note may say 'not automated' or 'not applicable'.");
    }
}
