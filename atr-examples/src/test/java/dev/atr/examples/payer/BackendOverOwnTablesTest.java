package dev.atr.examples.payer;

import dev.atr.producer.spi.ProducerBackend;
import dev.atr.producer.tck.ProducerBackendContract;
import dev.atr.producer.tck.SampleLists;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.UUID;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.AfterEach;

class BackendOverOwnTablesTest extends ProducerBackendContract {
    private final JdbcDataSource tables = new JdbcDataSource();

    @Override
    protected ProducerBackend backendHolding(SampleLists lists) throws SQLException {
        tables.setURL("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
        run("runscript from 'classpath:tables.sql'");
        BackendOverOwnTables backend = new BackendOverOwnTables(tables);
        change(backend, lists);
        return backend;
    }

    @Override
    protected boolean change(ProducerBackend held, SampleLists lists) throws SQLException {
        try (Connection connection = tables.getConnection()) {
            SampleInTables.load(connection, lists);
        }
        return true;
    }

    @Override
    protected boolean keepsAllElements() {
        return false; // there are no columns for them
    }

    @AfterEach
    void close() throws SQLException {
        run("shutdown");
    }

    private void run(String sql) throws SQLException {
        try (Connection connection = tables.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
