package dev.atr.producer.jdbc;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.SQLException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * Brings the tables up to date from plain scripts, which only go forward. See {@code docs/decisions/0001}. H2 commits at
 * each statement, so a script can be run again after it failed half-way.
 */
final class SqlRunner {
    private static final String NUMBERS = "007-numbers.sql";

    /** In order; those for one database are in the history of the other as well, so that numbers agree. */
    private static final List<String> SCRIPTS = List.of(
            "001-ledger.sql",
            "002-statistics-h2.sql",
            "003-used-assertions.sql",
            "004-authorization.sql",
            "005-changes.sql",
            "006-export-jobs.sql",
            NUMBERS,
            "008-creations.sql",
            "009-differences.sql",
            "010-statistics-h2.sql",
            "011-rosters.sql",
            "012-subscriptions.sql");

    private SqlRunner() {}

    /** Returns whether the schema holds tables of a ledger, of whatever version. */
    static boolean hasRun(Database database) {
        return database.read(
                "looking for the ledger",
                session -> session.exists(
                        "select 1 from information_schema.tables where lower(table_schema) = ?"
                                + " and lower(table_name) = 'schema_history'",
                        database.schema().toLowerCase(Locale.ROOT)));
    }

    static void run(Database database, Instant now) {
        database.write("bringing the schema up to date", session -> {
            if (session.dialect() == Dialect.POSTGRESQL) {
                // Nodes that start together take turns until the transaction ends
                session.list("select pg_advisory_xact_lock(hashtext(?))", row -> 0, "atr " + database.schema());
            }
            createHistory(session, database.schema());
            Map<Integer, String> history = session
                    .list(
                            "select script, sha256 from atr.schema_history",
                            row -> Map.entry(row.getInt(1), row.getString(2)))
                    .stream()
                    .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
            for (int number : history.keySet()) {
                if (number > SCRIPTS.size()) {
                    throw new LedgerException("schema " + database.schema() + " was made by a newer version: script "
                            + number + " is not known here");
                }
            }
            for (int number = 1; number <= SCRIPTS.size(); number++) {
                String script = script(SCRIPTS.get(number - 1));
                String known = history.get(number);
                if (known == null) {
                    apply(session, number, script, now);
                } else if (!known.equals(sha256(script))) {
                    throw new LedgerException("schema " + database.schema() + " was made by another version: script "
                            + SCRIPTS.get(number - 1) + " differs");
                }
            }
            session.dropStagingOfOthers();
            return SCRIPTS.size();
        });
    }

    private static void createHistory(Session session, String schema) throws SQLException {
        // Asked first: creating what exists still needs the right to create
        if (!session.exists(
                "select 1 from information_schema.schemata where lower(schema_name) = ?",
                schema.toLowerCase(Locale.ROOT))) {
            session.execute("create schema " + schema);
        }
        session.execute("create table if not exists atr.schema_history (script integer primary key,"
                + " name varchar(200) not null, sha256 varchar(64) not null, applied timestamp(3) not null)");
    }

    private static void apply(Session session, int number, String script, Instant now) throws SQLException {
        boolean foreign = SCRIPTS.get(number - 1).endsWith("-h2.sql") && session.dialect() != Dialect.H2;
        for (String statement : session.dialect().types(script).split(";\n", -1)) {
            if (!foreign && !statement.isBlank()) {
                session.execute(statement);
            }
        }
        if (SCRIPTS.get(number - 1).equals(NUMBERS)) {
            ResourceNumbers.fill(session);
        }
        session.update(
                "insert into atr.schema_history (script, name, sha256, applied) values (?, ?, ?, ?)",
                number,
                SCRIPTS.get(number - 1),
                sha256(script),
                Session.timestamp(now));
    }

    private static String script(String name) {
        try (InputStream in = Objects.requireNonNull(SqlRunner.class.getResourceAsStream(name), name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String sha256(String script) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(script.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
