package dev.atr.producer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atr.producer.spi.ExportFiles;
import dev.atr.producer.tck.ExportFilesContract;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class DirectoryExportFilesTest extends ExportFilesContract {
    @TempDir
    Path parent;

    private final Deque<DirectoryExportFiles> open = new ArrayDeque<>();

    @Override
    protected ExportFiles noFiles() {
        open.push(DirectoryExportFiles.open(parent.resolve("exports")));
        return open.element();
    }

    @AfterEach
    void close() {
        open.forEach(DirectoryExportFiles::close);
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void isOpenToItsOwnerOnlyFromTheFirstMomentOn() throws IOException {
        try (ExportFiles.Pending pending = open.element().create("0a", "Patient.0001.ndjson")) {
            assertThat(permissions()).containsOnly("rwx------", "rw-------").hasSize(4);
            pending.publish();
        }

        assertThat(permissions()).containsOnly("rwx------", "rw-------").hasSize(4);
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void aDirectoryThatOthersMayOpenIsRefused() throws IOException {
        Path directory = Files.createDirectory(parent.resolve("open to others"));
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-x---"));

        assertThatThrownBy(() -> DirectoryExportFiles.open(directory))
                .isInstanceOf(UncheckedIOException.class)
                .cause()
                .hasMessageContaining("0700");

        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
        DirectoryExportFiles.open(directory).close();
    }

    @Test
    void aDirectoryInUseIsRefused() {
        // By whatever name it goes, and again: a failed attempt must not free it.
        for (String name : List.of("exports", "exports/../exports")) {
            assertThatThrownBy(() -> DirectoryExportFiles.open(parent.resolve(name)))
                    .isInstanceOf(UncheckedIOException.class)
                    .cause()
                    .isInstanceOf(FileSystemException.class)
                    .hasMessageContaining("in use by another Producer");
        }
    }

    @Test
    void aDirectoryInUseByAnotherProcessIsRefused() throws IOException {
        Path directory = parent.resolve("theirs");
        Process other = hold(directory, "");
        try {
            assertThat(other.getInputStream().read()).isEqualTo(Holder.HOLDS);

            assertThatThrownBy(() -> DirectoryExportFiles.open(directory)).isInstanceOf(UncheckedIOException.class);
        } finally {
            other.destroyForcibly().onExit().join();
        }
        // A process that is killed leaves no lock behind.
        DirectoryExportFiles.open(directory).close();
    }

    @Test
    void aClosedDirectoryMayBeUsedByTheNext() throws IOException {
        open.element().create("0a", "Patient.0001.ndjson").publish();

        open.element().close();
        open.element().close();
        ExportFiles next = noFiles();

        assertThat(next.jobs()).containsExactly("0a");
        assertThatThrownBy(this::noFiles).isInstanceOf(UncheckedIOException.class);
    }

    @Test
    void nodesOfOneJobStoreShareADirectory() throws Exception {
        Path directory = parent.resolve("shared");
        try (DirectoryExportFiles ours = DirectoryExportFiles.shared(directory, "store-1")) {
            Process other = hold(directory, "store-1");
            try {
                assertThat(other.getInputStream().read()).isEqualTo(Holder.HOLDS);
                write(ours, "0a");
            } finally {
                other.destroyForcibly().onExit().join();
            }
        }

        assertThatThrownBy(() -> DirectoryExportFiles.open(directory))
                .cause()
                .hasMessageContaining("another job store");
        assertThatThrownBy(() -> DirectoryExportFiles.shared(directory, "store-2"))
                .cause()
                .hasMessageContaining("another job store");
        try (DirectoryExportFiles again = DirectoryExportFiles.shared(directory, "store-1")) {
            assertThat(again.jobs()).containsExactly("0a");
        }
    }

    @Test
    void aDirectoryOfOneProducerIsNotShared() throws IOException {
        Path directory = parent.resolve("theirs");
        Process other = hold(directory, "");
        try {
            assertThat(other.getInputStream().read()).isEqualTo(Holder.HOLDS);

            assertThatThrownBy(() -> DirectoryExportFiles.shared(directory, "store-1"))
                    .cause()
                    .hasMessageContaining("in use by another Producer");
        } finally {
            other.destroyForcibly().onExit().join();
        }
    }

    @Test
    void refusesOddOwners() {
        for (String odd : List.of("", ".", "a/b", "x".repeat(65))) {
            assertThatThrownBy(() -> DirectoryExportFiles.shared(parent, odd))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    private static void write(ExportFiles files, String job) throws IOException {
        try (ExportFiles.Pending file = files.create(job, "Patient.0001.ndjson")) {
            file.publish();
        }
    }

    private static Process hold(Path directory, String owner) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Holder.class.getName(),
                        directory.toString(),
                        owner)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    /** A process that holds a directory until it is killed; shared when it names an owner. */
    static final class Holder {
        static final int HOLDS = '!';

        private Holder() {}

        public static void main(String[] args) throws InterruptedException {
            Path directory = Path.of(args[0]);
            DirectoryExportFiles held = args[1].isEmpty()
                    ? DirectoryExportFiles.open(directory)
                    : DirectoryExportFiles.shared(directory, args[1]);
            System.out.write(HOLDS);
            System.out.flush();
            new CountDownLatch(1).await();
            held.close();
        }
    }

    private List<String> permissions() throws IOException {
        try (Stream<Path> paths = Files.walk(parent.resolve("exports"))) {
            return paths.map(DirectoryExportFilesTest::permissions).toList();
        }
    }

    private static String permissions(Path path) {
        try {
            return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
