package dev.atr.cli;

import dev.atr.http.Origin;
import java.net.URI;
import java.net.URISyntaxException;
import picocli.CommandLine.TypeConversionException;

/** The addresses that options name: https, or plain http on this machine. */
final class WebAddress {
    private WebAddress() {}

    /** Reads the value of an option. */
    static URI convert(String text) {
        try {
            return new URI(text);
        } catch (URISyntaxException e) {
            throw new TypeConversionException(
                    "expected an address such as https://payer.example but was '" + text + "'");
        }
    }

    /**
     * Checks who may be spoken to at an address.
     *
     * @param option the option that names it, for the message
     * @throws UsageException when it is no web address, or plain http to another machine
     */
    static void requireSafe(String option, URI address) {
        Origin origin;
        try {
            origin = Origin.of(address);
        } catch (IllegalArgumentException e) {
            throw new UsageException(
                    option + " takes an address such as https://payer.example: " + e.getMessage() + ".");
        }
        if (!origin.isSecure()) {
            throw new UsageException(option + ": plain http is for loopback addresses only; use https.");
        }
    }

    /**
     * Returns the address below which something is served, without slashes at its end.
     *
     * @param option the option that names it, for the message
     * @throws UsageException when it is none, plain http to another machine, or holds more than a path
     */
    static URI base(String option, URI address) {
        requireSafe(option, address);
        if (address.getRawQuery() != null || address.getRawFragment() != null) {
            throw new UsageException(option + " takes an address without query and fragment.");
        }
        return URI.create(address.toString().replaceAll("/+$", ""));
    }
}
