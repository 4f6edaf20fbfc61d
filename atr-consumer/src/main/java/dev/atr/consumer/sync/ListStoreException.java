package dev.atr.consumer.sync;

import java.sql.SQLException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The database of the local copies failed. The message says what was tried and the SQL state; it never holds what the
 * database said, since that may quote a row.
 */
public final class ListStoreException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final @Nullable String sqlState;

    ListStoreException(String message) {
        super(message);
        this.sqlState = null;
    }

    private ListStoreException(String message, SQLException cause) {
        super(message, cause);
        this.sqlState = cause.getSQLState();
    }

    /** Returns the SQL state that the database or its driver gave; empty when there is none. */
    public Optional<String> sqlState() {
        return Optional.ofNullable(sqlState);
    }

    /** Wraps a failure; the cause keeps state and stack, and loses its text. */
    static ListStoreException of(String tried, SQLException failure) {
        SQLException silent = new SQLException("SQL state " + failure.getSQLState(), failure.getSQLState());
        silent.setStackTrace(failure.getStackTrace());
        return new ListStoreException(tried + ": SQL state " + failure.getSQLState(), silent);
    }
}
