package dev.atr.cli;

import dev.atr.core.file.OwnerOnly;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;

/**
 * The key that seals the header secrets of Subscriptions, in a file beside the database and not in it. Nodes that share a
 * database share this folder too.
 */
final class HeaderKey {
    private static final int BYTES = 32;
    private static final String NAME = "subscription-headers.key";

    private HeaderKey() {}

    /**
     * Reads the key of a folder, and makes it when there is none.
     *
     * @throws DataException when the file is none of ours
     */
    static byte[] in(Path folder) throws IOException {
        Path file = folder.resolve(NAME);
        if (!Files.exists(file)) {
            make(folder, file);
        }
        byte[] key = Files.readAllBytes(file);
        if (key.length != BYTES) {
            throw new DataException(
                    file + " has not " + BYTES
                            + " bytes. Put back the one that was there, or remove it; clients must then send their headers again.");
        }
        return key;
    }

    /** Another node may do the same at the same time: the first file stays. */
    private static void make(Path folder, Path file) throws IOException {
        Files.createDirectories(folder, OwnerOnly.folder(folder));
        byte[] key = new byte[BYTES];
        new SecureRandom().nextBytes(key);
        Path fresh = Files.createTempFile(folder, NAME, ".new", OwnerOnly.file(folder));
        try {
            Files.write(fresh, key);
            Files.createLink(file, fresh);
        } catch (FileAlreadyExistsException e) {
            return;
        } catch (UnsupportedOperationException e) {
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(fresh);
        }
    }
}
