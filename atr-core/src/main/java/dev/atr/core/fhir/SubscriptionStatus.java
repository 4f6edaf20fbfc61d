package dev.atr.core.fhir;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** The status of a Subscription, as FHIR R4 names it. */
public enum SubscriptionStatus {
    /** Its endpoint has not answered a handshake yet. */
    REQUESTED,
    /** Events are sent. */
    ACTIVE,
    /** Sending failed for good; the owner may ask for it again. */
    ERROR,
    /** Nothing is sent until the owner asks for it again. */
    OFF;

    /** Returns the wire text. */
    public String code() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Returns the status of a wire text; empty when it is none. */
    public static Optional<SubscriptionStatus> of(String code) {
        return Arrays.stream(values())
                .filter(status -> status.code().equals(code))
                .findFirst();
    }

    /** Returns whether there is something to send, now or later. */
    public boolean isLive() {
        return this == REQUESTED || this == ACTIVE;
    }
}
