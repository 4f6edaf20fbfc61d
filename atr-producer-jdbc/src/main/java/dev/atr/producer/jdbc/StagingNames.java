package dev.atr.producer.jdbc;

import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * How the ordinary tables are called in which a session stages rows where temporary ones won't do. No two sessions share
 * one, and those of a process that was killed can be told from those of this one.
 */
final class StagingNames {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final String THIS_PROCESS = random();
    private static final Pattern STAGED = Pattern.compile("\\bstaged_\\w+");

    private final String replacement;

    StagingNames(String schemaPrefix) {
        this.replacement = schemaPrefix + "$0_" + THIS_PROCESS + "_" + random();
    }

    /** Returns a statement with the names of this session. */
    String in(String sql) {
        return STAGED.matcher(sql).replaceAll(replacement);
    }

    /** Returns whether a table is one in which another process has staged rows; such a process is dead. */
    static boolean isOfAnotherProcess(String table) {
        String name = table.toLowerCase(Locale.ROOT);
        return name.matches("staged_\\w+_[0-9a-f]{16}_[0-9a-f]{16}") && !name.contains("_" + THIS_PROCESS + "_");
    }

    private static String random() {
        byte[] bytes = new byte[8];
        RANDOM.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }
}
