package dev.atr.consumer.export;

import dev.atr.core.bulk.NdjsonReader;
import dev.atr.core.error.InvalidContentException;
import dev.atr.core.error.ProtocolException;
import dev.atr.core.error.TransportException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * The resources of one export file, a line at a time, straight from the connection: memory does not grow with the file.
 * For one thread; whoever opened it closes it.
 */
public final class ResourceStream implements Iterable<ExportedResource>, AutoCloseable {
    private final ExportFile file;
    private final InputStream bytes;
    private final NdjsonReader lines;
    private long count;

    ResourceStream(ExportFile file, InputStream bytes, int maxLineBytes) {
        this.file = file;
        this.bytes = bytes;
        this.lines = new NdjsonReader(bytes, maxLineBytes);
    }

    /**
     * Returns the next resource.
     *
     * @return the resource, or {@code null} after the last one, when as many lines have come as the manifest says
     * @throws TransportException when the transfer breaks off or lines are missing; what came so far is not the whole
     * @throws ProtocolException when more lines came than the manifest says
     * @throws InvalidContentException when a line is longer than the client's limit
     */
    public @Nullable ExportedResource next() {
        byte[] json;
        try {
            json = lines.next();
        } catch (IOException e) {
            throw new TransportException(
                    "file of " + file.type() + ": the transfer broke off after line " + lines.lineNumber(), e);
        }
        if (json == null) {
            CountCheck.check(file, count);
            return null;
        }
        count++;
        return new ExportedResource(file.type(), lines.lineNumber(), json);
    }

    /**
     * Returns the resources not yet read, as {@link #next} does; there is one iteration in all. {@code hasNext} and
     * {@code next} throw what {@link #next} throws.
     */
    @Override
    public Iterator<ExportedResource> iterator() {
        return new Iterator<>() {
            private @Nullable ExportedResource ahead;
            private boolean ended;

            @Override
            public boolean hasNext() {
                if (ahead == null && !ended) {
                    ahead = ResourceStream.this.next();
                    ended = ahead == null;
                }
                return ahead != null;
            }

            @Override
            public ExportedResource next() {
                ExportedResource resource = hasNext() ? ahead : null;
                if (resource == null) {
                    throw new NoSuchElementException();
                }
                ahead = null;
                return resource;
            }
        };
    }

    /** Gives the connection back, wherever the reading stands. */
    @Override
    public void close() {
        Closing.quietly(bytes);
    }
}
