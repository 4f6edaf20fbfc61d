package dev.atr.consumer.export;

import dev.atr.core.fhir.ResourceType;
import dev.atr.core.file.NewFile;
import dev.atr.core.file.OwnerOnly;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The folder of one download. Whatever has its final name in it is whole and safely on disk: everything is written
 * under another name, forced to disk and renamed; what has come of a file whose transfer can go on stays under that other
 * name. One download at a time holds the folder, by a lock that ends with the
 * process.
 */
final class DownloadFolder implements AutoCloseable {
    static final String JOURNAL = "export.json";
    private static final String LOCK = "export.lock";
    private static final Pattern FILE_NAME = Pattern.compile("\\d{1,9}-[A-Z][A-Za-z]{1,63}\\.ndjson");
    private static final Pattern UNFINISHED_FILE =
            Pattern.compile(FILE_NAME + "(\\.gz)?" + Pattern.quote(NewFile.UNFINISHED));

    private final Path folder;
    private final FileChannel lockChannel;
    private final boolean isNew;

    private DownloadFolder(Path folder, FileChannel lockChannel, boolean isNew) {
        this.folder = folder;
        this.lockChannel = lockChannel;
        this.isNew = isNew;
    }

    /**
     * Opens a folder; makes it when it is absent.
     *
     * @throws IllegalArgumentException when it is a file, another download holds it, or it holds files and no journal
     */
    static DownloadFolder open(Path folder) throws IOException {
        boolean isNew = !Files.exists(folder);
        if (isNew) {
            Path parent = folder.toAbsolutePath().getParent();
            if (parent != null) {
                Files.createDirectories(parent);
            }
            Files.createDirectory(folder, OwnerOnly.folder(folder));
        } else if (!Files.isDirectory(folder)) {
            throw new IllegalArgumentException("folder: is a file");
        }
        if (!Files.exists(folder.resolve(JOURNAL)) && holdsFiles(folder)) {
            throw new IllegalArgumentException("folder: not empty, and no download of this library");
        }
        FileChannel channel = FileChannel.open(
                folder.resolve(LOCK),
                Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS),
                OwnerOnly.file(folder));
        try {
            FileLock lock = channel.tryLock();
            // One whose name is gone was given up by the download that held it before, perhaps with the folder.
            if (lock != null && Files.exists(folder.resolve(LOCK))) {
                DownloadFolder opened = new DownloadFolder(folder, channel, isNew);
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
                    .anyMatch(name -> !name.equals(LOCK) && !name.equals(JOURNAL + NewFile.UNFINISHED));
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
        NewFile.write(folder, JOURNAL, journal.write());
    }

    /** Takes the journal and unfinished files away: the next download begins anew, with whatever request. */
    void forget() throws IOException {
        Files.deleteIfExists(folder.resolve(JOURNAL));
        removeUnfinished();
    }

    /** Takes away what transfers have left that went on in another way. */
    void removeUnfinished() throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            for (Path entry : entries.toList()) {
                if (UNFINISHED_FILE.matcher(String.valueOf(entry.getFileName())).matches()) {
                    Files.deleteIfExists(entry);
                }
            }
        }
    }

    /** Begins a file; it gets its name when it is finished, and vanishes when it is closed before that. */
    NewFile create(String name) throws IOException {
        return NewFile.create(folder, name);
    }

    /** Goes on with a file that was kept unfinished, behind so many of its bytes. */
    NewFile reopen(String name, long bytes) throws IOException {
        return NewFile.reopen(folder, name, bytes);
    }

    /** Returns how many bytes an unfinished file holds; 0 when there is none. */
    long unfinished(String name) throws IOException {
        return NewFile.unfinished(folder, name);
    }

    /** Lets go of the folder. Without a journal nothing of it is worth keeping: it is left as it was found. */
    @Override
    public void close() throws IOException {
        try (lockChannel) {
            if (!Files.exists(folder.resolve(JOURNAL))) {
                Files.deleteIfExists(folder.resolve(LOCK));
                if (isNew) {
                    removeEmpty();
                }
            }
        }
    }

    private void removeEmpty() throws IOException {
        try {
            Files.deleteIfExists(folder);
        } catch (DirectoryNotEmptyException e) {
            // Somebody else has put something there meanwhile.
        }
    }
}
