package dev.atr.benchmarks;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How much is measured.
 *
 * @param sections names of the sections to run; empty for all
 * @param members members of the list; what costs too much at this size is measured at a tenth of it
 * @param rounds how often every contender has its turn, positive
 * @param work folder for files; emptied at the beginning and at the end
 * @param page the page whose figures are replaced; absent when they are only printed
 */
record Settings(
        List<String> sections,
        int members,
        int rounds,
        Path work,
        @Nullable Path page) {
    /** The size that the figures of the page are about: 1 million. */
    static final int FULL = 1_000_000;

    Settings {
        sections = List.copyOf(sections);
        if (members < 100 || rounds < 1) {
            throw new IllegalArgumentException("at least 100 members and 1 round");
        }
    }

    /** Reads a command line. */
    static Settings parse(String... words) {
        List<String> sections = new ArrayList<>();
        int members = FULL;
        int rounds = 5;
        Path work = null;
        Path page = null;
        for (int i = 0; i < words.length; i++) {
            switch (words[i]) {
                case "--members" -> members = Integer.parseInt(words[++i]);
                case "--rounds" -> rounds = Integer.parseInt(words[++i]);
                case "--work" -> work = Path.of(words[++i]);
                case "--page" -> page = Path.of(words[++i]);
                default -> sections.add(words[i]);
            }
        }
        return new Settings(
                sections,
                members,
                rounds,
                Objects.requireNonNull(work, "--work").toAbsolutePath(),
                page);
    }

    /** Returns the size for contenders that cost too much at the full one. */
    int tenth() {
        return members / 10;
    }

    /** Returns a size that is right for a full run, in proportion. */
    int scaled(int full) {
        return (int) Math.max(1, (long) full * members / FULL);
    }
}
