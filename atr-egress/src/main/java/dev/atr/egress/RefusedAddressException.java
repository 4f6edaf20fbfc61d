package dev.atr.egress;

import java.net.UnknownHostException;

/** A connection was refused by the rules, before a byte went out. Of a kind that a resolver may throw. */
final class RefusedAddressException extends UnknownHostException {
    private static final long serialVersionUID = 1;

    /** Takes the reason that {@link AddressRules#refusal} gave. */
    RefusedAddressException(String reason) {
        super("the host has an address that may not be called: " + reason);
    }
}
