package dev.atr.consumer.export;

import dev.atr.core.fhir.ResourceType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The folder of one download. Whatever has its final name in it is whole and safely on disk: everything is written
 * under another name, forced to disk and renamed. One download at a time holds the folder, by a lock that ends with the
 * process.
 */
final class DownloadFolder implements AutoCloseable {
    private static final String JOURNAL = "export.json";
    private static final String LOCK = "export.lock";
    private static final String PART = ".part";
    private static final Pattern FILE_NAME = Pattern.compile("\\d{1,9}-[A-Z][A-Za-z]{1,63}\\.ndjson");

    private final Path folder;
    private final FileChannel lockChannel;

    private DownloadFolder(Path folder, FileChannel lockChannel) {
        this.folder = folder;
        this.lockChannel = lockChannel;
    }

    /**
     * Opens a folder; makes it when it is absent.
     *
     * @throws IllegalArgumentException when another download holds it, or it holds files and no journal
     */
    static DownloadFolder open(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            Path parent = folder.toAbsolutePath().getParent();
            if (parent != null) {
                Files.createDirectories(parent);
            }
            Files.createDirectory(folder, ownerOnly(folder, "rwx------"));
        }
        if (!Files.exists(folder.resolve(JOURNAL)) && holdsFiles(folder)) {
            throw new IllegalArgumentException("folder: not empty, and no download of this library");
        }
        FileChannel channel = FileChannel.open(
                folder.resolve(LOCK),
                Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS),
                ownerOnly(folder, "rw-------"));
        try {
            FileLock lock = channel.tryLock();
            if (lock != null) {
                DownloadFolder opened = new DownloadFolder(folder, channel);
                channel = null;
                return opened;
            }
        } catch (OverlappingFileLockException e) {
            // Held by another download of this very process; said below.
        } finally {
            if (channel != null) {
                channel.close();
            }
        }
        throw new IllegalArgumentException("folder: another download is using it");
    }

    private static boolean holdsFiles(Path folder) throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            // A download that was killed before its first step leaves these.
            return entries.map(entry -> String.valueOf(entry.getFileName()))
                    .anyMatch(name -> !name.equals(LOCK) && !name.equals(JOURNAL + PART));
        }
    }

    static String fileName(int number, ResourceType type) {
        return number + "-" + type.code() + ".ndjson";
    }

    static boolean isFileName(String name) {
        return FILE_NAME.matcher(name).matches();
    }

    Path path() {
        return folder;
    }

    Optional<Journal> journal() throws IOException {
        Path file = folder.resolve(JOURNAL);
        return Files.exists(file) ? Optional.of(Journal.read(Files.readAllBytes(file), folder)) : Optional.empty();
    }

    void write(Journal journal) throws IOException {
        try (NewFile file = create(JOURNAL)) {
            file.write(ByteBuffer.wrap(journal.write()));
            file.finish();
        }
    }

    /** Begins a file; it gets its name when it is finished, and vanishes when it is closed before that. */
    NewFile create(String name) throws IOException {
        return new NewFile(folder, name);
    }

    /** Lets go of the folder. */
    @Override
    public void close() throws IOException {
        lockChannel.close();
    }

    private static FileAttribute<?>[] ownerOnly(Path path, String permissions) {
        return path.getFileSystem().supportedFileAttributeViews().contains("posix")
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
                }
                : new FileAttribute<?>[0];
    }

    /** A file under way. For one thread. */
    static final class NewFile implements AutoCloseable {
        private final Path folder;
        private final Path place;
        private final Path part;
        private @Nullable FileChannel channel;

        private NewFile(Path folder, String name) throws IOException {
            this.folder = folder;
            this.place = folder.resolve(name);
            this.part = folder.resolve(name + PART);
            Files.deleteIfExists(part);
            Set<OpenOption> options =
                    Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
            this.channel = FileChannel.open(part, options, ownerOnly(folder, "rw-------"));
        }

        void write(ByteBuffer bytes) throws IOException {
            while (bytes.hasRemaining()) {
                open().write(bytes);
            }
        }

        /** Forces the bytes to disk, gives the file its name and returns it. */
        Path finish() throws IOException {
            open().force(true);
            open().close();
            Files.move(part, place, StandardCopyOption.ATOMIC_MOVE);
            channel = null;
            forceFolder();
            return place;
        }

        private FileChannel open() throws IOException {
            if (channel == null) {
                throw new IOException("the file is finished");
            }
            return channel;
        }

        private void forceFolder() {
            try (FileChannel directory = FileChannel.open(folder, StandardOpenOption.READ)) {
                directory.force(true);
            } catch (IOException e) {
                // Not every system can do this for a folder. There, a power cut may undo the renaming, and the file
                // is fetched again.
            }
        }

        @Override
        public void close() throws IOException {
            if (channel != null) {
                channel.close();
                channel = null;
                Files.deleteIfExists(part);
            }
        }
    }
}
