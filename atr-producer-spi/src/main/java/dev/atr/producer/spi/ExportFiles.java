package dev.atr.producer.spi;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.SeekableByteChannel;
import java.util.List;
import java.util.Optional;

/**
 * Keeps the files of exports. A file becomes visible all at once, when its bytes are durable; before that it does not
 * exist. A file that is open for reading stays readable after it was deleted, where the platform can do that.
 * Thread-safe; methods may block.
 */
public interface ExportFiles {
    /**
     * Starts a file.
     *
     * @param job the job's id: letters and digits
     * @param name the file's name within the job: letters, digits and dots
     * @return where to write; {@link Pending#publish} makes it visible, closing without it leaves nothing behind
     * @throws IOException when it can't be created
     */
    Pending create(String job, String name) throws IOException;

    /**
     * Opens a published file for reading.
     *
     * @return the bytes, to be closed by the caller; empty when there is no such file
     * @throws IOException when it can't be read
     */
    Optional<SeekableByteChannel> open(String job, String name) throws IOException;

    /**
     * Returns the ids of the jobs that have files, published or unfinished ones. Asked now and then, to find what a
     * process left behind that ended in the middle of its work.
     *
     * @throws IOException when it can't be told
     */
    List<String> jobs() throws IOException;

    /**
     * Returns the names of a job's files, published or unfinished ones.
     *
     * @throws IOException when they can't be told
     */
    List<String> names(String job) throws IOException;

    /**
     * Removes one file, published or unfinished; one that is not there is no error. Who still writes it can't publish
     * it any more.
     *
     * @throws IOException when it is still there
     */
    void delete(String job, String name) throws IOException;

    /**
     * Removes a job's files, published and unfinished ones.
     *
     * @throws IOException when something is left
     */
    void delete(String job) throws IOException;

    /** A file that is being written. For one thread. */
    interface Pending extends AutoCloseable {
        /** Returns where the bytes go. */
        OutputStream stream();

        /**
         * Makes the bytes durable and the file visible under its name, replacing an older one.
         *
         * @throws IOException when that fails; the file does not exist then
         */
        void publish() throws IOException;

        @Override
        void close() throws IOException;
    }
}
