package dev.atr.producer;

import dev.atr.core.file.OwnerOnly;
import dev.atr.producer.spi.ExportFiles;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the files of exports in a directory, a folder a job. Folders are open to their owner only (0700), and so are
 * files (0600); a directory that is there already and open to others is refused, where the file system knows POSIX
 * permissions. The directory belongs to the Producers of one job store, since files in it that belong to no job are
 * removed: a lock on the file {@code .lock} in it keeps others out until {@link #close}, or the end of the process.
 * Thread-safe.
 */
public final class DirectoryExportFiles implements ExportFiles, AutoCloseable {
    private static final Pattern JOB = Pattern.compile("[A-Za-z0-9]{1,128}");
    private static final Pattern OWNER_NAME = Pattern.compile("[A-Za-z0-9-]{1,64}");
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9.]{0,127}");
    // No job is called so, and what is no job's is left alone.
    private static final String LOCK = ".lock";
    // Followed by the owner of a shared directory; the file is empty.
    private static final String OWNER = ".owner-";
    // Not wiring, but what this process holds: POSIX drops the lock of a process when it closes any channel to the
    // file, so that a second try in one process must be refused before it opens one.
    private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

    /** No published name begins with it. */
    private static final String UNFINISHED = ".";

    private final Path directory;
    private final boolean posix;
    private final Disk disk;
    private final FileChannel lock;

    private DirectoryExportFiles(Path directory, @Nullable String owner, Disk disk) throws IOException {
        this.disk = disk;
        this.posix = directory.getFileSystem().supportedFileAttributeViews().contains("posix");
        Files.createDirectories(directory, OwnerOnly.folder(directory));
        this.directory = directory.toRealPath();
        refuseWhatIsOpenToOthers(directory);
        if (!HELD.add(this.directory)) {
            throw inUse(directory);
        }
        try {
            this.lock = lock(directory, owner != null);
            try {
                settleOwner(directory, owner);
            } catch (IOException | RuntimeException e) {
                lock.close();
                throw e;
            }
        } catch (IOException | RuntimeException e) {
            HELD.remove(this.directory);
            throw e;
        }
    }

    /** Refuses rather than narrows: what others may open may be theirs too, and what is no job's is removed here. */
    private void refuseWhatIsOpenToOthers(Path given) throws IOException {
        if (!posix) {
            return;
        }
        Set<PosixFilePermission> others = new HashSet<>(Files.getPosixFilePermissions(directory));
        others.removeAll(PosixFilePermissions.fromString("rwx------"));
        if (!others.isEmpty()) {
            throw new FileSystemException(
                    given.toString(),
                    null,
                    "is open to others than its owner; give it mode 0700, or name a folder in it that is not there yet");
        }
    }

    /**
     * Opens a directory for one Producer alone; creates it when it is not there. To be closed after the Producer that
     * uses it.
     *
     * @param directory where the files go
     * @throws UncheckedIOException when it can't be created, is something else than a directory, is open to others than
     *     its owner, or is in use by another Producer, of this process or of another; its cause says which
     */
    public static DirectoryExportFiles open(Path directory) {
        return open(directory, null, Disk.REAL);
    }

    /** Opens a directory on a disk that may fail. */
    static DirectoryExportFiles open(Path directory, Disk disk) {
        return open(directory, null, disk);
    }

    /**
     * Opens a directory that several nodes share, as they share their job store; creates it when it is not there. Two
     * Producers in one process that share a directory share this object. The file system must know locks and rename files
     * in one step for all nodes; NFS version 4 does.
     *
     * @param directory where the files go
     * @param owner tells the job store that these nodes share from any other, for example the id of a ledger: at most 64
     *     letters, digits and hyphens. A directory keeps its first owner, until the file {@code .owner-…} in it is removed
     * @throws UncheckedIOException when it can't be created, is something else than a directory, is open to others than
     *     its owner in the file system, belongs to another owner, or is in use by a Producer that does not share it; its cause says which
     */
    public static DirectoryExportFiles shared(Path directory, String owner) {
        if (!OWNER_NAME.matcher(owner).matches()) {
            throw new IllegalArgumentException("owner: 1 to 64 letters, digits and hyphens");
        }
        return open(directory, owner, Disk.REAL);
    }

    private static DirectoryExportFiles open(Path directory, @Nullable String owner, Disk disk) {
        Objects.requireNonNull(directory, "directory");
        try {
            return new DirectoryExportFiles(directory.toAbsolutePath(), owner, disk);
        } catch (IOException e) {
            throw new UncheckedIOException("the directory of export files can't be used", e);
        }
    }

    private FileChannel lock(Path given, boolean shared) throws IOException {
        FileChannel channel = FileChannel.open(
                directory.resolve(LOCK),
                Set.of(
                        StandardOpenOption.CREATE,
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE,
                        LinkOption.NOFOLLOW_LINKS),
                OwnerOnly.file(directory));
        try {
            if (channel.tryLock(0, Long.MAX_VALUE, shared) != null) {
                return channel;
            }
        } catch (OverlappingFileLockException e) {
            // Held by this class too, loaded a second time in this process.
        } catch (IOException e) {
            channel.close();
            throw e;
        }
        channel.close();
        throw inUse(given);
    }

    /** Marks a shared directory before it looks, so that of two owners who come at once neither gets it. */
    private void settleOwner(Path given, @Nullable String owner) throws IOException {
        Path mark = directory.resolve(OWNER + owner);
        boolean marked = false;
        if (owner != null) {
            try {
                Files.createFile(mark, OwnerOnly.file(directory));
                marked = true;
            } catch (FileAlreadyExistsException e) {
                // By another node, or by an earlier start of this one.
            }
        }
        try (Stream<Path> files = Files.list(directory)) {
            if (files.map(file -> file.getFileName().toString())
                    .anyMatch(name -> name.startsWith(OWNER) && !name.equals(OWNER + owner))) {
                if (marked) {
                    Files.delete(mark);
                }
                throw new FileSystemException(
                        given.toString(),
                        null,
                        "holds the export files of another job store; choose another directory");
            }
        }
    }

    private static FileSystemException inUse(Path directory) {
        return new FileSystemException(
                directory.toString(), null, "in use by another Producer; each needs a directory of its own");
    }

    /**
     * Lets go of the directory, so that another Producer may use it. What is in it stays. A second call does nothing.
     *
     * @throws UncheckedIOException when the lock can't be released; it ends with the process then
     */
    @Override
    public void close() {
        if (lock.isOpen()) {
            try {
                lock.close();
            } catch (IOException e) {
                throw new UncheckedIOException("the directory of export files can't be released", e);
            } finally {
                HELD.remove(directory);
            }
        }
    }

    @Override
    public Pending create(String job, String name) throws IOException {
        Path folder = folder(job);
        Path target = file(folder, name);
        try {
            Files.createDirectory(folder, OwnerOnly.folder(directory));
        } catch (FileAlreadyExistsException e) {
            if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
                throw e;
            }
        }
        Path unfinished = unfinished(target);
        Files.deleteIfExists(unfinished);
        FileChannel channel = FileChannel.open(
                unfinished, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), OwnerOnly.file(directory));
        return new PendingFile(channel, unfinished, target);
    }

    @Override
    public Optional<SeekableByteChannel> open(String job, String name) throws IOException {
        try {
            return Optional.of(Files.newByteChannel(
                    file(folder(job), name), Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    @Override
    public List<String> jobs() throws IOException {
        try (Stream<Path> folders = Files.list(directory)) {
            return folders.filter(folder -> Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS))
                    .map(folder -> folder.getFileName().toString())
                    .filter(name -> JOB.matcher(name).matches())
                    .toList();
        }
    }

    @Override
    public List<String> names(String job) throws IOException {
        return content(folder(job)).stream()
                .map(file -> file.getFileName().toString())
                .map(name -> name.startsWith(UNFINISHED) ? name.substring(UNFINISHED.length()) : name)
                .distinct()
                .toList();
    }

    @Override
    public void delete(String job, String name) throws IOException {
        Path file = file(folder(job), name);
        Files.deleteIfExists(unfinished(file));
        Files.deleteIfExists(file);
    }

    @Override
    public void delete(String job) throws IOException {
        Path folder = folder(job);
        for (Path file : content(folder)) {
            Files.deleteIfExists(file);
        }
        Files.deleteIfExists(folder);
    }

    private static List<Path> content(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        } catch (NoSuchFileException e) {
            return List.of();
        }
    }

    private static Path unfinished(Path target) {
        return target.resolveSibling(UNFINISHED + target.getFileName());
    }

    private Path folder(String job) {
        if (!JOB.matcher(job).matches()) {
            throw new IllegalArgumentException("a job id has 1 to 128 letters and digits");
        }
        return directory.resolve(job);
    }

    private static Path file(Path folder, String name) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("a file name has 1 to 128 letters, digits and dots");
        }
        return folder.resolve(name);
    }

    /** The steps by which a file becomes durable. Tests let each of them fail. */
    interface Disk {
        /** The one of this machine. */
        Disk REAL = new Disk() {};

        /** Makes all that was written to a file or folder durable. */
        default void force(FileChannel written) throws IOException {
            written.force(true);
        }

        /** Gives a file its name in one step, in the place of an older one. */
        default void rename(Path unfinished, Path target) throws IOException {
            Files.move(unfinished, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private final class PendingFile implements Pending {
        private final FileChannel channel;
        private final OutputStream stream;
        private final Path unfinished;
        private final Path target;

        PendingFile(FileChannel channel, Path unfinished, Path target) {
            this.channel = channel;
            this.stream = Channels.newOutputStream(channel);
            this.unfinished = unfinished;
            this.target = target;
        }

        @Override
        public OutputStream stream() {
            return stream;
        }

        @Override
        public void publish() throws IOException {
            disk.force(channel);
            channel.close();
            disk.rename(unfinished, target);
            try {
                forceFolder();
            } catch (IOException e) {
                // A second try could succeed without the name being durable: what is lost once is not tried again
                Files.deleteIfExists(target);
                throw e;
            }
        }

        /** Makes the new name durable too; where folders can't be opened, as on Windows, the platform sees to that. */
        private void forceFolder() throws IOException {
            if (posix) {
                try (FileChannel folder = FileChannel.open(target.getParent(), StandardOpenOption.READ)) {
                    disk.force(folder);
                }
            }
        }

        @Override
        public void close() throws IOException {
            channel.close();
            Files.deleteIfExists(unfinished);
        }
    }
}
