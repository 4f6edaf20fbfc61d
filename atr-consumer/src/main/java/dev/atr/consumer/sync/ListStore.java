package dev.atr.consumer.sync;

import dev.atr.core.attribution.ListId;
import dev.atr.core.file.OwnerOnly;
import java.io.IOException;
import java.net.URI;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Local copies of the lists of any number of payers, in a database that an analyst can query: H2 or PostgreSQL. The tables
 * are described in {@code docs/sync.md}; what the tables of a schema hold is written by this library alone.
 *
 * <p>Thread-safe. Several processes may share a PostgreSQL database; one process at a time opens a file.
 */
public final class ListStore implements AutoCloseable {
    /** The schema, unless another is named: {@code atr_sync}. */
    public static final String DEFAULT_SCHEMA = "atr_sync";

    private static final Pattern SCHEMA = Pattern.compile("[a-z][a-z0-9_]{0,50}");
    private static final String FILE_ENDING = ".mv.db";

    /** An eighth of the heap caches pages; a commit is on disk when it returns; nothing is written to a trace. */
    private static final String H2_SETTINGS =
            ";CACHE_SIZE=" + Runtime.getRuntime().maxMemory() / 8 / 1024
                    + ";ANALYZE_AUTO=0;WRITE_DELAY=0;LOCK_TIMEOUT=600000;DB_CLOSE_ON_EXIT=FALSE;TRACE_LEVEL_FILE=0"
                    + ";OPTIMIZE_REUSE_RESULTS=0";

    private final DataSource dataSource;
    private final String schema;
    private final Dialect dialect;

    // Keeps an embedded database open between two transactions
    private final @Nullable Connection open;

    private ListStore(DataSource dataSource, String schema, @Nullable Connection open) {
        if (!SCHEMA.matcher(schema).matches()) {
            throw new IllegalArgumentException("schema: a lower-case letter, then letters, digits and underscores");
        }
        this.dataSource = dataSource;
        this.schema = schema;
        this.open = open;
        try (Connection connection = dataSource.getConnection()) {
            this.dialect = Dialect.of(connection);
        } catch (SQLException e) {
            throw ListStoreException.of("connecting to the database", e);
        }
        write("bringing the schema up to date", session -> {
            StoreScripts.run(session, schema, Clock.systemUTC().instant());
            session.dropStagingOfOthers();
            return true;
        });
    }

    /**
     * Opens the copies in a database of the caller's, in the schema {@value #DEFAULT_SCHEMA}; makes it when it is not
     * there.
     *
     * @param dataSource stays the caller's to close
     * @throws ListStoreException when the database fails, or is another than H2 and PostgreSQL
     */
    public static ListStore open(DataSource dataSource) {
        return open(dataSource, DEFAULT_SCHEMA);
    }

    /**
     * Opens the copies in a schema of a database of the caller's; makes it when it is not there.
     *
     * @param dataSource stays the caller's to close
     * @param schema its name, in lower case
     * @throws ListStoreException when the database fails, or is another than H2 and PostgreSQL
     */
    public static ListStore open(DataSource dataSource, String schema) {
        return new ListStore(Objects.requireNonNull(dataSource, "dataSource"), schema, null);
    }

    /**
     * Opens the copies in a file, an H2 database; makes it when it is not there, for its owner alone. H2's driver is on
     * the class path.
     *
     * @param file with or without the ending {@code .mv.db}
     * @throws IOException when the file can't be made
     * @throws ListStoreException when the database fails; another process may have it open
     */
    public static ListStore inFile(Path file) throws IOException {
        Path whole = file.toAbsolutePath();
        String name = String.valueOf(whole.getFileName());
        if (name.endsWith(FILE_ENDING)) {
            name = name.substring(0, name.length() - FILE_ENDING.length());
        }
        Path parent = Objects.requireNonNull(whole.getParent());
        if (!Files.exists(parent)) {
            Files.createDirectories(parent, OwnerOnly.folder(file));
        }
        try {
            Path database = parent.resolve(name + FILE_ENDING);
            Files.createFile(database, OwnerOnly.file(database));
        } catch (FileAlreadyExistsException e) {
            // Of an earlier run
        }
        return at("jdbc:h2:file:" + parent.resolve(name).toString().replace(";", "\\;") + H2_SETTINGS, "atr", "");
    }

