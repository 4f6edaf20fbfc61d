package dev.atr.core.bulk;

import java.io.IOException;
import java.io.OutputStream;

/**
 * Writes NDJSON: a line a resource, each with its LF. Every line goes straight to the stream, which should be buffered
 * and is the caller's to flush and close. For one thread.
 */
public final class NdjsonWriter {
    private final OutputStream out;
    private long count;

    /**
     * Creates a writer.
     *
     * @param out where the lines go
     */
    public NdjsonWriter(OutputStream out) {
        this.out = out;
    }

    /**
     * Writes one line.
     *
     * @param json one JSON value without line breaks
     * @throws IllegalArgumentException when it holds a line break, before anything is written
     * @throws IOException when the stream fails
     */
    public void line(byte[] json) throws IOException {
        if (LineBreaks.in(json)) {
            throw new IllegalArgumentException("a line of NDJSON holds no line break");
        }
        out.write(json);
        out.write('\n');
        count++;
    }

    /** Returns the number of lines written. */
    public long count() {
        return count;
    }
}
