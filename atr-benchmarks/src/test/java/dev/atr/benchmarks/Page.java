package dev.atr.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A page of which only the figures are written here: each section stands between two comments. */
final class Page {
    private final Path file;

    Page(Path file) {
        this.file = file;
    }

    /**
     * Replaces the figures of one section and leaves everything else.
     *
     * @param section its name, as in {@code <!-- figures: core -->}
     * @throws IllegalArgumentException when the page has no such place
     */
    void replace(String section, String markdown) throws IOException {
        String text = Files.readString(file);
        String begin = "<!-- figures: " + section + " -->\n";
        String end = "<!-- end: " + section + " -->";
        int from = text.indexOf(begin) + begin.length();
        int to = text.indexOf(end);
        if (from < begin.length() || to < from) {
            throw new IllegalArgumentException("the page has no place for the figures of " + section);
        }
        Files.writeString(file, text.substring(0, from) + markdown + text.substring(to));
    }
}
