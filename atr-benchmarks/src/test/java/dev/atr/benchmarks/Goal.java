package dev.atr.benchmarks;

import java.util.Locale;

/**
 * A figure that is to be reached.
 *
 * @param what what is compared with what
 * @param value what was measured
 * @param bound what is to be reached; NaN when nothing is
 * @param stretch what would be better still; NaN when nothing is
 * @param most whether the value is to be at most the bound, or at least
 * @param unit what stands behind the numbers
 */
record Goal(String what, double value, double bound, double stretch, boolean most, String unit) {
    /** Returns a ratio that may be at most so large. */
    static Goal atMost(String what, double value, double bound, double stretch) {
        return new Goal(what, value, bound, stretch, true, " ×");
    }

    /** Returns a ratio that must be at least so large. */
    static Goal atLeast(String what, double value, double bound, double stretch) {
        return new Goal(what, value, bound, stretch, false, " ×");
    }

    /** Returns the row of the table. */
    String row() {
        return "| " + what + " | " + number(value) + unit + " | " + limit(bound) + " | " + limit(stretch) + " | "
                + verdict() + " |";
    }

    private String limit(double limit) {
        return Double.isNaN(limit) ? "–" : (most ? "≤ " : "≥ ") + number(limit) + unit;
    }

    private String verdict() {
        if (reaches(stretch)) {
            return "better still";
        }
        if (Double.isNaN(bound)) {
            return "not there yet";
        }
        return reaches(bound) ? "reached" : "**missed**";
    }

    /** Returns whether a limit is met; NaN never is. */
    private boolean reaches(double limit) {
        return most ? value <= limit : value >= limit;
    }

    /** Returns a number with three digits that count. */
    static String number(double value) {
        if (value == 0) {
            return "–";
        }
        if (value >= 100) {
            return String.format(Locale.ROOT, "%,.0f", value).replace(',', '\u00a0');
        }
        int decimals = 2 - (int) Math.floor(Math.log10(Math.abs(value)));
        return String.format(Locale.ROOT, "%." + decimals + "f", value).replaceFirst("\\.?0+$", "");
    }
}
