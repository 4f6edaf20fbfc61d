package dev.atr.producer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atr.producer.spi.ExportFiles;
import dev.atr.producer.tck.ExportFilesContract;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class DirectoryExportFilesTest extends ExportFilesContract {
    @TempDir
    Path parent;

    @Override
    protected ExportFiles noFiles() {
        return new DirectoryExportFiles(parent.resolve("exports"));
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void isOpenToItsOwnerOnlyFromTheFirstMomentOn() throws IOException {
        ExportFiles files = noFiles();

        try (ExportFiles.Pending pending = files.create("0a", "Patient.0001.ndjson")) {
            assertThat(permissions()).containsExactly("rwx------", "rwx------", "rw-------");
            pending.publish();
        }

        assertThat(permissions()).containsExactly("rwx------", "rwx------", "rw-------");
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
