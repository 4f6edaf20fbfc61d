package dev.atr.producer.internal.export;

/** An export can't go on. The message is for the client: it names rule and resource type, and holds no content. */
final class ExportFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ExportFailure(String message) {
        super(message);
    }
}
