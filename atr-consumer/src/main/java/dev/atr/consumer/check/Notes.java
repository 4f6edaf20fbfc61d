package dev.atr.consumer.check;

import dev.atr.consumer.check.Finding.Outcome;
import dev.atr.core.rules.RuleViolation;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What was seen so far. Of a rule that was looked at in several places the worst counts. For one thread. */
final class Notes {
    private static final String NO_OCCASION = "nothing to see it by";
    private static final String NO_EXPORT = "shows only in what is exported, and exports were left out";

    private final Map<String, RuleTable.Entry> rules = new LinkedHashMap<>();
    private final Map<String, Finding> findings = new LinkedHashMap<>();

    Notes() {
        RuleTable.read().forEach(entry -> rules.put(entry.rule().id(), entry));
    }

    /** Notes whether a rule is kept. */
    void expect(String id, boolean kept, String ifBroken) {
        if (kept) {
            conforms(id);
        } else {
            broken(id, ifBroken);
        }
    }

    void conforms(String id) {
        note(id, Outcome.CONFORMS, "");
    }

    void broken(String id, String text) {
        note(id, Outcome.BROKEN, text);
    }

    void doubtful(String id, String text) {
        note(id, Outcome.DOUBTFUL, text);
    }

    void notLookedAt(String why, String... ids) {
        for (String id : ids) {
            note(id, Outcome.NOT_LOOKED_AT, why);
        }
    }

    /** Notes what the rules of content found; those that cite a decision of ours instead of a requirement don't count. */
    void violation(RuleViolation violation) {
        if (rules.containsKey(violation.rule())) {
            note(
                    violation.rule(),
                    violation.isError() ? Outcome.BROKEN : Outcome.DOUBTFUL,
                    violation.place().replaceAll("\\[\\d+]", "[]") + ": " + violation.text());
        }
    }

    private void note(String id, Outcome outcome, String text) {
        RuleTable.Entry entry = rules.get(id);
        if (entry == null) {
            throw new IllegalArgumentException("no rule " + id);
        }
        findings.merge(
                id,
                new Finding(entry.rule(), outcome, text),
                (before, now) -> now.outcome().compareTo(before.outcome()) < 0 ? now : before);
    }

    /**
     * Returns a finding for every rule.
     *
     * @param stopped what could not be looked at to its end; empty when all was
     * @param exported whether exports were looked at
     */
    CheckReport report(String stopped, boolean exported) {
        String occasion = exported ? NO_OCCASION : NO_EXPORT;
        String usual = stopped.isEmpty() ? occasion : stopped;
        List<Finding> all = new ArrayList<>();
        rules.forEach((id, entry) -> {
            String why = entry.notLookedAt().isEmpty() ? usual : entry.notLookedAt();
            all.add(findings.getOrDefault(id, new Finding(entry.rule(), Outcome.NOT_LOOKED_AT, why)));
        });
        return new CheckReport(all);
    }
}
