package dev.atr.producer.jdbc;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.atr.auth.server.ClientStore;
import dev.atr.auth.server.ReplayMemory;
import dev.atr.auth.server.SigningKeyStore;
import dev.atr.core.attribution.AttributionList;
import dev.atr.core.attribution.ListId;
import dev.atr.core.attribution.MemberCursor;
import dev.atr.producer.spi.ExportJobStore;
import dev.atr.producer.spi.ListQuery;
import dev.atr.producer.spi.ProducerBackend;
import dev.atr.producer.spi.TaskRunner;
import dev.atr.producer.spi.subscription.SubscriptionStore;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * A payer's lists and the resources behind them, in H2 or PostgreSQL, with their whole history: nothing is overwritten,
 * every write takes the next position, and a version of a list is a position.
 *
 * <pre>{@code
 * try (Ledger ledger = Ledger.open(LedgerOptions.ofDirectory(Path.of("/var/lib/atr")))) {
 *     ledger.write(tx -> tx.putResource(patient, json));
 *     ledger.importList(list, rows);
 *     ledger.entitle("consumer-1", Set.of(list.id()));
 *     AtrProducer producer = AtrProducer.builder(ledger.backend())…
 * }
 * }</pre>
 *
 * <p>As long as it is open, attributions end by the calendar by themselves, on a thread of its own; see
 * {@link LedgerOptions#attributionsEndOnCall}.
 *
 * <p>Thread-safe. Writers take turns; readers never wait for them. Several processes may share a ledger on PostgreSQL.
 * What fails because the database can't be reached just now is a {@link dev.atr.core.error.TransportException}.
 */
public final class Ledger implements AutoCloseable {
    /** How long a call waits for a connection before it says that the database does not answer. */
    private static final Duration CONNECTION_PATIENCE = Duration.ofSeconds(10);

    private static final Pattern PRODUCER = Pattern.compile("[a-z0-9]{1,20}");

    private final Database database;
    private final String id;
    private final @Nullable HikariDataSource pool;
    private final ZoneId zone;
    private final Clock clock;
    private final LedgerBackend backend;
    private final ReplayMemory replayMemory;
    private final ClientStore clientStore;
    private final SigningKeyStore signingKeyStore;
    private final @Nullable DailyTick calendar;

    private Ledger(Database database, @Nullable HikariDataSource pool, LedgerOptions options) {
        this.database = database;
        this.id = database.read(
                "reading the ledger's id",
                session -> session.first("select store_id from atr.export_store", row -> row.getString(1))
                        .orElseThrow(() -> new LedgerException("the ledger has lost its id")));
        this.pool = pool;
        this.zone = options.zone();
        this.clock = options.clock();
        this.backend = new LedgerBackend(database, options);
        this.replayMemory = new UsedAssertions(database, clock);
        this.clientStore = new Clients(database);
        this.signingKeyStore = new SigningKeyTable(database);
        this.calendar = options.attributionsEndByThemselves()
                ? DailyTick.start(new AttributionEnds(database, clock, zone), clock, zone)
                : null;
    }

    /**
     * Opens a ledger, and creates its tables or brings them up to date.
     *
     * @return the ledger, to be closed by the caller
     * @throws LedgerException when the database can't be reached, or was made by a newer version
     */
    public static Ledger open(LedgerOptions options) {
        return open(options, false).orElseThrow();
    }

    /**
     * Opens a ledger that is there, and brings its tables up to date. Where there is none, none is made; but an H2 database
     * that is missing is, unless its URL says {@code IFEXISTS=TRUE}.
     *
     * @return the ledger, to be closed by the caller; empty when the database holds none in this schema
     * @throws LedgerException when the database can't be reached, or was made by a newer version
     */
    public static Optional<Ledger> openExisting(LedgerOptions options) {
        return open(options, true);
    }

    private static Optional<Ledger> open(LedgerOptions options, boolean existing) {
        DataSource given = options.dataSource();
        HikariDataSource pool = given == null ? pool(options) : null;
        boolean opened = false;
        try {
            DataSource source = given == null ? Objects.requireNonNull(pool) : given;
            Database database = Database.of(source, options.schema());
            if (existing && !SqlRunner.hasRun(database)) {
                return Optional.empty();
            }
            SqlRunner.run(database, options.clock().instant());
            Ledger ledger = new Ledger(database, pool, options);
            opened = true;
            return Optional.of(ledger);
        } catch (RuntimeException e) {
            // At this point whoever starts us decides whether to wait for the database.
            throw e.getCause() instanceof LedgerException failure ? failure : e;
        } finally {
            if (!opened && pool != null) {
                pool.close();
            }
        }
    }

    /** Returns the ledger as the Producer sees it; it works until the ledger is closed. */
    public ProducerBackend backend() {
        return backend;
    }

    /**
     * Searches the lists as the payer's own operator, whoever else may see them.
     *
     * @return the lists of the page, ids ascending
     * @throws LedgerException when the database fails
     */
    public List<AttributionList> lists(ListQuery query) {
        ListSearch search = new ListSearch(null, query);
        return database.read("searching lists", session -> List.copyOf(search.page(session)));
    }

    /**
     * Returns a memory of used client assertions that outlives the process and that all nodes on this ledger share; it
     * works until the ledger is closed.
     */
    public ReplayMemory replayMemory() {
        return replayMemory;
    }

    /**
     * Returns the registrations of clients, for all nodes on this ledger; it works until the ledger is closed. What a
     * client is entitled to is told by {@link #entitle}.
     */
    public ClientStore clientStore() {
        return clientStore;
    }

    /**
     * Returns the keys that sign access tokens, for all nodes on this ledger; it works until the ledger is closed. The
     * secrets stand in table {@code signing_key} as they are given: let the database encrypt it, keep it from others, or
     * wrap this store with {@link SigningKeyStore#protectedBy}.
     */
    public SigningKeyStore signingKeyStore() {
        return signingKeyStore;
    }

    /**
     * Returns what tells this ledger from any other: the name by which its nodes share a directory of export files.
     *
     * @return letters, digits and hyphens; the same for all nodes and for good
     */
    public String id() {
        return id;
    }

    /**
     * Returns a store of export jobs that outlives the process and that all nodes on this ledger share; it works until the
     * ledger is closed.
     *
     * @param producer tells the jobs of one Producer from those of another on the same ledger, for example {@code r4}:
     *     lower-case letters and digits, at most 20; the same on all nodes
     */
    public ExportJobStore exportJobs(String producer) {
        return new ExportJobTable(database, checkedName(producer));
    }

    /**
     * Returns a runner for the exports of one Producer, whose tasks outlive the process and go to whichever node is free.
     * A node that is not heard of for 25 seconds is taken for dead, and another one, or the same after a restart, goes on
     * with its tasks within 40 seconds. It is the Producer's to close, before the ledger.
     *
     * @param producer as for {@link #exportJobs}
     * @param workers exports that this node writes at once; each keeps one thread and a connection busy
     */
    public TaskRunner taskRunner(String producer, int workers) {
        return new DatabaseTaskRunner(database, "export-" + checkedName(producer), workers);
    }

    /**
     * Returns a store of Subscriptions that outlives the process and that all nodes on this ledger share; it works until the
     * ledger is closed. Secrets of clients reach it sealed.
     */
    public SubscriptionStore subscriptions() {
        return new SubscriptionTable(database);
    }

    /**
     * Returns a runner for notifications, as {@link #taskRunner} is one for exports: nodes share the work, and of one
     * Subscription one node at a time sends. It is the manager's to close, before the ledger.
     *
     * @param producer as for {@link #exportJobs}
     * @param workers notifications that this node sends at once; each keeps one thread busy
     */
    public TaskRunner notificationRunner(String producer, int workers) {
        return new DatabaseTaskRunner(database, "notify-" + checkedName(producer), workers);
    }

    private static String checkedName(String producer) {
        if (!PRODUCER.matcher(producer).matches()) {
            throw new IllegalArgumentException("producer: 1 to 20 lower-case letters and digits");
        }
        return producer;
    }

    /**
     * Writes in one transaction. When the work throws, nothing has happened.
     *
     * @param work what to write; runs in the calling thread
     * @throws LedgerException when the database fails; nothing has happened then
     */
    public void write(Consumer<LedgerTransaction> work) {
        database.write("writing to the ledger", session -> {
            session.walkIndexes();
            LedgerTransaction transaction = new LedgerTransaction(session, clock, zone);
            work.accept(transaction);
            transaction.finish();
            return true;
        });
    }

    /**
     * Takes in a whole list as one publication: compares it with what is held, inside the database, and writes one new
     * version. Rows that are missing now leave the list, on a draft one as inactive and dropped. A list that is as
     * before makes no version. The first import of a list believes its change codes: where they tell of members that
     * were there before, two versions are written, and the codes of the second are those given.
     *
     * <p>Rows may come in any order; they pass in constant memory. Runs in one transaction; other writers wait for its
     * last part only.
     *
     * @param list what the list says about itself
     * @param rows its rows; read to the end, not closed
     * @return what became of it
     * @throws dev.atr.core.error.InvalidContentException when two rows have one key, a row refers to no Patient, or a
     *     text is none: it holds half a character (a lone surrogate) or a control character; nothing has happened then
     * @throws LedgerException when the database fails; nothing has happened then
     */
    public ImportedList importList(AttributionList list, MemberCursor rows) {
        return database.write("taking in a list", session -> new ListImport(session, clock, zone, list).run(rows));
    }

    /**
     * Ends attributions by the calendar: those whose last day is over in the payer's time zone become inactive and
     * dropped, in a new version of each list that has such members. Final lists are left alone. The ledger does so by
     * itself each day; to be called where it was told {@linkplain LedgerOptions#attributionsEndOnCall not to}, once a day,
     * soon after midnight in that zone. Called again, or on several nodes at once, it changes nothing more. A call that
     * was left out is made up for by the next one, and any other write to a list does the same for that list.
     *
     * <p>Reads the rows of lists in which an attribution ends, to count the members who stay; writes none of them.
     *
     * @return the lists that have a new version
     * @throws LedgerException when the database fails; lists before that have their version
     */
    public List<ListId> endAttributions() {
        return new AttributionEnds(database, clock, zone).write(LocalDate.ofInstant(clock.instant(), zone), () -> true);
    }

    /**
     * Lets a client see these lists and no others; an empty set takes everything back. Takes effect with the next call
     * of the client.
     *
     * @throws LedgerException when the database fails
     */
    public void entitle(String clientId, Set<ListId> lists) {
        database.write("entitling a client", session -> {
            Entitlements.replace(
                    session, clientId, lists.stream().map(ListId::value).toList());
            return true;
        });
    }

    /**
     * Lets a client see every list, later ones included.
     *
     * @throws LedgerException when the database fails
     */
    public void entitleToAll(String clientId) {
        database.write("entitling a client", session -> {
            Entitlements.replace(session, clientId, Entitlements.ALL);
            return true;
        });
    }

    Database database() {
        return database;
    }

    Clock clock() {
        return clock;
    }

    ZoneId zone() {
        return zone;
    }

    /** Ends the ledger's own threads and connections; a pool that the host gave stays open. */
    @Override
    public void close() {
        if (calendar != null) {
            calendar.close();
        }
        backend.close();
        if (pool != null) {
            pool.close();
        }
    }

    private static HikariDataSource pool(LedgerOptions options) {
        HikariConfig config = new HikariConfig();
        config.setPoolName("atr-ledger");
        config.setJdbcUrl(options.url());
        config.setUsername(options.user());
        config.setPassword(options.password());
        config.setMaximumPoolSize(options.connections());
        config.setMinimumIdle(1);
        config.setConnectionTimeout(CONNECTION_PATIENCE.toMillis());
        if (Objects.requireNonNull(options.url()).startsWith("jdbc:h2:")) {
            // An embedded database ends with its last connection: keep one for good
            config.setMaxLifetime(0);
            config.setIdleTimeout(0);
        }
        config.setInitializationFailTimeout(1);
        try {
            return new HikariDataSource(config);
        } catch (RuntimeException e) {
            throw e.getCause() instanceof SQLException failure
                    ? LedgerException.of("connecting to the database", failure)
                    : e;
        }
    }
}
