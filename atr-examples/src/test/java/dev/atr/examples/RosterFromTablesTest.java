package dev.atr.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atr.core.attribution.ListId;
import dev.atr.core.attribution.ListStatus;
import dev.atr.core.fhir.Identifier;
import dev.atr.producer.jdbc.Ledger;
import dev.atr.producer.jdbc.LedgerOptions;
import dev.atr.producer.jdbc.RosterChanges;
import dev.atr.producer.jdbc.RosterList;
import dev.atr.producer.jdbc.RosterReport;
import dev.atr.producer.jdbc.RosterReport.Outcome;
import dev.atr.requirements.Requirement;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDate;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RosterFromTablesTest {
    private static final ListId LIST = new ListId("juniper");
    private static final int MEMBERS = 20;

    private static final RosterList ABOUT = new RosterList(
            ListStatus.OPEN,
            "Juniper",
            Identifier.of("https://payer.example/contracts", "CT-1"),
            "1487203592",
            null,
            LocalDate.of(2026, 1, 1),
            null,
            "Cedar Valley Health Plan",
            null);

    private final JdbcDataSource warehouse = new JdbcDataSource();
    private final BlockingQueue<RosterReport> reports = new LinkedBlockingQueue<>();
    private final Ledger ledger = Ledger.open(LedgerOptions.inMemory());

    @BeforeEach
    void fill() throws SQLException {
        warehouse.setURL("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
        sql("create table member (number varchar(20), family varchar(50), given varchar(50), born date, sex char(1))");
        sql("create table cover (member varchar(20), plan varchar(20), since date, until date)");
        sql("create table doctor (npi varchar(10), family varchar(50))");
        sql("create table attribution (member varchar(20), doctor varchar(10), since date, until date)");
        sql("insert into doctor values ('1234567893', 'Doctor'), ('1357902463', 'Other')");
        for (int i = 0; i < MEMBERS; i++) {
            sql("insert into member values ('W" + i + "', 'Family', 'Given', date '1980-01-31', 'F')");
            sql("insert into cover values ('W" + i + "', 'PPO', date '2026-01-01', null)");
            sql("insert into attribution values ('W" + i + "', '1234567893', date '2026-01-01', null)");
        }
    }

    @AfterEach
    void close() throws SQLException {
        ledger.close();
        sql("shutdown");
    }

    @Test
    @Requirement({"ATR-MDL-005", "ATR-MDL-019", "ATR-MDL-020"})
    void whatChangesInTheTablesChangesInTheList() throws Exception {
        try (RosterFromTables roster = roster()) {
            assertThat(roster.once().changes()).isEqualTo(new RosterChanges(MEMBERS, 0, 0, 0));
            assertThat(roster.once().outcome()).isEqualTo(Outcome.UNCHANGED);
            sql("update attribution set doctor = '1357902463' where member = 'W3'");

            RosterReport moved = roster.once();

            assertThat(moved.changes()).isEqualTo(new RosterChanges(1, 0, 1, MEMBERS - 1));
            assertThat(moved.version()).isEqualTo("2");
            sql("delete from attribution");
            assertThat(roster.once().outcome()).isEqualTo(Outcome.TOO_MUCH_CHANGE);
        }
    }

    @Test
    void aScheduleComparesAgainAndAgain() throws Exception {
        try (RosterFromTables roster = roster()) {
            roster.every(1, TimeUnit.MILLISECONDS);

            List<Outcome> outcomes = List.of(next(), next());

            assertThat(outcomes).containsExactly(Outcome.IMPORTED, Outcome.UNCHANGED);
        }
    }

    private Outcome next() throws InterruptedException {
        return Objects.requireNonNull(reports.poll(60, TimeUnit.SECONDS), "no report")
                .outcome();
    }

    private RosterFromTables roster() {
        return new RosterFromTables(warehouse, "https://payer.example/ids/member", ledger, LIST, ABOUT, reports::add);
    }

    private void sql(String statement) throws SQLException {
        try (Connection connection = warehouse.getConnection();
                Statement sql = connection.createStatement()) {
            sql.execute(statement);
        }
    }
}
