package dev.atr.cli;

import dev.atr.core.json.JsonValue;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Where a command speaks: results on standard output, sentences on standard error.
 *
 * @param out results
 * @param err sentences about progress and failures
 * @param isTerminal whether a person looks at it
 */
record Console(PrintStream out, PrintStream err, boolean isTerminal) {
    /** Returns the text without control characters: what a peer sends must not steer a terminal. */
    static String printable(String text) {
        return text.replaceAll("\\p{Cntrl}", " ");
    }

    /** Prints JSON on one line. */
    void json(JsonValue value) {
        out.println(new String(value.toBytes(), StandardCharsets.UTF_8));
    }

    /** Prints rows in aligned columns, the first row as heading. */
    void table(List<List<String>> rows) {
        List<Integer> widths = new ArrayList<>();
        for (List<String> row : rows) {
            for (int column = 0; column < row.size(); column++) {
                int width = row.get(column).length();
                if (column == widths.size()) {
                    widths.add(width);
                } else {
                    widths.set(column, Math.max(widths.get(column), width));
                }
            }
        }
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int column = 0; column < row.size(); column++) {
                String cell = row.get(column);
                line.append(cell).append(" ".repeat(widths.get(column) - cell.length() + 2));
            }
            out.println(line.toString().stripTrailing());
        }
    }
}
