package dev.atr.cli;

/** Files or data are not as they must be: the sentence says which and why. Exit code 5. */
final class DataException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    DataException(String sentence) {
        super(sentence);
    }
}
