package dev.atr.producer.internal.export;

import dev.atr.producer.spi.ExportFiles;
import java.io.IOException;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Names of files by the attempt that writes them, so that two attempts at one job never touch the same file. */
final class AttemptFiles {
    private static final Pattern NAME = Pattern.compile("([0-9]{1,9})\\..*");

    private AttemptFiles() {}

    /** Returns the name of a file, for example {@code 1.Patient.0001.ndjson}. */
    static String name(int attempt, String stem, int number) {
        return String.format(Locale.ROOT, "%d.%s.%04d.ndjson", attempt, stem, number);
    }

    /** Removes the files of all attempts at a job before this one. */
    static void removeBefore(ExportFiles files, String job, int attempt) throws IOException {
        for (String name : files.names(job)) {
            if (attempt(name) < attempt) {
                files.delete(job, name);
            }
        }
    }

    private static int attempt(String name) {
        Matcher matcher = NAME.matcher(name);
        return matcher.matches() ? Integer.parseInt(matcher.group(1)) : 0;
    }
}
