package dev.atr.producer.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atr.producer.spi.ExportFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every {@link ExportFiles} keeps. Extend this class and hand it a place without files. */
public abstract class ExportFilesContract {
    private static final String JOB = "0a1b2c";
    private static final String NAME = "Patient.0001.ndjson";

    private ExportFiles files;

    /** For subclasses. */
    protected ExportFilesContract() {}

    /**
     * Returns a place without files. Called once for each test; what has to be closed afterwards is closed by the
     * subclass.
     *
     * @throws Exception when it can't be made; the test fails
     */
    protected abstract ExportFiles noFiles() throws Exception;

    /** Opens the place of a test. */
    @BeforeEach
    protected final void openFiles() throws Exception {
        files = noFiles();
    }

    /** A published file has the bytes that were written. */
    @Test
    protected final void keepsTheBytesOfAFile() throws IOException {
        write(JOB, NAME, "line 1\nline 2\n");

        assertThat(read(JOB, NAME)).isEqualTo("line 1\nline 2\n");
    }

    /** A file can be read from any byte on. */
    @Test
    protected final void readsFromAnyByte() throws IOException {
        write(JOB, NAME, "0123456789");

        try (SeekableByteChannel channel = files.open(JOB, NAME).orElseThrow()) {
            channel.position(7);
            ByteBuffer rest = ByteBuffer.allocate(10);
            while (channel.read(rest) >= 0) {
                // A channel may hand over fewer bytes than there is room for.
            }
            assertThat(channel.size()).isEqualTo(10);
            assertThat(new String(rest.array(), 0, rest.position(), StandardCharsets.UTF_8))
                    .isEqualTo("789");
        }
    }

    /** Before it is published a file does not exist. */
    @Test
    protected final void hidesAnUnfinishedFile() throws IOException {
        try (ExportFiles.Pending pending = files.create(JOB, NAME)) {
            pending.stream().write(1);

            assertThat(files.open(JOB, NAME)).isEmpty();
        }
    }

    /** A file that was not published leaves nothing behind. */
    @Test
    protected final void forgetsAnUnfinishedFile() throws IOException {
        try (ExportFiles.Pending pending = files.create(JOB, NAME)) {
            pending.stream().write(1);
        }

        assertThat(files.open(JOB, NAME)).isEmpty();
        write(JOB, NAME, "second try");
        assertThat(read(JOB, NAME)).isEqualTo("second try");
    }

    /** A later file of one name takes the place of the earlier one, all at once. */
    @Test
    protected final void replacesAFile() throws IOException {
        write(JOB, NAME, "old and long");
        try (ExportFiles.Pending pending = files.create(JOB, NAME)) {
            pending.stream().write("new".getBytes(StandardCharsets.UTF_8));
            assertThat(read(JOB, NAME)).isEqualTo("old and long");
            pending.publish();
        }

        assertThat(read(JOB, NAME)).isEqualTo("new");
    }

    /** Files of another job, or of another name, are other files. */
    @Test
    protected final void tellsFilesApart() throws IOException {
        write(JOB, NAME, "one");
        write("f0f0", NAME, "two");

        assertThat(read(JOB, NAME)).isEqualTo("one");
        assertThat(read("f0f0", NAME)).isEqualTo("two");
        assertThat(files.open(JOB, "Group.0001.ndjson")).isEmpty();
        assertThat(files.open("ffff", NAME)).isEmpty();
    }

    /** Deleting a job removes its files, finished or not, and no others. */
    @Test
    protected final void deletesTheFilesOfAJob() throws IOException {
        write(JOB, NAME, "one");
        write("f0f0", NAME, "two");
        files.create(JOB, "Group.0001.ndjson").close();

        files.delete(JOB);
        files.delete(JOB);

        assertThat(files.open(JOB, NAME)).isEmpty();
        assertThat(read("f0f0", NAME)).isEqualTo("two");
        assertThat(files.jobs()).containsExactly("f0f0");
    }

    /** Jobs that have files are known, those with unfinished files included. */
    @Test
    protected final void knowsTheJobsThatHaveFiles() throws IOException {
        assertThat(files.jobs()).isEmpty();
        write(JOB, NAME, "one");
        try (ExportFiles.Pending pending = files.create("f0f0", NAME)) {
            pending.stream().write(1);

            assertThat(files.jobs()).containsExactlyInAnyOrder(JOB, "f0f0");
        }
    }

    /** The files of a job can be told by name, finished or not. */
    @Test
    protected final void knowsTheNamesOfFiles() throws IOException {
        assertThat(files.names(JOB)).isEmpty();
        write(JOB, NAME, "one");
        write("f0f0", "Coverage.0001.ndjson", "two");
        try (ExportFiles.Pending pending = files.create(JOB, "Group.0001.ndjson")) {
            pending.stream().write(1);

            assertThat(files.names(JOB)).containsExactlyInAnyOrder(NAME, "Group.0001.ndjson");
        }
        assertThat(files.names(JOB)).containsExactly(NAME);
    }

    /** One file can be removed, and the others of its job stay. */
    @Test
    protected final void deletesOneFile() throws IOException {
        write(JOB, NAME, "one");
        write(JOB, "Coverage.0001.ndjson", "two");

        files.delete(JOB, NAME);
        files.delete(JOB, NAME);

        assertThat(files.open(JOB, NAME)).isEmpty();
        assertThat(files.names(JOB)).containsExactly("Coverage.0001.ndjson");
    }

    /** Who still writes a file that was deleted meanwhile can't make it visible. */
    @Test
    protected final void publishesNothingThatWasDeleted() throws IOException {
        try (ExportFiles.Pending late = files.create(JOB, NAME)) {
            late.stream().write(1);
            files.delete(JOB, NAME);

            assertThatThrownBy(late::publish).isInstanceOf(IOException.class);
        }

        assertThat(files.open(JOB, NAME)).isEmpty();
        assertThat(files.names(JOB)).isEmpty();
    }

    /** Text that is no job id and no file name never becomes part of a path. */
    @Test
    protected final void refusesOddIdsAndNames() {
        for (String odd : List.of("", ".", "..", "../x", "a/b", "a\\b", "/etc", "C:", "a\0b", "x".repeat(300))) {
            assertThatThrownBy(() -> files.create(odd, NAME)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> files.create(JOB, odd)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> files.open(JOB, odd)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> files.delete(JOB, odd)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> files.names(odd)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> files.delete(odd)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    private void write(String job, String name, String text) throws IOException {
        try (ExportFiles.Pending pending = files.create(job, name)) {
            pending.stream().write(text.getBytes(StandardCharsets.UTF_8));
            pending.publish();
        }
    }

    private @Nullable String read(String job, String name) throws IOException {
        Optional<SeekableByteChannel> opened = files.open(job, name);
        if (opened.isEmpty()) {
            return null;
        }
        try (SeekableByteChannel channel = opened.get()) {
            ByteBuffer bytes = ByteBuffer.allocate((int) channel.size());
            while (bytes.hasRemaining() && channel.read(bytes) >= 0) {
                // A channel may hand over fewer bytes than there is room for.
            }
            return new String(bytes.array(), 0, bytes.position(), StandardCharsets.UTF_8);
        }
    }
}
