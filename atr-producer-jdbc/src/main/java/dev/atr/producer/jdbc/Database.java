package dev.atr.producer.jdbc;

import dev.atr.core.error.TransportException;
import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;

/** Where sessions come from. Thread-safe. */
final class Database {
    private final DataSource dataSource;
    private final String schema;
    private final Dialect dialect;

    private Database(DataSource dataSource, String schema, Dialect dialect) {
        this.dataSource = dataSource;
        this.schema = schema;
        this.dialect = dialect;
    }

    static Database of(DataSource dataSource, String schema) {
        try (Connection connection = dataSource.getConnection()) {
            if (!connection.getAutoCommit()) {
                // Closing such a connection takes back what was not committed, and most statements here stand alone.
                throw new LedgerException(
                        "the data source hands out connections without auto-commit; switch it on for the ledger");
            }
            return new Database(dataSource, schema, Dialect.of(connection));
        } catch (SQLException e) {
            throw LedgerException.of("connecting to the database", e);
        }
    }

    String schema() {
        return schema;
    }

    Dialect dialect() {
        return dialect;
    }

    DataSource dataSource() {
        return dataSource;
    }

    /** Opens a session in which every statement stands alone. */
    Session open() throws SQLException {
        return new Session(dataSource.getConnection(), schema, dialect);
    }

    /** Runs short reads on a session of their own. */
    <T> T read(String tried, Work<T> work) {
        try (Session session = open()) {
            return work.run(session);
        } catch (SQLException e) {
            throw LedgerException.during(tried, e);
        }
    }

    /** Runs reads of single rows or of a page on a session of their own. */
    <T> T readPage(String tried, Work<T> work) {
        return read(tried, session -> {
            session.begin();
            session.walkIndexes();
            return work.run(session);
        });
    }

    /** Runs one transaction; it is undone when the work throws. */
    <T> T write(String tried, Work<T> work) {
        try (Session session = open()) {
            session.begin();
            T result = work.run(session);
            session.commit();
            return result;
        } catch (SQLException e) {
            throw LedgerException.during(tried, e);
        }
    }

    /** Runs statements that stand alone, for stores whose callers wait and try again when the database is away. */
    <T> T shared(String tried, Work<T> work) {
        try (Session session = open()) {
            return work.run(session);
        } catch (SQLException e) {
            throw new TransportException("the database does not answer", LedgerException.of(tried, e));
        }
    }

    /** What is done on a session. */
    interface Work<T> {
        T run(Session session) throws SQLException;
    }
}
