package dev.atr.consumer.sync;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;

/** Brings the tables up to date from plain scripts, which only go forward. */
final class StoreScripts {
    /** In order; those for one database are in the history of the other as well, so that numbers agree. */
    private static final List<String> SCRIPTS = List.of("001-lists.sql", "002-statistics-h2.sql");

    private StoreScripts() {}

    static void run(Session session, String schema, Instant now) throws SQLException {
        if (session.dialect() == Dialect.POSTGRESQL) {
            // Processes that start together take turns until the transaction ends
            session.list("select pg_advisory_xact_lock(hashtext(?))", row -> 0, "atr " + schema);
        }
        // Asked first: creating what exists still needs the right to create
        if (session.count(
                        "select count(*) from information_schema.schemata where lower(schema_name) = ?",
                        schema.toLowerCase(Locale.ROOT))
                == 0) {
            session.execute("create schema " + schema);
        }
        session.execute("create table if not exists atr.schema_history (script integer primary key,"
                + " name varchar(200) not null, applied timestamp(3) not null)");
        Set<Integer> applied =
                new HashSet<>(session.list("select script from atr.schema_history", row -> row.getInt(1)));
        if (applied.stream().anyMatch(number -> number > SCRIPTS.size())) {
            throw new ListStoreException("schema " + schema + " was made by a newer version");
        }
        for (int number = 1; number <= SCRIPTS.size(); number++) {
            if (!applied.contains(number)) {
                apply(session, number, now);
            }
        }
    }

    private static void apply(Session session, int number, Instant now) throws SQLException {
        String name = SCRIPTS.get(number - 1);
        boolean foreign = name.endsWith("-h2.sql") && session.dialect() != Dialect.H2;
        for (String statement : session.dialect().types(script(name)).split(";\n", -1)) {
            if (!statement.isBlank() && !foreign) {
                session.execute(statement);
            }
        }
        session.update(
                "insert into atr.schema_history (script, name, applied) values (?, ?, ?)",
                number,
                name,
                Session.timestamp(now));
    }

    private static String script(String name) {
        try (InputStream in = Objects.requireNonNull(StoreScripts.class.getResourceAsStream(name), name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
