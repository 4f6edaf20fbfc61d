package dev.atr.consumer.peer;

import dev.atr.core.fhir.SubscriptionStatus;
import java.util.Objects;

/**
 * How a Producer wants Subscriptions written, where the sources disagree. Immutable.
 *
 * @param filter how the list is named (C-57)
 * @param initialStatus the status of a new Subscription, {@code active} or {@code requested} (C-59)
 */
public record SubscriptionOptions(Filter filter, SubscriptionStatus initialStatus) {
    /** As the ATR guide says: {@code Group/[id]}, and {@code active}. */
    public static final SubscriptionOptions DEFAULT =
            new SubscriptionOptions(Filter.REFERENCE, SubscriptionStatus.ACTIVE);

    /**
     * Checks the status.
     *
     * @throws IllegalArgumentException when it is none to begin with
     */
    public SubscriptionOptions {
        Objects.requireNonNull(filter, "filter");
        if (!initialStatus.isLive()) {
            throw new IllegalArgumentException("initialStatus: active or requested");
        }
    }

    /** How a list is named. */
    public enum Filter {
        /** {@code Group/[id]}, as the ATR guide says. */
        REFERENCE,
        /** {@code Group?_id=[id]}, as the Backport guide's examples are. */
        SEARCH
    }
}
