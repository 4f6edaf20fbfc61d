package dev.atr.producer.jdbc;

import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class H2FileLedgerTest extends LedgerBackendContract {
    @TempDir
    Path directory;

    @Override
    LedgerOptions options() {
        return LedgerOptions.ofDirectory(directory.resolve("data"));
    }
}
