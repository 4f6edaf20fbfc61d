package dev.atr.examples.payer;

import dev.atr.examples.Postgres;
import dev.atr.producer.spi.ProducerBackend;
import dev.atr.producer.tck.ProducerBackendContract;
import dev.atr.producer.tck.SampleLists;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.postgresql.ds.PGSimpleDataSource;

/** The same tables and the same queries on PostgreSQL; keys are told to sort code unit by code unit. */
class BackendOverOwnTablesOnPostgresTest extends ProducerBackendContract {
    private final PGSimpleDataSource tables = new PGSimpleDataSource();

    @Override
    protected ProducerBackend backendHolding(SampleLists lists) throws Exception {
        tables.setUrl(Postgres.freshDatabase());
        tables.setUser(Postgres.USER);
        tables.setPassword(Postgres.PASSWORD);
        String script = Files.readString(Path.of("src/main/resources/tables.sql"));
        try (Connection connection = tables.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(script.replaceAll("varchar\\(\\d+\\)", "$0 collate \"C\""));
        }
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
        return false;
    }
}
