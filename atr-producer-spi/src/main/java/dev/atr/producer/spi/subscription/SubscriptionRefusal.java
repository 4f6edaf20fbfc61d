package dev.atr.producer.spi.subscription;

import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A request about a Subscription that is not done. The message says what to change and holds no submitted value. */
public final class SubscriptionRefusal extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Reason reason;
    private final @Nullable String expression;

    /**
     * Creates a refusal.
     *
     * @param reason why
     * @param text what is wrong and what to change
     * @param expression the element at fault; absent when it is not about one
     */
    public SubscriptionRefusal(Reason reason, String text, @Nullable String expression) {
        super(text, null, false, false);
        this.reason = Objects.requireNonNull(reason, "reason");
        this.expression = expression;
    }

    /** Returns why. */
    public Reason reason() {
        return reason;
    }

    /** Returns what is wrong and what to change. */
    public String text() {
        return Objects.requireNonNull(getMessage());
    }

    /** Returns the element at fault; empty when it is not about one. */
    public Optional<String> expression() {
        return Optional.ofNullable(expression);
    }

    /** Why a request is not done. */
    public enum Reason {
        /** It is not a Subscription, or not well formed. */
        INVALID,
        /** It asks for what is not served: another topic, channel, payload or filter, an endpoint that may not be called. */
        NOT_SERVED,
        /** There is no such list that the client may subscribe to (C-55). */
        LIST,
        /** Somebody changed it meanwhile, or it has another version than the client says. */
        VERSION,
        /** The client has as many Subscriptions as it may. */
        TOO_MANY
    }
}
