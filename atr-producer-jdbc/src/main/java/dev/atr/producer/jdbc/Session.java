package dev.atr.producer.jdbc;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A connection on which SQL runs. In a statement {@code atr.} stands for the schema in use, {@code :forever} for the
 * end of rows that hold now, {@code :texts} for a table of the texts of one parameter, and
 * {@code from :rows(atr.table, key)} for the rows whose key is one of them, to be followed by further conditions with
 * {@code and}. For one thread.
 */
final class Session implements AutoCloseable {
    /** Position at which rows end that hold now. */
    static final long FOREVER = Long.MAX_VALUE;

    /** SQL state of a row whose key is there already, on H2 and on PostgreSQL. */
    private static final String DUPLICATE_KEY = "23505";

    private static final Pattern ROWS = Pattern.compile(":rows\\((\\S+), (\\w+)\\)");

    private final Connection connection;
    private final String schemaPrefix;
    private final Dialect dialect;
    private final RunningStatements running;
    private final Connections connections;
    private final Set<String> staged = new LinkedHashSet<>();
    private @Nullable StagingNames stagingNames;

    Session(Connections connections, String schema, Dialect dialect, RunningStatements running) throws SQLException {
        this.connection = connections.open();
        this.connections = connections;
        this.schemaPrefix = schema + ".";
        this.dialect = dialect;
        this.running = running;
    }

    Dialect dialect() {
        return dialect;
    }

