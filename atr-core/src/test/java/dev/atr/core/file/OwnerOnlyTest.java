package dev.atr.core.file;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OwnerOnlyTest {
    @TempDir
    private Path parent;

    @Test
    void keepsOthersOut() throws Exception {
        Assumptions.assumeTrue(
                parent.getFileSystem().supportedFileAttributeViews().contains("posix"),
                "no owners on this file system");
        Path folder = parent.resolve("folder");
        Path file = folder.resolve("file");

        Files.createDirectory(folder, OwnerOnly.folder(folder));
        Files.createFile(file, OwnerOnly.file(file));

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder)))
                .isEqualTo("rwx------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
    }

    @Test
    void asksForNothingWhereFilesHaveNoOwners() throws Exception {
        Path archive = parent.resolve("without-owners.zip");
        try (FileSystem zip = FileSystems.newFileSystem(archive, Map.of("create", "true"))) {
            Path file = zip.getPath("file");

            Files.createFile(file, OwnerOnly.file(file));

            assertThat(OwnerOnly.folder(file)).isEmpty();
            assertThat(file).exists();
        }
    }
}
