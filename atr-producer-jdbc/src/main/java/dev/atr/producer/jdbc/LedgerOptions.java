package dev.atr.producer.jdbc;

import dev.atr.core.fhir.ResourceKey;
import dev.atr.core.fhir.ResourceType;
import dev.atr.core.file.OwnerOnly;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneId;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Where a ledger lives and which day it is there. Immutable; each method returns a copy.
 *
 * <p>The driver of the database is the embedder's to bring: {@code com.h2database:h2} or {@code org.postgresql:postgresql}.
 */
public final class LedgerOptions {
    /** Schema that holds the tables: {@code atr}, so that they stay apart from the payer's own. */
    public static final String DEFAULT_SCHEMA = "atr";

    /** Most connections that a ledger uses at once unless told otherwise: 10. */
    public static final int DEFAULT_CONNECTIONS = 10;

    /** What databases can reckon with; a hundred years. */
    private static final Duration LONGEST_AFTER_DROP = Duration.ofDays(36_500);

    private static final Pattern SCHEMA = Pattern.compile("[a-z][a-z0-9_]{0,62}");

    /**
     * Each commit is on disk when it returns; the cache has an eighth of the heap, which exports do not need but loads do;
     * and the statistics are those of the scripts. Each query is run: H2 would give the result of the same query before,
     * also to a transaction that has changed the rows since.
     */
    private static final String H2_SETTINGS =
            ";CACHE_SIZE=" + Runtime.getRuntime().maxMemory() / 8 / 1024
                    + ";ANALYZE_AUTO=0;WRITE_DELAY=0;LOCK_TIMEOUT=600000;DB_CLOSE_ON_EXIT=FALSE;TRACE_LEVEL_FILE=0;OPTIMIZE_REUSE_RESULTS=0";

    // Set before the object is handed out, and never after
    private @Nullable DataSource dataSource;
    private @Nullable String url;
    private @Nullable String user;
    private @Nullable String password;
    private String schema = DEFAULT_SCHEMA;
    private int connections = DEFAULT_CONNECTIONS;
    private ZoneId zone = ZoneId.systemDefault();
    private Clock clock = Clock.systemUTC();
    private Contracts contracts = Contracts.ANY_SYSTEM;
    private Set<ResourceKey> payers = Set.of();
    private boolean attributionsEndOnCall;
    private Duration readableAfterDrop = Duration.ZERO;

    private LedgerOptions() {}

    private LedgerOptions with(Consumer<LedgerOptions> change) {
        LedgerOptions copy = new LedgerOptions();
        copy.dataSource = dataSource;
        copy.url = url;
        copy.user = user;
        copy.password = password;
        copy.schema = schema;
        copy.connections = connections;
        copy.zone = zone;
        copy.clock = clock;
        copy.contracts = contracts;
        copy.payers = payers;
        copy.attributionsEndOnCall = attributionsEndOnCall;
        copy.readableAfterDrop = readableAfterDrop;
        change.accept(copy);
        return copy;
    }

    /**
     * Returns options for a database named by a JDBC URL; the ledger keeps a pool of its own. For PostgreSQL add
     * {@code reWriteBatchedInserts=true} to the URL: loads are then several times as fast.
     */
    public static LedgerOptions ofUrl(String url) {
        Objects.requireNonNull(url, "url");
        return new LedgerOptions().with(made -> made.url = url);
    }

    /** Returns options for the host's own pool. It must hand out connections in auto-commit mode, and is not closed. */
    public static LedgerOptions ofDataSource(DataSource dataSource) {
        Objects.requireNonNull(dataSource, "dataSource");
        return new LedgerOptions().with(made -> made.dataSource = dataSource);
    }

    /**
     * Returns options for an H2 database in a folder, {@code ledger.mv.db}. Folder and file are created here when they
     * are missing, for their owner alone where the file system knows owners.
     *
     * @throws UncheckedIOException when the folder can't be created
     */
    public static LedgerOptions ofDirectory(Path directory) {
        try {
            Path file = directory.toAbsolutePath().resolve("ledger");
            Files.createDirectories(directory, OwnerOnly.folder(directory));
            createMissing(file.resolveSibling("ledger.mv.db"));
            return ofUrl("jdbc:h2:file:" + file.toString().replace(";", "\\;") + H2_SETTINGS)
                    .credentials("atr", "");
        } catch (IOException e) {
            throw new UncheckedIOException("can't create the folder of the ledger", e);
        }
    }

    /** Returns options for an H2 database in memory, gone when the ledger is closed: for tests and demonstrations. */
    public static LedgerOptions inMemory() {
        return ofUrl("jdbc:h2:mem:" + UUID.randomUUID() + H2_SETTINGS).credentials("atr", "");
    }

    /** Returns a copy with the user who connects; for options of a URL. */
    public LedgerOptions credentials(String newUser, String newPassword) {
        return with(copy -> {
            copy.user = newUser;
            copy.password = newPassword;
        });
    }

