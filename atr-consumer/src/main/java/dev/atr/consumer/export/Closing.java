package dev.atr.consumer.export;

import java.io.IOException;
import java.io.InputStream;

/** Closes what was only read: a failure to close it changes nothing about what was read. */
final class Closing {
    private Closing() {}

    static void quietly(InputStream stream) {
        try {
            stream.close();
        } catch (IOException ignored) {
            // The connection is gone either way.
        }
    }
}