    /** Runs a query whose result is small. */
    <T> List<T> list(String sql, RowReader<T> reader, @Nullable Object... parameters) throws SQLException {
        List<T> rows = new ArrayList<>();
        try (PreparedStatement statement = prepare(sql)) {
            bind(statement, parameters);
            running.begin(statement);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    rows.add(reader.read(row));
                }
            } finally {
                running.end(statement);
            }
        }
        return rows;
    }

    <T> Optional<T> first(String sql, RowReader<T> reader, @Nullable Object... parameters) throws SQLException {
        return list(sql, reader, parameters).stream().findFirst();
    }

    /** Returns whether a query without order or limit has a row. */
    boolean exists(String sql, @Nullable Object... parameters) throws SQLException {
        // Not "where exists": H2 gives the same answer to that for the rest of a transaction, whatever it has written
        return !list(sql + " limit 1", row -> row.getInt(1), parameters).isEmpty();
    }

    int update(String sql, @Nullable Object... parameters) throws SQLException {
        try (PreparedStatement statement = prepare(sql)) {
            bind(statement, parameters);
            return statement.executeUpdate();
        }
    }

    /**
     * Runs an insert that stands alone.
     *
     * @return whether the row was inserted; false when its key is there already
     */
    boolean insertIfAbsent(String insert, @Nullable Object... parameters) throws SQLException {
        try {
            return update(insert + dialect.ifAbsent(), parameters) > 0;
        } catch (SQLException e) {
            if (DUPLICATE_KEY.equals(e.getSQLState())) {
                return false;
            }
            throw e;
        }
    }

    void execute(String sql) throws SQLException {
        execute(connection, sql);
    }

    private void execute(Connection on, String sql) throws SQLException {
        try (Statement statement = on.createStatement()) {
            statement.execute(sql(sql));
        }
    }

    /**
     * Makes an empty table of this transaction alone, to be filled before {@link #stagingFilled}.
     *
     * @param table its name, of no schema
     * @param columns its columns and key
     */
    void createStaging(String table, String columns) throws SQLException {
        if (!table.startsWith("staged_")) {
            throw new IllegalArgumentException("a staging table's name begins with staged_");
        }
        String create = dialect.createStaging(table, columns);
        if (!dialect.stagesInOrdinaryTables()) {
            execute(create);
        } else if (staged.add(table)) {
            if (stagingNames == null) {
                stagingNames = new StagingNames(schemaPrefix);
            }
            // On another connection: H2 commits with a "create table", which would split the transaction
            try (Connection other = connections.open()) {
                execute(other, create);
            }
        }
        // Rows of an earlier use in the same transaction, or of one that was rolled back on this connection
        execute("delete from " + table);
    }

    /** Lets the database look at what a table of this transaction holds. */
    void stagingFilled(String table) throws SQLException {
        execute(dialect.stagingFilled(table));
    }

    /** Starts a statement that runs many times. */
    Batch batch(String sql) throws SQLException {
        return new Batch(prepare(sql));
    }

    void begin() throws SQLException {
        connection.setAutoCommit(false);
    }

    /**
     * Until the transaction ends, or {@link #planFreely}, queries walk along indexes. For what looks up single rows:
     * PostgreSQL has not counted the rows of a load until some time after it, and would read and sort the whole table for
     * each query.
     */
    void walkIndexes() throws SQLException {
        plan(false, false);
    }

    /**
     * The same for what reads a page: its queries ask for ranges of keys. A plan for all ranges, which PostgreSQL makes
     * once it has run a query ten times on a connection, takes them all for short, and goes through the whole list for
     * each row of another table.
     */
    void walkRanges() throws SQLException {
        plan(false, true);
    }

    /** From here on the database plans queries as it likes, each for its values. */
    void planFreely() throws SQLException {
        plan(true, true);
    }

    private void plan(boolean free, boolean forValues) throws SQLException {
        String plans = dialect.plans(free, forValues);
        if (!plans.isEmpty()) {
            execute(plans);
        }
    }

    void commit() throws SQLException {
        connection.commit();
    }

    void rollback() throws SQLException {
        connection.rollback();
    }

    @Override
    public void close() throws SQLException {
        try (connection) {
            if (!connection.getAutoCommit()) {
                connection.rollback();
                connection.setAutoCommit(true);
            }
            dropStaging();
        }
    }

    private void dropStaging() {
        for (String table : staged) {
            try {
                execute("drop table if exists " + table);
            } catch (SQLException e) {
                // Whoever opens the database next removes it; what was committed stays so.
            }
        }
    }

    /** Removes what processes that were killed have left of their staging tables. */
    void dropStagingOfOthers() throws SQLException {
        if (dialect.stagesInOrdinaryTables()) {
            List<String> tables = list(
                    "select table_name from information_schema.tables where lower(table_schema) = ?",
                    row -> row.getString(1),
                    schemaPrefix.substring(0, schemaPrefix.length() - 1).toLowerCase(Locale.ROOT));
            for (String table : tables) {
                if (StagingNames.isOfAnotherProcess(table)) {
                    try (Statement statement = connection.createStatement()) {
                        statement.execute("drop table if exists " + schemaPrefix + table);
                    }
                }
            }
        }
    }

    static LocalDateTime timestamp(Instant instant) {
        return LocalDateTime.ofInstant(instant, ZoneOffset.UTC);
    }

    static Instant instant(ResultSet row, String column) throws SQLException {
        return row.getObject(column, LocalDateTime.class).toInstant(ZoneOffset.UTC);
    }

    private PreparedStatement prepare(String sql) throws SQLException {
        return connection.prepareStatement(sql(sql));
    }

    private String sql(String sql) {
        String named = ROWS.matcher(sql)
                .replaceAll(dialect.rows())
                .replace("atr.", schemaPrefix)
                .replace(":forever", String.valueOf(FOREVER))
                .replace(":texts", "unnest(cast(? as varchar array))");
        return stagingNames == null ? named : stagingNames.in(named);
    }

    private void bind(PreparedStatement statement, @Nullable Object... parameters) throws SQLException {
        for (int i = 0; i < parameters.length; i++) {
            Object parameter = parameters[i];
            if (parameter instanceof Collection<?> texts) {
                Array array = connection.createArrayOf("varchar", texts.toArray());
                statement.setArray(i + 1, array);
            } else if (parameter instanceof byte[] bytes) {
                statement.setBytes(i + 1, bytes);
            } else {
                statement.setObject(i + 1, parameter);
            }
        }
    }

    /** Opens a connection to the same database. */
    interface Connections {
        Connection open() throws SQLException;
    }

    /** Reads the row on which a result stands. */
    interface RowReader<T> {
        T read(ResultSet row) throws SQLException;
    }

    /** A statement that runs many times; nothing is sent before {@link #run}. */
    final class Batch implements AutoCloseable {
        private final PreparedStatement statement;
        private int size;

        private Batch(PreparedStatement statement) {
            this.statement = statement;
        }

        void add(@Nullable Object... parameters) throws SQLException {
            bind(statement, parameters);
            statement.addBatch();
            size++;
        }

        int size() {
            return size;
        }

        void run() throws SQLException {
            if (size > 0) {
                statement.executeBatch();
                size = 0;
            }
        }

        @Override
        public void close() throws SQLException {
            statement.close();
        }
    }
}