    /**
     * Returns a copy with another schema.
     *
     * @param newSchema lower-case letters, digits and underscores, at most 63 characters; created when it is missing
     */
    public LedgerOptions schema(String newSchema) {
        if (!SCHEMA.matcher(newSchema).matches()) {
            throw new IllegalArgumentException("schema: lower-case letters, digits and '_', at most 63 characters");
        }
        return with(copy -> copy.schema = newSchema);
    }

    /**
     * Returns a copy with another number of connections. Half of them serve what reads list after list, exports above
     * all, however many run at once; the others are always there for requests that read or change a few rows.
     *
     * @param most size of the pool for options of a URL; for a pool of the host's, as many as it can spare. At least 2
     */
    public LedgerOptions connections(int most) {
        if (most < 2) {
            throw new IllegalArgumentException("connections: at least 2");
        }
        return with(copy -> copy.connections = most);
    }

    /** Returns a copy with the payer's time zone, in which attributions end; the default is the system's. */
    public LedgerOptions zone(ZoneId newZone) {
        Objects.requireNonNull(newZone, "zone");
        return with(copy -> copy.zone = newZone);
    }

    /** Returns a copy with another clock; the default is the system's. */
    public LedgerOptions clock(Clock newClock) {
        Objects.requireNonNull(newClock, "clock");
        return with(copy -> copy.clock = newClock);
    }

    /**
     * Returns a copy that knows the system of contract identifiers (C-39), of which no two lists that Consumers create
     * have one in common. By default an identifier that is neither NPI nor TIN is taken for that of the contract.
     */
    public LedgerOptions contractSystem(String system) {
        Objects.requireNonNull(system, "system");
        return with(copy -> copy.contracts = contracts.ofSystem(system));
    }

    /**
     * Returns a copy in which the contract identifier of a deleted list stays taken: no Consumer can create another list
     * of it. By default it is free again.
     */
    public LedgerOptions contractsStayTaken() {
        return with(copy -> copy.contracts = contracts.stayingTaken());
    }

    /**
     * Returns a copy in which attributions end by the calendar when {@link Ledger#endAttributions} is called. By default
     * an open ledger does that by itself: soon after it is opened, and within a quarter of an hour of each midnight in the
     * payer's time zone.
     */
    public LedgerOptions attributionsEndOnCall() {
        return with(copy -> copy.attributionsEndOnCall = true);
    }

    /**
     * Returns a copy in which the resources of a member stay readable for a while after the row has left the list, to those
     * who may see that list: one by one, with their history. Lists, exports and {@code $attribution-status} tell of those
     * on the list alone, as ever, and through a deleted list nothing is read. By default nothing is kept.
     *
     * @param time how long, from the version on in which the row is not there any more: at most 36 500 days;
     *     zero for not at all
     */
    public LedgerOptions readableAfterDrop(Duration time) {
        if (time.isNegative() || time.compareTo(LONGEST_AFTER_DROP) > 0) {
            throw new IllegalArgumentException("readableAfterDrop: 0 to " + LONGEST_AFTER_DROP.toDays() + " days");
        }
        return with(copy -> copy.readableAfterDrop = time);
    }

    /**
     * Returns a copy that knows which Organizations stand for the payer in lists that Consumers create, beside those that
     * manage a list of the payer's own or once did. It is needed for as long as there is no such list: by default none is
     * created before.
     *
     * @param organizations keys of Organizations, which the ledger holds
     */
    public LedgerOptions payers(Set<ResourceKey> organizations) {
        if (organizations.stream().anyMatch(key -> !key.type().equals(ResourceType.ORGANIZATION))) {
            throw new IllegalArgumentException("payers: only an Organization stands for a payer");
        }
        Set<ResourceKey> copied = Set.copyOf(organizations);
        return with(copy -> copy.payers = copied);
    }

    @Nullable
    DataSource dataSource() {
        return dataSource;
    }

    @Nullable
    String url() {
        return url;
    }

    @Nullable
    String user() {
        return user;
    }

    @Nullable
    String password() {
        return password;
    }

    String schema() {
        return schema;
    }

    int connections() {
        return connections;
    }

    ZoneId zone() {
        return zone;
    }

    Clock clock() {
        return clock;
    }

    Contracts contracts() {
        return contracts;
    }

    AfterDrop afterDrop() {
        return new AfterDrop(readableAfterDrop, clock);
    }

    boolean attributionsEndByThemselves() {
        return !attributionsEndOnCall;
    }

    Set<ResourceKey> payers() {
        return payers;
    }

    /** Returns the schema only: a URL may hold a password. */
    @Override
    public String toString() {
        return "LedgerOptions[" + schema + "]";
    }

    private static void createMissing(Path file) throws IOException {
        try {
            Files.createFile(file, OwnerOnly.file(file));
        } catch (FileAlreadyExistsException e) {
            // A ledger of an earlier run
        }
    }
}
