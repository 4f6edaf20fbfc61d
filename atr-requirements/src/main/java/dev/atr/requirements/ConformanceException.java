package dev.atr.requirements;

import java.io.Serial;

/** The annotations, the notes and the list disagree; the message says where, in one sentence. */
final class ConformanceException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1;

    ConformanceException(String message) {
        super(message);
    }
}
