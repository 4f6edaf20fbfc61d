package dev.atr.consumer.export;

import org.jspecify.annotations.Nullable;

/**
 * A file whose transfer was broken off, or is under way: what the Producer must still have for it to go on. The bytes that
 * came are in the folder, as they came.
 *
 * @param name the name that the file will have
 * @param etag the strong validator of what is sent, in quotes
 * @param gzip whether that is gzip
 * @param total its length; absent when the Producer has not said
 */
record PartialFile(
        String name, String etag, boolean gzip, @Nullable Long total) {
    /** Returns under which name the bytes are kept that came; {@code .part} follows. */
    String storedName() {
        return storedName(name, gzip);
    }

    static String storedName(String name, boolean gzip) {
        return gzip ? name + ".gz" : name;
    }
}
