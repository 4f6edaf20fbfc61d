package dev.atr.cli;

/** The command line asks for something that can't be: the sentence says what to change. Exit code 2. */
final class UsageException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UsageException(String sentence) {
        super(sentence);
    }
}
