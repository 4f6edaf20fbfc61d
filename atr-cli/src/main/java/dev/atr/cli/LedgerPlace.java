package dev.atr.cli;

import dev.atr.producer.jdbc.Ledger;
import dev.atr.producer.jdbc.LedgerException;
import dev.atr.producer.jdbc.LedgerOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Where the payer's database is.
 *
 * @param data folder of the embedded one
 * @param jdbcUrl address of another one; absent for the embedded one
 * @param dbUser user there
 */
record LedgerPlace(
        Path data, @Nullable String jdbcUrl, @Nullable String dbUser) {
    /**
     * Checks the options.
     *
     * @throws UsageException when they contradict each other
     */
    void check() {
        if (jdbcUrl != null && !jdbcUrl.startsWith("jdbc:postgresql:") && !jdbcUrl.startsWith("jdbc:h2:")) {
            throw new UsageException("--jdbc-url starts with jdbc:postgresql: or jdbc:h2:.");
        }
        if (dbUser != null && jdbcUrl == null) {
            throw new UsageException("--db-user goes with --jdbc-url.");
        }
    }

    /**
     * Opens the ledger, and creates it where there is none.
     *
     * @param settings what else the ledger is told
     * @throws DataException when the database can't be used
     */
    Ledger open(UnaryOperator<LedgerOptions> settings) {
        try {
            return Ledger.open(settings.apply(options("")));
        } catch (LedgerException e) {
            throw DatabaseFailure.sentence(e, this);
        }
    }

    /**
     * Opens the ledger, which must be there: nothing is made where it is not.
     *
     * @param settings what else the ledger is told
     * @throws DataException when there is none, or the database can't be used
     */
    Ledger openExisting(UnaryOperator<LedgerOptions> settings) {
        if (jdbcUrl == null && !Files.exists(data.resolve("ledger.mv.db"))) {
            throw noLists("folder");
        }
        try {
            return Ledger.openExisting(settings.apply(options(";IFEXISTS=TRUE")))
                    .orElseThrow(() -> noLists(jdbcUrl == null ? "folder" : "database"));
        } catch (LedgerException e) {
            throw DatabaseFailure.sentence(e, this);
        }
    }

    private DataException noLists(String what) {
        return new DataException(
                "there are no lists in " + describe() + "; name the " + what + " that 'atr serve' uses.");
    }

    /** Returns the place in words that hold no password: a JDBC URL may carry one before the host or behind it. */
    String describe() {
        return jdbcUrl == null
                ? data.toString()
                : jdbcUrl.replaceAll("[?;].*", "").replaceAll("//.*@", "//");
    }

    /**
     * Returns how to connect.
     *
     * @param h2Settings put behind the address of an H2 database that says nothing of the kind
     */
    private LedgerOptions options(String h2Settings) {
        if (jdbcUrl == null) {
            return LedgerOptions.ofDirectory(data);
        }
        boolean asH2 = jdbcUrl.startsWith("jdbc:h2:")
                && !jdbcUrl.toUpperCase(Locale.ROOT).contains(";IFEXISTS=");
        LedgerOptions options = LedgerOptions.ofUrl(withFastLoads(asH2 ? jdbcUrl + h2Settings : jdbcUrl));
        return dbUser == null
                ? options
                : options.credentials(dbUser, Objects.requireNonNullElse(System.getenv("ATR_DB_PASSWORD"), ""));
    }

    /** Lets PostgreSQL's driver send a batch of rows as one statement, unless the URL says otherwise. */
    private static String withFastLoads(String url) {
        if (!url.startsWith("jdbc:postgresql:") || url.contains("reWriteBatchedInserts")) {
            return url;
        }
        return url + (url.contains("?") ? "&" : "?") + "reWriteBatchedInserts=true";
    }

    /** Returns the place without passwords. */
    @Override
    public String toString() {
        return describe();
    }
}
