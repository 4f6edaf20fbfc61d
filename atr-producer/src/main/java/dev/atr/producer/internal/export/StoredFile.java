package dev.atr.producer.internal.export;

import dev.atr.core.fhir.ResourceType;
import dev.atr.producer.spi.ExportFiles;
import dev.atr.producer.spi.ExportJob.Form;
import dev.atr.producer.spi.ExportJob.OutputFile;
import java.io.IOException;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/**
 * A file that is being written in the forms in which it will be served: as it is, and beside it compressed, both in one
 * pass. A file that fits in one buffer is not compressed: it travels in a few packets either way. For one thread.
 */
final class StoredFile extends OutputStream {
    /** Bytes that a file must exceed to be compressed: 64 KB. */
    static final int BUFFER = 64 * 1024;

    private static final String GZIP = ".gz";

    private final ExportFiles files;
    private final String job;
    private final PendingForm plain;
    private final boolean compressed;
    private final byte[] buffer = new byte[BUFFER];
    private int filled;
    private long length;
    private @Nullable PendingForm packed;
    private @Nullable GzipMember gzip;

    private StoredFile(ExportFiles files, String job, PendingForm plain, boolean compressed) {
        this.files = files;
        this.job = job;
        this.plain = plain;
        this.compressed = compressed;
    }

    /**
     * Starts a file.
     *
     * @param files where it is kept
     * @param job the job's id
     * @param name the file's name
     * @param compressed whether it is kept compressed too, unless it is short
     */
    static StoredFile create(ExportFiles files, String job, String name, boolean compressed) throws StoreFailure {
        return new StoredFile(files, job, PendingForm.create(files, job, name), compressed);
    }

    /** Returns how many bytes were written so far. */
    long length() {
        return length;
    }

    @Override
    public void write(int b) throws StoreFailure {
        if (filled == BUFFER) {
            empty(true);
        }
        buffer[filled++] = (byte) b;
        length++;
    }

    @Override
    public void write(byte[] bytes, int offset, int count) throws StoreFailure {
        int done = 0;
        while (done < count) {
            if (filled == BUFFER) {
                empty(true);
            }
            int part = Math.min(count - done, BUFFER - filled);
            System.arraycopy(bytes, offset + done, buffer, filled, part);
            filled += part;
            done += part;
        }
        length += count;
    }

    private void empty(boolean moreToCome) throws StoreFailure {
        try {
            plain.bytes().write(buffer, 0, filled);
            if (gzip == null && compressed && moreToCome) {
                packed = PendingForm.create(files, job, plain.name() + GZIP);
                gzip = new GzipMember(packed.bytes());
            }
            if (gzip != null) {
                gzip.write(buffer, 0, filled);
            }
        } catch (StoreFailure e) {
            throw e;
        } catch (IOException e) {
            throw new StoreFailure(e);
        }
        filled = 0;
    }

    /**
     * Makes all that was written durable, in each form.
     *
     * @param type the resource type of the lines
     * @param kind where the manifest lists the file
     * @param lines how many they are
     * @throws StoreFailure when that fails; nothing of the file may be listed then
     */
    OutputFile publish(ResourceType type, OutputFile.Kind kind, long lines) throws StoreFailure {
        empty(false);
        try {
            if (gzip != null) {
                gzip.finish();
            }
            return new OutputFile(type, kind, lines, plain.publish(), packed == null ? null : packed.publish());
        } catch (IOException e) {
            throw new StoreFailure(e);
        }
    }

    /** Ends the work; what was not published leaves nothing behind. */
    @Override
    public void close() throws StoreFailure {
        PendingForm second = packed;
        try (plain;
                second) {
            if (gzip != null) {
                gzip.release();
            }
        } catch (IOException e) {
            throw new StoreFailure(e);
        }
    }

    /** One form on its way to the store, counted and digested. */
    private record PendingForm(String name, ExportFiles.Pending file, MeasuredStream bytes) implements AutoCloseable {
        static PendingForm create(ExportFiles files, String job, String name) throws StoreFailure {
            try {
                ExportFiles.Pending file = files.create(job, name);
                return new PendingForm(name, file, new MeasuredStream(file.stream()));
            } catch (IOException e) {
                throw new StoreFailure(e);
            }
        }

        Form publish() throws IOException {
            file.publish();
            return new Form(name, bytes.length(), bytes.sha256Hex());
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }
}
