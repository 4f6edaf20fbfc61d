package dev.atr.auth.internal;

import dev.atr.http.Origin;
import java.net.URI;

/** Which addresses an operator may choose for what credentials, tokens or keys go through. */
public final class SecureAddress {
    private SecureAddress() {}

    /**
     * Returns the origin of the address.
     *
     * @param what what is there, for the message
     * @throws IllegalArgumentException when it is neither https nor http at a loopback address, or holds user info
     */
    public static Origin check(String what, URI address) {
        Origin origin;
        try {
            origin = Origin.of(address);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(what + ": " + e.getMessage(), e);
        }
        if (!origin.isSecure()) {
            throw new IllegalArgumentException(what + ": must be https, or http at a loopback address");
        }
        return origin;
    }
}
