package dev.atr.producer.jdbc;

import static dev.atr.producer.jdbc.LedgerFixture.CALLER;
import static dev.atr.producer.jdbc.LedgerFixture.importRows;
import static dev.atr.producer.jdbc.LedgerFixture.json;
import static dev.atr.producer.jdbc.LedgerFixture.resources;
import static dev.atr.producer.jdbc.LedgerFixture.row;
import static dev.atr.producer.jdbc.LedgerFixture.rows;
import static dev.atr.producer.jdbc.LedgerFixture.snapshot;
import static org.assertj.core.api.Assertions.assertThat;

import dev.atr.core.attribution.ListStatus;
import dev.atr.core.attribution.Member;
import dev.atr.core.fhir.ResourceKey;
import dev.atr.core.fhir.ResourceType;
import dev.atr.producer.spi.ListSnapshot;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A Producer runs for months on the same connections, and PostgreSQL keeps the plans of queries that it has run some times
 * on one: an export in a year costs what the first one did.
 */
class RepeatedReadsTest {
    private static final int MEMBERS = 2_000;

    /** PostgreSQL's driver and PostgreSQL itself run a query five times each before they think of keeping its plan. */
    private static final int READS = 15;

    @Test
    @Timeout(120)
    void laterReadsLookAtAsManyRowsAsEarlierOnes() throws Exception {
        LedgerOptions place = Postgres.freshSchema();
        LedgerOptions options = LedgerOptions.ofUrl(place.url() + "&ApplicationName=" + place.schema())
                .schema(place.schema())
                .connections(2);
        load(options);

        long begin = rowsLookedAt(options);
        readTimes(options, 1);
        long afterOne = rowsLookedAt(options);
        readTimes(options, READS);
        long afterAll = rowsLookedAt(options);

        assertThat(afterOne - begin).isGreaterThan(MEMBERS);
        assertThat(afterAll - afterOne).isLessThan(2L * READS * (afterOne - begin));
    }

    private static void load(LedgerOptions options) throws SQLException {
        try (Ledger ledger = Ledger.open(options)) {
            ledger.entitleToAll(CALLER.clientId());
            ledger.write(tx -> {
                for (int i = 0; i < MEMBERS; i++) {
                    ResourceKey patient = new ResourceKey(ResourceType.PATIENT, "p" + i);
                    ResourceKey related = new ResourceKey(ResourceType.RELATED_PERSON, "r" + i);
                    ResourceKey coverage = new ResourceKey(ResourceType.COVERAGE, "c-p" + i);
                    tx.putResource(patient, json(patient, ""));
                    tx.putResource(related, json(related, ""));
                    tx.putResource(coverage, json(coverage, references(patient, related)));
                }
            });
            importRows(
                    ledger,
                    ListStatus.OPEN,
                    IntStream.range(0, MEMBERS).mapToObj(i -> row("p" + i)).toArray(Member[]::new));
        }
        try (Connection connection = connect(options);
                Statement statement = connection.createStatement()) {
            statement.execute("analyze");
        }
    }

    private static String references(ResourceKey patient, ResourceKey related) {
        return ",\"beneficiary\":{\"reference\":\"" + patient.reference() + "\"},\"subscriber\":{\"reference\":\""
                + related.reference() + "\"},\"payor\":[{\"reference\":\"Organization/payer\"}]";
    }

    private static void readTimes(LedgerOptions options, int times) {
        try (Ledger ledger = Ledger.open(options)) {
            for (int i = 0; i < times; i++) {
                try (ListSnapshot snapshot = snapshot(ledger)) {
                    assertThat(rows(snapshot)).hasSize(MEMBERS);
                    for (ResourceType type : ResourceType.ATTRIBUTION_TYPES) {
                        resources(snapshot, type);
                    }
                }
            }
        }
    }

    /** Returns how many rows and index entries of the ledger's tables were looked at by connections that are closed. */
    private static long rowsLookedAt(LedgerOptions options) throws Exception {
        try (Connection connection = connect(options);
                Statement statement = connection.createStatement()) {
            String others = "select count(*) from pg_stat_activity where application_name = '" + options.schema()
                    + "' and pid <> pg_backend_pid()";
            while (number(statement, others) > 0) {
                TimeUnit.MILLISECONDS.sleep(10);
            }
            String schema = " where schemaname = '" + options.schema() + "'";
            return number(statement, "select sum(idx_tup_read) from pg_stat_user_indexes" + schema)
                    + number(statement, "select sum(seq_tup_read) from pg_stat_user_tables" + schema);
        }
    }

    private static long number(Statement statement, String query) throws SQLException {
        try (ResultSet row = statement.executeQuery(query)) {
            assertThat(row.next()).isTrue();
            return row.getLong(1);
        }
    }

    private static Connection connect(LedgerOptions options) throws SQLException {
        return DriverManager.getConnection(Objects.requireNonNull(options.url()), options.user(), options.password());
    }
}
