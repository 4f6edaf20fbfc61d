package dev.atr.producer.jdbc;

import dev.atr.core.error.TransportException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Where sessions come from. Thread-safe. */
final class Database implements AutoCloseable {
    private static final Duration IDLE = Duration.ofSeconds(10);

    /** How long pages may take that nobody waits for any more. */
    private static final Duration LAST_PAGES = Duration.ofSeconds(10);

    private final DataSource dataSource;
    private final String schema;
    private final Dialect dialect;
    private final @Nullable Semaphore turns;
    private final @Nullable ThreadPoolExecutor threads;
    private final RunningStatements running = new RunningStatements();

    private Database(
            DataSource dataSource,
            String schema,
            Dialect dialect,
            @Nullable Semaphore turns,
            @Nullable ThreadPoolExecutor threads) {
        this.dataSource = dataSource;
        this.schema = schema;
        this.dialect = dialect;
        this.turns = turns;
        this.threads = threads;
    }

    static Database of(DataSource dataSource, String schema) {
        try (Connection connection = dataSource.getConnection()) {
            if (!connection.getAutoCommit()) {
                // Closing such a connection takes back what was not committed, and most statements here stand alone.
                throw new LedgerException(
                        "the data source hands out connections without auto-commit; switch it on for the ledger");
            }
            return new Database(dataSource, schema, Dialect.of(connection), null, null);
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

    /**
     * Returns the same database for reads that come by the thousand, as those of an export do: no more than so many of
     * them are under way at once, in the order in which they ask, so that a request that reads one row never waits
     * behind them for a connection. It may have as many threads, and is to be closed.
     */
    Database withTurns(int most) {
        ThreadPoolExecutor threads = new ThreadPoolExecutor(
                most, most, IDLE.toSeconds(), TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
                    Thread thread = new Thread(task, "atr-ledger-pages");
                    thread.setDaemon(true);
                    return thread;
                });
        threads.allowCoreThreadTimeOut(true);
        return new Database(dataSource, schema, dialect, new Semaphore(most, true), threads);
    }

    /** Returns the same database for one reader whose queries {@link #cancel} ends; not to be closed. */
    Database cancellable() {
        return new Database(dataSource, schema, dialect, turns, threads);
    }

    /** Ends the queries that run and lets no more begin; to be called again for as long as some reader is at work. */
    void cancel() {
        running.cancel();
    }

    /**
     * Begins to read what will be asked for soon, where turns are taken; otherwise reads it at once. Whoever can't wait for
     * its turn may run it.
     */
    <T> FutureTask<T> ahead(Callable<T> work) {
        FutureTask<T> task = new FutureTask<>(work);
        if (threads == null) {
            task.run();
        } else {
            try {
                threads.execute(task);
            } catch (RejectedExecutionException e) {
                throw new TransportException("the ledger is closed", e);
            }
        }
        return task;
    }

    /** Ends the threads that read ahead; the connections are their owner's. */
    @Override
    public void close() {
        if (threads == null) {
            return;
        }
        threads.shutdown();
        try {
            boolean unused = threads.awaitTermination(LAST_PAGES.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Opens a session in which every statement stands alone. */
    Session open() throws SQLException {
        return new Session(dataSource::getConnection, schema, dialect, running);
    }

    /** Runs short reads on a session of their own. */
    <T> T read(String tried, Work<T> work) {
        awaitTurn(tried);
        try (Session session = open()) {
            return work.run(session);
        } catch (SQLException e) {
            throw LedgerException.during(tried, e);
        } finally {
            if (turns != null) {
                turns.release();
            }
        }
    }

    private void awaitTurn(String tried) {
        try {
            if (turns != null) {
                turns.acquire();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TransportException(tried + ": stopped while it waited for its turn", e);
        }
    }

    /** Runs reads of single rows or of a page on a session of their own. */
    <T> T readPage(String tried, Work<T> work) {
        return read(tried, session -> {
            session.begin();
            session.walkRanges();
            return work.run(session);
        });
    }

    /**
     * The same for a query of one table that goes along one index, whatever its values are: to plan it for each page would
     * take a fifth of the time that the page takes.
     */
    <T> T readPageOfTable(String tried, Work<T> work) {
        return read(tried, session -> {
            session.begin();
            session.walkIndexes();
            return work.run(session);
        });
    }

    /** Runs reads that go through a whole list at once, and answer with little, on a session of their own. */
    <T> T readWhole(String tried, Work<T> work) {
        return read(tried, session -> {
            session.begin();
            session.planFreely();
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
