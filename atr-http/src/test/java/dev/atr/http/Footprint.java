package dev.atr.http;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * What a room brings to those who depend on it: its own jar, and the runtime class path as Maven resolves it.
 *
 * @param jars the files; a folder of classes that is not packed yet counts as the jar that it becomes
 */
public record Footprint(List<Path> jars) {
    /** Where the pom of a room has {@code dependency:build-classpath} write. */
    private static final String CLASS_PATH = "/runtime-class-path.txt";

    /**
     * Returns the footprint of a room whose pom has its class path written down.
     *
     * @param type any class of the room
     */
    public static Footprint ofRoomOf(Class<?> type) throws IOException, URISyntaxException {
        Path own =
                Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
        try (InputStream written = Objects.requireNonNull(type.getResourceAsStream(CLASS_PATH), "written by Maven")) {
            String others = new String(written.readAllBytes(), StandardCharsets.UTF_8).trim();
            return new Footprint(Stream.concat(
                            Stream.of(own),
                            Stream.of(others.split(File.pathSeparator)).map(Path::of))
                    .toList());
        }
    }

    /** Returns the size of all jars together, in bytes. */
    public long bytes() {
        return jars.stream().mapToLong(Footprint::size).sum();
    }

    private static long size(Path jar) {
        try {
            return Files.isDirectory(jar) ? packed(jar) : Files.size(jar);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static long packed(Path classes) throws IOException {
        Counter counter = new Counter();
        try (ZipOutputStream jar = new ZipOutputStream(counter);
                Stream<Path> files = Files.walk(classes)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                jar.putNextEntry(new ZipEntry(classes.relativize(file).toString()));
                Files.copy(file, jar);
            }
        }
        return counter.bytes;
    }

    private static final class Counter extends OutputStream {
        private long bytes;

        @Override
        public void write(int b) {
            bytes++;
        }

        @Override
        public void write(byte[] b, int offset, int length) {
            bytes += length;
        }
    }
}