    /**
     * Opens the copies in the database at an address; its driver is on the class path.
     *
     * @param jdbcUrl of H2 or PostgreSQL. In H2 a commit is on disk when it returns, unless the address sets
     *     {@code WRITE_DELAY}
     * @param user who connects; absent when the address says it
     * @param password of the user; absent when there is none or the address says it
     * @throws ListStoreException when the database fails
     */
    public static ListStore at(String jdbcUrl, @Nullable String user, @Nullable String password) {
        DataSource dataSource = new UrlDataSource(durable(jdbcUrl), user, password);
        Connection open = null;
        try {
            open = dataSource.getConnection();
            ListStore store = new ListStore(dataSource, DEFAULT_SCHEMA, open);
            open = null;
            return store;
        } catch (SQLException e) {
            throw ListStoreException.of("connecting to the database", e);
        } finally {
            quietlyClose(open);
        }
    }

    /** H2 writes a commit half a second later, unless it is told: a process that is killed would have forgotten it. */
    private static String durable(String jdbcUrl) {
        boolean says = !jdbcUrl.startsWith("jdbc:h2:")
                || jdbcUrl.toUpperCase(Locale.ROOT).contains(";WRITE_DELAY=");
        return says ? jdbcUrl : jdbcUrl + ";WRITE_DELAY=0";
    }

    private static void quietlyClose(@Nullable Connection connection) {
        try {
            if (connection != null) {
                connection.close();
            }
        } catch (SQLException e) {
            // What failed before is thrown.
        }
    }

    /**
     * Returns what runs have changed in the copy of a list and nobody was told of, oldest first: those without
     * {@link #markReported}. Of a process that was killed there may be one more than the last run's.
     */
    public List<ListDiff> unreported(URI producer, ListId list) {
        return read("looking for changes", session -> SyncRun.unreported(session, producer, list));
    }

    /**
     * Opens the changes of a run, in constant memory. They stay in the store, and can be read as often as is wanted.
     *
     * @param diff an updated list; of other outcomes there are none
     * @return the changes; the caller closes it
     */
    public MemberChanges changes(ListDiff diff) {
        Session session = null;
        try {
            session = begin();
            MemberChanges changes = new MemberChanges(session, diff.run() == null ? -1 : diff.run());
            session = null;
            return changes;
        } catch (SQLException e) {
            throw ListStoreException.of("reading changes", e);
        } finally {
            if (session != null) {
                try {
                    session.close();
                } catch (SQLException e) {
                    // What failed before is thrown.
                }
            }
        }
    }

    /** Notes that somebody was told of the changes of a run; {@link #unreported} leaves it out from now on. */
    public void markReported(ListDiff diff) {
        write("marking changes as reported", session -> {
            session.update("update atr.sync_run set reported = true where run = ?", diff.run());
            return true;
        });
    }

    /**
     * Opens a connection for queries over the tables that {@code docs/sync.md} describes; what they hold is written by this
     * library alone. The caller closes it.
     *
     * @throws ListStoreException when the database fails
     */
    public Connection query() {
        try {
            return dataSource.getConnection();
        } catch (SQLException e) {
            throw ListStoreException.of("connecting to the database", e);
        }
    }

    /** Runs one transaction; it is undone when the work throws. */
    <T> T write(String tried, Work<T> work) {
        try (Session session = begin()) {
            T result = work.run(session);
            session.commit();
            return result;
        } catch (SQLException e) {
            throw ListStoreException.of(tried, e);
        }
    }

    /** Runs reads. */
    <T> T read(String tried, Work<T> work) {
        try (Session session = begin()) {
            return work.run(session);
        } catch (SQLException e) {
            throw ListStoreException.of(tried, e);
        }
    }

    /** Begins a transaction; the caller commits it, and closes it. */
    Session begin() throws SQLException {
        return new Session(dataSource::getConnection, schema, dialect);
    }

    /** Closes what this store has opened itself; a data source that was handed in stays open. */
    @Override
    public void close() {
        if (open != null) {
            try {
                open.close();
            } catch (SQLException e) {
                throw ListStoreException.of("closing the database", e);
            }
        }
    }

    /** What is done in a transaction. */
    interface Work<T> {
        T run(Session session) throws SQLException;
    }
}
