package dev.atr.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The files that options name. One that can't be read is the fault of the command line. */
final class NamedFile {
    private NamedFile() {}

    /**
     * Reads a file of text.
     *
     * @param option the option that names it, for the message
     * @throws UsageException when there is no such file, it may not be read, or it is a folder
     */
    static String read(String option, Path file) throws IOException {
        requireFile(option, file);
        return Files.readString(file);
    }

    /**
     * Checks that a file is there.
     *
     * @throws UsageException when it is not, may not be read, or is a folder
     */
    static void requireFile(String option, Path file) {
        requireReadable(option, file);
        if (Files.isDirectory(file)) {
            throw new UsageException(option + ": " + file + " is a folder; name a file.");
        }
    }

    /**
     * Checks that a file or folder is there.
     *
     * @throws UsageException when it is not, or may not be read
     */
    static void requireReadable(String option, Path path) {
        if (!Files.exists(path)) {
            throw new UsageException(option + ": " + path + " does not exist.");
        }
        if (!Files.isReadable(path)) {
            throw new UsageException(option + ": " + path + " can't be opened: access denied.");
        }
    }
}
