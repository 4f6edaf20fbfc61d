package dev.atr.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Whoever meets the number of a reading, in code or in what the loader prints, finds it explained. */
class SpecReadingsTest {
    private static final Path ROOT = Path.of("..");
    private static final Path READINGS = ROOT.resolve("docs/spec-readings.md");
    private static final Pattern NUMBER = Pattern.compile("\\bC-\\d{2,3}\\b");
    private static final Pattern ROW = Pattern.compile("(?m)^\\| (C-\\d{2,3}) \\|");

    @Test
    void everyNumberHasOneRow() throws IOException {
        List<String> rows = ROW.matcher(Files.readString(READINGS))
                .results()
                .map(row -> row.group(1))
                .toList();

        assertThat(rows).doesNotHaveDuplicates();
        Map<String, Path> cited = cited();
        assertThat(cited).isNotEmpty();
        cited.keySet().removeAll(Set.copyOf(rows));
        assertThat(cited)
                .as("numbers without a row, and a file that cites them")
                .isEmpty();
    }

    /** Finds the numbers in sources, poms and documents, each with a file that holds it. */
    private static Map<String, Path> cited() throws IOException {
        Map<String, Path> cited = new TreeMap<>();
        Set<String> suffixes = new TreeSet<>(Set.of("java", "md", "csv", "xml", "sql"));
        Files.walkFileTree(ROOT, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
                String name = folder.getFileName().toString();
                boolean notOurs = !folder.equals(ROOT) && (name.equals("target") || name.startsWith("."));
                return notOurs ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                String name = file.getFileName().toString();
                if (suffixes.contains(name.substring(name.lastIndexOf('.') + 1))) {
                    // Not as UTF-8: an example may hold bytes that are none.
                    NUMBER.matcher(Files.readString(file, StandardCharsets.ISO_8859_1))
                            .results()
                            .map(MatchResult::group)
                            .forEach(number -> cited.put(number, file));
                }
                return FileVisitResult.CONTINUE;
            }
        });
        return cited;
    }
}
