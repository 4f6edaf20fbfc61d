package dev.atr.core.rules;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Collects violations in bounded memory: of each rule and severity the first {@link #KEPT_PER_RULE} with their places,
 * and of all the number. A list of five million rows that all break the same rule makes a short report. For one thread.
 */
public final class RuleReport implements Consumer<RuleViolation> {
    /** Most violations of one rule and severity that are kept word for word: 20, enough to see the pattern. */
    public static final int KEPT_PER_RULE = 20;

    private final List<RuleViolation> kept = new ArrayList<>();
    private final Map<String, Long> counts = new TreeMap<>();
    private final Map<String, Integer> keptErrors = new HashMap<>();
    private final Map<String, Integer> keptWarnings = new HashMap<>();
    private long errors;

    @Override
    public void accept(RuleViolation violation) {
        counts.merge(violation.rule(), 1L, Long::sum);
        Map<String, Integer> keptOf = violation.isError() ? keptErrors : keptWarnings;
        if (keptOf.merge(violation.rule(), 1, RuleReport::addUpToLimit) <= KEPT_PER_RULE) {
            kept.add(violation);
        }
        if (violation.isError()) {
            errors++;
        }
    }

    /** Returns whether nothing of severity error was found. */
    public boolean isAcceptable() {
        return errors == 0;
    }

    /** Returns the violations kept, in the order found. */
    public List<RuleViolation> violations() {
        return List.copyOf(kept);
    }

    /** Returns how often each rule was broken, those not kept included; rules in alphabetical order. */
    public Map<String, Long> counts() {
        return Collections.unmodifiableMap(new TreeMap<>(counts));
    }

    /** Returns how many violations are errors, those not kept included. */
    public long errors() {
        return errors;
    }

    /** Counts one past the limit at most, so that it can't wrap around. */
    private static int addUpToLimit(int count, int one) {
        return Math.min(count + one, KEPT_PER_RULE + 1);
    }
}
