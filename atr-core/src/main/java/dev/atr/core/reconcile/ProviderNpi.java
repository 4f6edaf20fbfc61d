package dev.atr.core.reconcile;

import dev.atr.core.fhir.Npi;
import java.util.regex.Pattern;

/**
 * A provider's NPI as somebody wrote it: ten digits, whose check digit is not looked at, since peers hold numbers in which
 * it is wrong and mean a provider all the same (C-25, C-78).
 *
 * @param digits ten digits
 */
public record ProviderNpi(String digits) {
    private static final Pattern SHAPE = Pattern.compile("[0-9]{10}");

    /** Checks the shape. */
    public ProviderNpi {
        if (!SHAPE.matcher(digits).matches()) {
            throw new IllegalArgumentException("an NPI has ten digits");
        }
    }

    /** Returns a checked number. */
    public static ProviderNpi of(Npi npi) {
        return new ProviderNpi(npi.value());
    }

    /** Returns the name of the type only: which numbers are exchanged is nobody else's business. */
    @Override
    public String toString() {
        return "ProviderNpi";
    }
}
