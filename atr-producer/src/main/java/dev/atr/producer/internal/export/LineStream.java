package dev.atr.producer.internal.export;

import java.io.IOException;
import java.io.OutputStream;

/** Where the lines of a resource type go. What is written belongs to the line at hand, until it is ended. For one thread. */
public abstract class LineStream extends OutputStream {
    /** For subclasses. */
    protected LineStream() {}

    /**
     * Ends a line.
     *
     * @throws IOException when writing fails
     */
    public abstract void endLine() throws IOException;
}
