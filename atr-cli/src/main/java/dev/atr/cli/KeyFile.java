package dev.atr.cli;

import dev.atr.auth.client.KeyRing;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;

/** The file with a Consumer's private keys, as an option names it. */
final class KeyFile {
    /** The option for a file that others may read, too. */
    static final String SHARED = "--allow-shared-key";

    private KeyFile() {}

    /**
     * Opens a file that is its owner's alone.
     *
     * @throws UsageException when there is no such file, others may touch it, or there is no usable key in it
     */
    static KeyRing open(String option, Path file) throws IOException {
        KeyRing ring = openShared(option, file);
        if (!KeyRing.isOwnersAlone(file)) {
            throw new UsageException(option + ": others than its owner may read " + file
                    + ", which holds a private key: run 'chmod 600 " + file
                    + "', and change the key if somebody may have read it.");
        }
        return ring;
    }

    /** Opens a file as {@link #open} does, whoever may touch it. */
    static KeyRing openShared(String option, Path file) throws IOException {
        NamedFile.requireFile(option, file);
        try {
            return KeyRing.openAnyway(file, Clock.systemUTC());
        } catch (IllegalArgumentException e) {
            throw new UsageException(option + ": " + file + " holds no usable private key: " + e.getMessage() + ".");
        }
    }
}
