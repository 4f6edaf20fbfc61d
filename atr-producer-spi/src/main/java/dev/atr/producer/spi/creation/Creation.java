package dev.atr.producer.spi.creation;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What became of a creation.
 *
 * @param kind what happened
 * @param content what there is now; present when it was created or existed
 * @param reason why the payer declined, for the Consumer's people and without member data; present then
 * @param <T> what is created
 */
public record Creation<T>(
        Kind kind, @Nullable T content, @Nullable String reason) {
    /** What happened. */
    public enum Kind {
        /** It was created. */
        CREATED,
        /** Nothing was created: one thing fits the client's condition already. */
        EXISTS,
        /** Nothing was created: several things fit the client's condition. */
        SEVERAL_EXIST,
        /** Nothing was created: the payer declined. */
        DECLINED
    }

    /** Checks that the parts agree. */
    public Creation {
        boolean there = kind == Kind.CREATED || kind == Kind.EXISTS;
        if (there != (content != null) || (kind == Kind.DECLINED) != (reason != null)) {
            throw new IllegalArgumentException("content goes with what is there, a reason with what was declined");
        }
    }

    /** Returns that it was created. */
    public static <T> Creation<T> created(T content) {
        return new Creation<>(Kind.CREATED, content, null);
    }

    /** Returns that one thing fits the client's condition already. */
    public static <T> Creation<T> exists(T content) {
        return new Creation<>(Kind.EXISTS, content, null);
    }

    /** Returns that several things fit the client's condition. */
    public static <T> Creation<T> severalExist() {
        return new Creation<>(Kind.SEVERAL_EXIST, null, null);
    }

    /** Returns that the payer declined. */
    public static <T> Creation<T> declined(String reason) {
        return new Creation<>(Kind.DECLINED, null, Objects.requireNonNull(reason, "reason"));
    }

    /** Returns the kind only: content and reason may be member data. */
    @Override
    public String toString() {
        return "Creation[" + kind + "]";
    }
}
