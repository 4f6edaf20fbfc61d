package dev.atr.producer.jdbc;

import java.sql.SQLException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The database failed. The message says what was tried and the SQL state; it never holds what the database said, since
 * that may quote a row.
 */
public final class LedgerException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final @Nullable String sqlState;

    LedgerException(String message) {
        super(message);
        this.sqlState = null;
    }

    private LedgerException(String message, SQLException cause) {
        super(message, cause);
        this.sqlState = cause.getSQLState();
    }

    /** Returns the SQL state that the database or its driver gave, for example {@code 28P01}; empty when there is none. */
    public Optional<String> sqlState() {
        return Optional.ofNullable(sqlState);
    }

    /** Wraps a failure; the cause keeps state and stack, and loses its text. */
    static LedgerException of(String tried, SQLException failure) {
        SQLException silent = new SQLException("SQL state " + failure.getSQLState(), failure.getSQLState());
        silent.setStackTrace(failure.getStackTrace());
        return new LedgerException(tried + ": SQL state " + failure.getSQLState(), silent);
    }
}
