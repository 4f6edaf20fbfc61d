package dev.atr.producer.spi.creation;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What became of a deletion.
 *
 * @param kind what happened
 * @param reason why the payer declined, for the Consumer's people and without member data; present then
 */
public record Deletion(Kind kind, @Nullable String reason) {
    /** It was deleted. */
    public static final Deletion DELETED = new Deletion(Kind.DELETED, null);

    /** It had been deleted before. */
    public static final Deletion ALREADY_DELETED = new Deletion(Kind.ALREADY_DELETED, null);

    /** There is none, as far as the caller may know. */
    public static final Deletion UNKNOWN = new Deletion(Kind.UNKNOWN, null);

    /** It has another version than the client asked for. */
    public static final Deletion OTHER_VERSION = new Deletion(Kind.OTHER_VERSION, null);

    /** What happened. */
    public enum Kind {
        /** It was deleted. */
        DELETED,
        /** Nothing to do: it had been deleted before. */
        ALREADY_DELETED,
        /** Nothing was deleted: there is none, as far as the caller may know. */
        UNKNOWN,
        /** Nothing was deleted: it has another version than the client asked for. */
        OTHER_VERSION,
        /** Nothing was deleted: the payer declined. */
        DECLINED
    }

    /** Checks that the parts agree. */
    public Deletion {
        if ((kind == Kind.DECLINED) != (reason != null)) {
            throw new IllegalArgumentException("a reason goes with what was declined");
        }
    }

    /** Returns that the payer declined. */
    public static Deletion declined(String reason) {
        return new Deletion(Kind.DECLINED, Objects.requireNonNull(reason, "reason"));
    }

    /** Returns the kind only. */
    @Override
    public String toString() {
        return "Deletion[" + kind + "]";
    }
}
