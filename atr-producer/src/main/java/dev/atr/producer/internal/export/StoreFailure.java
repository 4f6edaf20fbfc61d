package dev.atr.producer.internal.export;

import java.io.IOException;

/** The store of files failed; told apart from an exception of the same kind that a payer's system throws undeclared. */
final class StoreFailure extends IOException {
    private static final long serialVersionUID = 1L;

    StoreFailure(IOException cause) {
        super(cause);
    }
}
