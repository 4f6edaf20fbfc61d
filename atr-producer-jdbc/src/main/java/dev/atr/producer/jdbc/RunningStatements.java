package dev.atr.producer.jdbc;

import java.sql.SQLException;
import java.sql.Statement;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The queries that run for one reader, so that another thread can end them: not by an interrupt, which would close the
 * files of an embedded database. Thread-safe.
 */
final class RunningStatements {
    /** SQL state of a statement that was cancelled, on H2 and on PostgreSQL. */
    static final String CANCELLED = "57014";

    private final Set<Statement> running = ConcurrentHashMap.newKeySet();
    private volatile boolean cancelled;

    /** Takes note of a statement that is about to run. */
    void begin(Statement statement) throws SQLException {
        running.add(statement);
        if (cancelled) {
            running.remove(statement);
            throw new SQLException("nobody wants the result any more", CANCELLED);
        }
    }

    /** Forgets a statement that has run. */
    void end(Statement statement) {
        running.remove(statement);
    }

    /**
     * Ends what runs, and lets nothing begin any more. A statement that was about to run just now may have begun all the
     * same: a second call ends it.
     */
    void cancel() {
        cancelled = true;
        for (Statement statement : running) {
            try {
                statement.cancel();
            } catch (SQLException e) {
                // It has ended meanwhile, or its connection is lost and it will.
            }
        }
    }
}
