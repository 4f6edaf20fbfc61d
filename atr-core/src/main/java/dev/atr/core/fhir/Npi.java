package dev.atr.core.fhir;

import java.util.Optional;

/**
 * A national provider identifier: ten digits of which the last is a check digit (Luhn over {@code 80840} and the
 * number).
 *
 * @param value the ten digits
 * @see <a href="https://www.cms.gov/Regulations-and-Guidance/Administrative-Simplification/NationalProvIdentStand">CMS,
 *     National Provider Identifier Standard, check digit</a>
 */
public record Npi(String value) {
    private static final int LENGTH = 10;

    /** What the digits 80840 in front of the number add to the Luhn sum: 8 + 0 + 8 + 8 + 0, doubled ones included. */
    private static final int PREFIX_SUM = 24;

    /** Checks length and check digit. */
    public Npi {
        if (!isValid(value)) {
            throw new IllegalArgumentException("an NPI has ten digits, the last of them a valid check digit");
        }
    }

    /** Returns the identifier of a text; empty when the text is none. */
    public static Optional<Npi> parse(String text) {
        return isValid(text) ? Optional.of(new Npi(text)) : Optional.empty();
    }

    /** Returns whether the text has ten digits of which the last is the right check digit. */
    public static boolean isValid(String text) {
        return text.length() == LENGTH
                && text.chars().allMatch(c -> c >= '0' && c <= '9')
                && text.charAt(LENGTH - 1) - '0' == checkDigit(text);
    }

    /**
     * Completes nine digits with their check digit.
     *
     * @param first nine digits as a number, 0 to 999 999 999
     */
    public static Npi ofFirstNine(int first) {
        if (first < 0 || first > 999_999_999) {
            throw new IllegalArgumentException("an NPI has nine digits before the check digit");
        }
        String digits = String.valueOf(1_000_000_000L + first).substring(1);
        return new Npi(digits + checkDigit(digits));
    }

    /** Luhn: seen from the check digit leftwards, every second digit counts double, with the digits of that added. */
    private static int checkDigit(String digits) {
        int sum = PREFIX_SUM;
        for (int i = 0; i < LENGTH - 1; i++) {
            int digit = digits.charAt(i) - '0';
            int weighted = i % 2 == 0 ? 2 * digit : digit;
            sum += weighted > 9 ? weighted - 9 : weighted;
        }
        return (10 - sum % 10) % 10;
    }

    /** Returns the name of the type only: which numbers are exchanged is nobody else's business. */
    @Override
    public String toString() {
        return "Npi";
    }
}
