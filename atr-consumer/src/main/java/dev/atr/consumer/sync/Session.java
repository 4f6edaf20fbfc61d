package dev.atr.consumer.sync;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A transaction of the store, undone unless it is committed. {@code atr.} in a statement is its schema. For one thread. */
final class Session implements AutoCloseable {
    /** Rows that are sent together, and bytes of them that are held at most, or those of one row. */
    private static final int BATCH = 1000;

    private static final long BATCH_BYTES = 4 << 20;

    private final Connection connection;
    private final String schema;
    private final Dialect dialect;
    private final Connections connections;
    private final Set<String> staged = new LinkedHashSet<>();
    private @Nullable StagingNames stagingNames;

    Session(Connections connections, String schema, Dialect dialect) throws SQLException {
        this.connection = connections.open();
        this.connections = connections;
        this.schema = schema;
        this.dialect = dialect;
        connection.setAutoCommit(false);
    }

    Dialect dialect() {
        return dialect;
    }

    /** Runs a query whose result is small. */
    <T> List<T> list(String sql, RowReader<T> reader, @Nullable Object... parameters) throws SQLException {
        List<T> rows = new ArrayList<>();
        try (PreparedStatement statement = prepare(sql, parameters);
                ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                rows.add(reader.read(row));
            }
        }
        return rows;
    }

    <T> Optional<T> first(String sql, RowReader<T> reader, @Nullable Object... parameters) throws SQLException {
        return list(sql, reader, parameters).stream().findFirst();
    }

    /** Returns the number that a query counts. */
    long count(String sql, @Nullable Object... parameters) throws SQLException {
        return first(sql, row -> row.getLong(1), parameters).orElse(0L);
    }

    long update(String sql, @Nullable Object... parameters) throws SQLException {
        try (PreparedStatement statement = prepare(sql, parameters)) {
            return statement.executeLargeUpdate();
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

    /** Makes an empty table of this transaction alone. */
    void createStaging(String table, String columns) throws SQLException {
        if (!table.startsWith("staged_")) {
            throw new IllegalArgumentException("a staging table's name begins with staged_");
        }
        String create = dialect.createStaging(table, columns);
        if (!dialect.stagesInOrdinaryTables()) {
            execute(create);
        } else if (staged.add(table)) {
            if (stagingNames == null) {
                stagingNames = new StagingNames(schema);
            }
            // On another connection: H2 commits with a "create table", which would split the transaction
            try (Connection other = connections.open()) {
                execute(other, create);
            }
        }
        // What a transaction on this connection has left that was rolled back
        execute("delete from " + table);
    }

    /** Lets the database look at what a table of this transaction holds. */
    void stagingFilled(String table) throws SQLException {
        if (dialect == Dialect.POSTGRESQL) {
            execute("analyze " + table);
        }
    }

    /** Starts a statement that runs many times. */
    Batch batch(String sql) throws SQLException {
        return new Batch(prepare(sql));
    }

    PreparedStatement prepare(String sql, @Nullable Object... parameters) throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql(sql));
        try {
            bind(statement, parameters);
            PreparedStatement bound = statement;
            statement = null;
            return bound;
        } finally {
            if (statement != null) {
                statement.close();
            }
        }
    }

    void commit() throws SQLException {
        connection.commit();
    }

    @Override
    public void close() throws SQLException {
        try (connection) {
            connection.rollback();
            connection.setAutoCommit(true);
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
                    schema.toLowerCase(Locale.ROOT));
            for (String table : tables) {
                if (StagingNames.isOfAnotherProcess(table)) {
                    try (Statement statement = connection.createStatement()) {
                        statement.execute("drop table if exists " + schema + "." + table);
                    }
                }
            }
        }
    }

    static @Nullable LocalDateTime timestamp(@Nullable Instant instant) {
        // Never later than it was: the next export asks for what changed since
        return instant == null ? null : LocalDateTime.ofInstant(instant.truncatedTo(ChronoUnit.MICROS), ZoneOffset.UTC);
    }

    static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
        LocalDateTime time = row.getObject(column, LocalDateTime.class);
        return time == null ? null : time.toInstant(ZoneOffset.UTC);
    }

    private String sql(String sql) {
        String named = sql.replace("atr.", schema + ".");
        return stagingNames == null ? named : stagingNames.in(named);
    }

    private static void bind(PreparedStatement statement, @Nullable Object... parameters) throws SQLException {
        for (int i = 0; i < parameters.length; i++) {
            statement.setObject(i + 1, parameters[i]);
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

    /** A statement that runs many times; sent a thousand at a time, and at {@link #run}. */
    static final class Batch implements AutoCloseable {
        private final PreparedStatement statement;
        private int size;
        private long bytes;

        private Batch(PreparedStatement statement) {
            this.statement = statement;
        }

        void add(@Nullable Object... parameters) throws SQLException {
            bind(statement, parameters);
            statement.addBatch();
            size++;
            for (Object parameter : parameters) {
                bytes += parameter instanceof byte[] json ? json.length : 0;
            }
            if (size >= BATCH || bytes >= BATCH_BYTES) {
                run();
            }
        }

        void run() throws SQLException {
            if (size > 0) {
                statement.executeBatch();
                size = 0;
                bytes = 0;
            }
        }

        @Override
        public void close() throws SQLException {
            statement.close();
        }
    }
}
