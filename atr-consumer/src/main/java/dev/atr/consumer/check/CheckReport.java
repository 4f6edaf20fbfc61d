package dev.atr.consumer.check;

import dev.atr.consumer.check.Finding.Outcome;
import java.util.List;

/**
 * What a check saw: a finding for each rule that can be seen from outside. Immutable.
 *
 * @param findings by the number of the rule
 */
public record CheckReport(List<Finding> findings) {
    /** Copies the findings. */
    public CheckReport {
        findings = List.copyOf(findings);
    }

    /** Returns whether no {@code SHALL} is broken, as far as was looked. */
    public boolean isConformant() {
        return findings.stream()
                .noneMatch(finding ->
                        finding.outcome() == Outcome.BROKEN && finding.rule().level() == Rule.Level.SHALL);
    }

    /** Returns the findings of one outcome. */
    public List<Finding> of(Outcome outcome) {
        return findings.stream().filter(finding -> finding.outcome() == outcome).toList();
    }

    /**
     * Returns the finding of one rule.
     *
     * @throws IllegalArgumentException when the check knows no such rule
     */
    public Finding of(String id) {
        return findings.stream()
                .filter(finding -> finding.rule().id().equals(id))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no rule " + id));
    }
}
