package dev.atr.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Work that writes a file: a new one each time, since to cut off an old one takes as long as to write much of it. */
abstract class FileWork implements Work {
    private final Path file;

    FileWork(Path file) {
        this.file = file;
    }

    final Path file() {
        return file;
    }

    @Override
    public void prepare() throws IOException {
        Files.deleteIfExists(file);
    }
}
