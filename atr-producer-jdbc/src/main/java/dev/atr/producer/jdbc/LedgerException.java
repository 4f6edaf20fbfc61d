package dev.atr.producer.jdbc;

import java.sql.SQLException;

/**
 * The database failed. The message says what was tried and the SQL state; it never holds what the database said, since
 * that may quote a row.
 */
public final class LedgerException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    LedgerException(String message) {
        super(message);
    }

    private LedgerException(String message, Throwable cause) {
        super(message, cause);
    }

    /** Wraps a failure; the cause keeps state and stack, and loses its text. */
    static LedgerException of(String tried, SQLException failure) {
        SQLException silent = new SQLException("SQL state " + failure.getSQLState(), failure.getSQLState());
        silent.setStackTrace(failure.getStackTrace());
        return new LedgerException(tried + ": SQL state " + failure.getSQLState(), silent);
    }
}
