package dev.atr.spring.boot.starter;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What was set up can't work. Says what is wrong, and what to do about it. */
final class SetupException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final String action;

    SetupException(String problem, String action, @Nullable Throwable cause) {
        super(problem + " " + action, cause);
        this.action = action;
    }

    static SetupException missing(String what, String action) {
        return new SetupException(what + " is missing.", action, null);
    }

    /** Returns a value that is required. */
    static <T> T require(@Nullable T value, String name, String action) {
        if (value == null || value.toString().isBlank()) {
            throw missing(name, action);
        }
        return value;
    }

    /** Makes something of what was set; whatever that refuses is said of the settings it came from. */
    static <T> T from(String settings, Supplier<T> maker) {
        try {
            return maker.get();
        } catch (IllegalArgumentException | IllegalStateException e) {
            throw new SetupException(settings + " can't be used: " + e.getMessage() + ".", "Correct the setting.", e);
        }
    }

    String action() {
        return action;
    }
}
