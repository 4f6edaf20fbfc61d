package dev.atr.egress;

import java.net.UnknownHostException;

/** A connection was refused by the rules, before a byte went out. Of a kind that a resolver may throw. */
final class RefusedAddressException extends UnknownHostException {
    private static final long serialVersionUID = 1;

    private final String words;

    /** Takes the reason that {@link AddressRules#refusal} gave. */
    RefusedAddressException(String reason) {
        this.words = "the host has an address that may not be called: " + reason;
    }

    String words() {
        return words;
    }

    @Override
    public String getMessage() {
        return words;
    }
}
