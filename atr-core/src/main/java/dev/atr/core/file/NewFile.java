package dev.atr.core.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A file under way, which its owner alone can read. It gets its name when it is whole and on disk, in the place of one
 * that had the name before; until then it has another name, and it vanishes when it is closed unfinished, unless it was
 * told to {@link #keep} what it holds. For one thread.
 */
public final class NewFile implements AutoCloseable {
    /** What the name of an unfinished file ends with. */
    public static final String UNFINISHED = ".part";

    private final Path folder;
    private final Path place;
    private final Path part;
    private @Nullable FileChannel channel;
    private boolean kept;

    private NewFile(Path folder, String name) {
        this.folder = folder;
        this.place = folder.resolve(name);
        this.part = folder.resolve(name + UNFINISHED);
    }

    /**
     * Begins a file.
     *
     * @throws IOException when it can't be created
     */
    public static NewFile create(Path folder, String name) throws IOException {
        NewFile file = new NewFile(folder, name);
        Files.deleteIfExists(file.part);
        Set<OpenOption> options =
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
        file.channel = FileChannel.open(file.part, options, OwnerOnly.file(folder));
        return file;
    }

    /**
     * Goes on with a file that was left unfinished.
     *
     * @param bytes how many of its bytes count; what stands behind them is cut off
     * @throws IOException when it is not there, is shorter, or can't be opened
     */
    public static NewFile reopen(Path folder, String name, long bytes) throws IOException {
        NewFile file = new NewFile(folder, name);
        FileChannel opened = FileChannel.open(file.part, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
        file.channel = opened;
        file.kept = true;
        if (opened.size() < bytes) {
            file.close();
            throw new IOException("the unfinished file is shorter than it was");
        }
        opened.truncate(bytes).position(bytes);
        return file;
    }

    /** Returns how many bytes an unfinished file holds; 0 when there is none. */
    public static long unfinished(Path folder, String name) throws IOException {
        Path part = folder.resolve(name + UNFINISHED);
        return Files.isRegularFile(part, LinkOption.NOFOLLOW_LINKS) ? Files.size(part) : 0;
    }

    /**
     * Writes a small file whole.
     *
     * @throws IOException when it can't be written; the one that had the name before is as it was
     */
    public static void write(Path folder, String name, byte[] content) throws IOException {
        try (NewFile file = create(folder, name)) {
            file.write(ByteBuffer.wrap(content));
            Path unused = file.finish();
        }
    }

    /** Appends bytes. */
    public void write(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            open().write(bytes);
        }
    }

    /** From here on the file stays when it is closed unfinished, for {@link #reopen}. */
    public void keep() {
        kept = true;
    }

    /** From here on the file vanishes when it is closed unfinished. */
    public void discard() {
        kept = false;
    }

    /** Forces what was written to disk. */
    public void force() throws IOException {
        open().force(false);
    }

    /** Returns where the bytes are until the file is finished. */
    public Path unfinished() {
        return part;
    }

    /** Forces the bytes to disk, gives the file its name and returns it. */
    public Path finish() throws IOException {
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
            // Not every system can do this for a folder. There, a power cut may undo the renaming.
        }
    }

    @Override
    public void close() throws IOException {
        if (channel != null) {
            channel.close();
            channel = null;
            if (!kept) {
                Files.deleteIfExists(part);
            }
        }
    }
}
