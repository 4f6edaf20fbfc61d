package dev.atr.examples;

import dev.atr.core.attribution.ListId;
import dev.atr.core.error.AtrException;
import dev.atr.producer.jdbc.Ledger;
import dev.atr.producer.jdbc.LedgerException;
import dev.atr.producer.jdbc.LedgerFromRoster;
import dev.atr.producer.jdbc.RosterColumn;
import dev.atr.producer.jdbc.RosterCursor;
import dev.atr.producer.jdbc.RosterList;
import dev.atr.producer.jdbc.RosterReport;
import dev.atr.producer.jdbc.RosterRow;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * A payer whose warehouse computes who is attributed today, and keeps neither history nor FHIR: its tables are read on a
 * schedule, and what differs becomes a version of the list. {@code ledger.backend()} is what a Producer then serves.
 */
public final class RosterFromTables implements AutoCloseable {
    /** Any query will do, in any order: the columns are named as in {@link RosterColumn}. */
    private static final String TODAY = "select m.number as member_id, m.family as family_name, m.given as given_name,"
            + " m.born as birth_date, m.sex as gender, c.plan as plan_id, c.since as coverage_start,"
            + " c.until as coverage_end, d.npi as provider_npi, d.family as provider_family_name,"
            + " a.since as attribution_start, a.until as attribution_end"
            + " from attribution a join member m on m.number = a.member join cover c on c.member = m.number"
            + " join doctor d on d.npi = a.doctor";

    private static final int FETCHED = 1000;

    private final DataSource warehouse;
    private final String memberSystem;
    private final LedgerFromRoster rosters;
    private final Consumer<RosterReport> reports;
    private final ScheduledExecutorService schedule = Executors.newSingleThreadScheduledExecutor();
    private @Nullable Future<?> runs;

    /**
     * Ties a list to the warehouse.
     *
     * @param warehouse the payer's own tables
     * @param memberSystem URI of the namespace of the member numbers
     * @param ledger where the list is kept with its history
     * @param list the list
     * @param about what it is about, for the first time
     * @param reports is told what became of each run; who sees that too much would change, or that rules are broken, has
     *     to look at the tables
     */
    public RosterFromTables(
            DataSource warehouse,
            String memberSystem,
            Ledger ledger,
            ListId list,
            RosterList about,
            Consumer<RosterReport> reports) {
        this.warehouse = warehouse;
        this.memberSystem = memberSystem;
        this.rosters = LedgerFromRoster.builder(ledger, list)
                .newList(about)
                .maxChurn(10)
                .build();
        this.reports = reports;
    }

    /** Compares now and then again and again; a run that finds nothing new writes nothing. */
    public void every(long period, TimeUnit unit) {
        runs = schedule.scheduleWithFixedDelay(this::tryOnce, 0, period, unit);
    }

    /**
     * Compares once.
     *
     * @return what became of it
     */
    public RosterReport once() {
        return rosters.take(this::rows);
    }

    private void tryOnce() {
        try {
            reports.accept(once());
        } catch (AtrException | LedgerException | UncheckedIOException | IllegalStateException e) {
            // The database is away; the next run makes up for this one
            System.getLogger("roster").log(System.Logger.Level.WARNING, "the roster was not taken in", e);
        }
    }

    private RosterCursor rows() throws IOException {
        try {
            return new Rows(warehouse.getConnection(), memberSystem);
        } catch (SQLException e) {
            throw new IOException("the warehouse does not answer", e);
        }
    }

    /** Ends the schedule, once a run under way has ended. */
    @Override
    public void close() {
        if (runs != null) {
            runs.cancel(false);
        }
        schedule.shutdown();
        try {
            if (!schedule.awaitTermination(1, TimeUnit.HOURS)) {
                schedule.shutdownNow();
            }
        } catch (InterruptedException e) {
            schedule.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }

    /** The rows of the query, a thousand at a time. */
    private static final class Rows implements RosterCursor {
        private final Connection connection;
        private final ResultSet rows;
        private final String memberSystem;
        private long number;

        Rows(Connection connection, String memberSystem) throws SQLException {
            this.connection = connection;
            this.memberSystem = memberSystem;
            try {
                // Without a transaction PostgreSQL's driver reads all rows at once
                connection.setAutoCommit(false);
                PreparedStatement statement = connection.prepareStatement(TODAY);
                statement.setFetchSize(FETCHED);
                rows = statement.executeQuery();
            } catch (SQLException e) {
                connection.close();
                throw e;
            }
        }

        @Override
        public @Nullable RosterRow next() {
            try {
                if (!rows.next()) {
                    return null;
                }
                Map<RosterColumn, String> values = new EnumMap<>(RosterColumn.class);
                values.put(RosterColumn.MEMBER_ID_SYSTEM, memberSystem);
                for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
                    String value = rows.getString(i);
                    if (value != null) {
                        values.put(RosterColumn.named(rows.getMetaData().getColumnLabel(i)), value);
                    }
                }
                return new RosterRow(++number, values);
            } catch (SQLException e) {
                throw new IllegalStateException("the warehouse broke off", e);
            }
        }

        @Override
        public void close() {
            try (connection) {
                rows.close();
                connection.rollback();
            } catch (SQLException e) {
                throw new IllegalStateException("the warehouse broke off", e);
            }
        }
    }
}
