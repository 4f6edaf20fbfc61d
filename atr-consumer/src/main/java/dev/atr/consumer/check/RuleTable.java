package dev.atr.consumer.check;

import dev.atr.consumer.check.Rule.Level;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** The rules that a check knows: each with why it is not looked at, where it is not. */
final class RuleTable {
    /**
     * One rule.
     *
     * @param rule the rule
     * @param notLookedAt why a check leaves it; empty when it looks
     */
    record Entry(Rule rule, String notLookedAt) {}

    private RuleTable() {}

    /** Reads the table: a line each, with number, level, text and reason between tabs. */
    static List<Entry> read() {
        try (InputStream table = RuleTable.class.getResourceAsStream("rules.tsv")) {
            List<Entry> entries = new ArrayList<>();
            byte[] bytes = Objects.requireNonNull(table, "rules.tsv").readAllBytes();
            for (String line : new String(bytes, StandardCharsets.UTF_8).lines().toList()) {
                String[] cells = line.split("\t", -1);
                entries.add(new Entry(new Rule(cells[0], Level.valueOf(cells[1]), cells[2]), cells[3]));
            }
            return entries;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
