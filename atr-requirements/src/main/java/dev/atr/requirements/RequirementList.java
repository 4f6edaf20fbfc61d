package dev.atr.requirements;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/** The numbered requirements, in the order of the list. */
record RequirementList(List<Row> rows) {
    /** One rule in our own words; {@code level} is RFC 2119's word, or INFO. */
    record Row(String id, String role, String level, String area, String text) {}

    RequirementList {
        rows = List.copyOf(rows);
        Set<String> ids = new HashSet<>();
        for (Row row : rows) {
            if (!ids.add(row.id())) {
                throw new IllegalArgumentException("requirements.csv numbers two requirements " + row.id() + ".");
            }
        }
    }

    /** The list that this module carries. */
    static RequirementList carried() throws IOException {
        try (Reader in = new BufferedReader(new InputStreamReader(
                Objects.requireNonNull(RequirementList.class.getResourceAsStream("requirements.csv")),
                StandardCharsets.UTF_8))) {
            return read(in);
        }
    }

    static RequirementList read(Reader in) throws IOException {
        List<Row> rows = new ArrayList<>();
        List<List<String>> records = Csv.read(in);
        for (List<String> fields : records.subList(1, records.size())) {
            if (fields.size() != 5) {
                throw new IllegalArgumentException("requirements.csv: expected 5 fields, got " + fields + ".");
            }
            rows.add(new Row(fields.get(0), fields.get(1), fields.get(2), fields.get(3), fields.get(4)));
        }
        return new RequirementList(rows);
    }

    boolean has(String id) {
        return rows.stream().anyMatch(row -> row.id().equals(id));
    }
}
