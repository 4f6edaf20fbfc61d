package dev.atr.producer.jdbc;

import dev.atr.core.error.TransportException;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTransientException;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The database failed. The message says what was tried and the SQL state; it never holds what the database said, since
 * that may quote a row.
 */
public final class LedgerException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * SQL states of lost connections (08), conflicts with other transactions (40), exhausted resources (53) and operators
     * who intervene (57P0); what H2 has of its own for a database that was closed or a lock that was not got; and no
     * state at all, which is a connection pool's own failure.
     */
    private static final Pattern PASSING =
            Pattern.compile("08...|40001|40P01|53...|57P0[1-3]|90067|90098|90121|HYT00|");

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

    /**
     * Wraps a failure in the midst of work: where the same call may well succeed later, as something to try again.
     *
     * @return a {@link TransportException} when the database can't be reached, ended, or gave way to another
     *     transaction; a {@link LedgerException} otherwise
     */
    static RuntimeException during(String tried, SQLException failure) {
        LedgerException exception = of(tried, failure);
        return isPassing(failure)
                ? new TransportException("the database does not answer: " + exception.getMessage(), exception)
                : exception;
    }

    private static boolean isPassing(SQLException failure) {
        return failure instanceof SQLTransientException
                || failure instanceof SQLRecoverableException
                || failure instanceof SQLNonTransientConnectionException
                || PASSING.matcher(Objects.requireNonNullElse(failure.getSQLState(), ""))
                        .matches();
    }
}
