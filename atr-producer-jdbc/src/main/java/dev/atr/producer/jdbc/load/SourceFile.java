package dev.atr.producer.jdbc.load;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * A file to load.
 *
 * @param path where it is
 * @param form how it is written
 * @param rank its place in the order of loading
 */
record SourceFile(Path path, Form form, int rank) {
    private static final int SNIFFED = 512;

    /** How a file is written. */
    enum Form {
        JSON,
        NDJSON,
        NDJSON_GZIP,
        XML,
        UNKNOWN;

        ByteSource source(Path path) {
            return this == NDJSON_GZIP ? ByteSource.ofGzipFile(path) : ByteSource.ofFile(path);
        }
    }

    /**
     * Looks at a file.
     *
     * @throws IOException when it can't be read
     */
    static SourceFile of(Path path) throws IOException {
        Form form = form(path);
        if (form == Form.UNKNOWN) {
            return new SourceFile(path, form, -1);
        }
        try (InputStream in = form.source(path).open(0)) {
            return new SourceFile(path, form, TypeScan.rank(in, form == Form.XML));
        }
    }

    ByteSource source() {
        return form.source(path);
    }

    private static Form form(Path path) throws IOException {
        String name = String.valueOf(path.getFileName()).toLowerCase(Locale.ROOT);
        if (name.endsWith(".ndjson.gz")) {
            return Form.NDJSON_GZIP;
        }
        if (name.endsWith(".ndjson")) {
            return Form.NDJSON;
        }
        return switch (firstCharacter(path)) {
            case '{' -> Form.JSON;
            case '<' -> Form.XML;
            default -> Form.UNKNOWN;
        };
    }

    private static char firstCharacter(Path path) throws IOException {
        byte[] start;
        try (InputStream in = Files.newInputStream(path)) {
            start = in.readNBytes(SNIFFED);
        }
        for (byte b : start) {
            boolean passed = b == ' ' || b == '\t' || b == '\r' || b == '\n';
            // The bytes of a byte order mark are negative; whether it may stand there is the reader's decision
            if (!passed && b > 0) {
                return (char) b;
            }
        }
        return 0;
    }
}
