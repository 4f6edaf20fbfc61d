package dev.atr.requirements;

import java.io.IOException;
import java.io.Reader;
import java.util.ArrayList;
import java.util.List;

/** Reads comma-separated values as RFC 4180 has them; empty lines are left out. */
final class Csv {
    private final List<List<String>> records = new ArrayList<>();
    private final StringBuilder field = new StringBuilder();
    private List<String> fields = new ArrayList<>();
    private boolean afterQuote;

    private Csv() {}

    static List<List<String>> read(Reader in) throws IOException {
        Csv csv = new Csv();
        boolean quoted = false;
        for (int c = in.read(); c >= 0; c = in.read()) {
            if (c == '"') {
                // A doubled quote inside quotes leaves them and enters them again: only then is it text.
                if (!quoted && csv.afterQuote) {
                    csv.field.append('"');
                }
                csv.afterQuote = quoted;
                quoted = !quoted;
            } else if (quoted) {
                csv.field.append((char) c);
            } else if (c == ',') {
                csv.endField();
            } else if (c == '\n') {
                csv.endRecord();
            } else if (c != '\r') {
                csv.field.append((char) c);
            }
        }
        csv.endRecord();
        return List.copyOf(csv.records);
    }

    private void endField() {
        fields.add(field.toString());
        field.setLength(0);
        afterQuote = false;
    }

    private void endRecord() {
        endField();
        if (fields.size() > 1 || !fields.get(0).isBlank()) {
            records.add(List.copyOf(fields));
        }
        fields = new ArrayList<>();
    }
}
