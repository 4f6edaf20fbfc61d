package dev.atr.producer.jdbc.load;

import dev.atr.core.fhir.OperationOutcome.Severity;
import dev.atr.core.rules.RuleViolation;
import org.jspecify.annotations.Nullable;

/**
 * Something that is wrong in a file.
 *
 * @param severity {@link Severity#ERROR} refuses the file, {@link Severity#WARNING} does not
 * @param rule the rule that is broken, for example {@code ATR-MDL-046}; absent when the file can't be read as FHIR at all
 * @param place where: line or entry, type and logical id of the resource, element; may be empty. It is meant for whoever
 *     owns the file, and for nobody's log: a logical id may be member data
 * @param text what is wrong and what to change; holds no member data
 */
public record LoadProblem(Severity severity, @Nullable String rule, String place, String text) {
    static LoadProblem error(String place, String text) {
        return new LoadProblem(Severity.ERROR, null, place, text);
    }

    static LoadProblem warning(String place, String text) {
        return new LoadProblem(Severity.WARNING, null, place, text);
    }

    static LoadProblem of(RuleViolation violation, String in) {
        return new LoadProblem(violation.severity(), violation.rule(), join(in, violation.place()), violation.text());
    }

    /** Returns whether this refuses the file. */
    public boolean isError() {
        return severity == Severity.ERROR || severity == Severity.FATAL;
    }

    /** Returns one line for whoever owns the file. */
    public String describe() {
        String what = severity.code() + (rule == null ? "" : " " + rule);
        return join(place.isEmpty() ? what : what + " at " + place, text);
    }

    /** Returns severity and rule only. */
    @Override
    public String toString() {
        return severity.code() + (rule == null ? "" : " " + rule);
    }

    private static String join(String first, String second) {
        return first.isEmpty() ? second : second.isEmpty() ? first : first + ": " + second;
    }
}
