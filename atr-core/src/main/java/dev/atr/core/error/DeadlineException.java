package dev.atr.core.error;

/** Our own wait ended; the Producer's job goes on and can be resumed. */
public final class DeadlineException extends AtrException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param message what was waited for, and how long
     */
    public DeadlineException(String message) {
        super(message, null);
    }

    @Override
    public boolean isRetryable() {
        return true;
    }
}
