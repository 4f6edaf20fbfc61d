package dev.atr.cli;

import dev.atr.consumer.peer.PeerProfile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What is said of one Producer in words: a setting, or a file with a line for each. */
final class PeerSettings {
    static final String OPTION = "--peer";

    private PeerSettings() {}

    /**
     * Reads settings; a later one goes before an earlier one.
     *
     * @param given each {@code NAME=VALUE}, or a file of lines {@code name = value}; lines that begin with # do not count
     * @throws UsageException when a file can't be read, a line is none, or a setting is none
     */
    static PeerProfile read(List<String> given) throws IOException {
        Map<String, String> settings = new HashMap<>();
        for (String one : given) {
            if (one.contains("=")) {
                add(settings, one, one);
                continue;
            }
            for (String line : NamedFile.read(OPTION, Path.of(one)).lines().toList()) {
                if (!line.isBlank() && !line.stripLeading().startsWith("#")) {
                    add(settings, line, one);
                }
            }
        }
        try {
            return PeerProfile.of(settings);
        } catch (IllegalArgumentException e) {
            throw new UsageException(OPTION + ": " + e.getMessage() + ".");
        }
    }

    private static void add(Map<String, String> settings, String line, String where) {
        int equals = line.indexOf('=');
        if (equals < 1) {
            throw new UsageException(OPTION + ": " + where + " has a line that is not name = value.");
        }
        settings.put(
                line.substring(0, equals).strip(), line.substring(equals + 1).strip());
    }
}
