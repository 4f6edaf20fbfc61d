package dev.atr.core.rules;

import dev.atr.core.fhir.OperationOutcome.Severity;

/**
 * A rule that is broken at one place. Holds no member data: neither ids nor names nor any value that was found, so it
 * may be shown and logged.
 *
 * @param rule the requirement ({@code ATR-MDL-046}) or the decision on an unclear passage ({@code C-78}) behind it
 * @param severity {@link Severity#ERROR} when the content must not be published like this, {@link Severity#WARNING}
 *     when it may
 * @param place the element, for example {@code Group.member[3].extension(changeType)}; rows count from 0 as FHIRPath
 *     does
 * @param text what is wrong and what to change
 */
public record RuleViolation(String rule, Severity severity, String place, String text) {
    static RuleViolation error(String rule, String place, String text) {
        return new RuleViolation(rule, Severity.ERROR, place, text);
    }

    static RuleViolation warning(String rule, String place, String text) {
        return new RuleViolation(rule, Severity.WARNING, place, text);
    }

    /** Returns whether the content must not be published like this. */
    public boolean isError() {
        return severity == Severity.ERROR || severity == Severity.FATAL;
    }

    /** Returns one line for people. */
    @Override
    public String toString() {
        return severity.code() + " " + rule + " at " + place + ": " + text;
    }
}
