package dev.atr.cli;

import dev.atr.consumer.ProducerConnection;
import dev.atr.consumer.export.DownloadListener;
import dev.atr.consumer.export.DownloadOptions;
import dev.atr.consumer.sync.ListStore;
import dev.atr.consumer.sync.ListStoreException;
import dev.atr.consumer.sync.ListSync;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where the local copies of lists are, and how they are brought up to date. */
final class CopyOptions {
    @Option(
            names = "--db",
            required = true,
            paramLabel = "FILE_OR_JDBC_URL",
            description = "Where the copy is: a file, which is made when it is not there, or a database that is there,"
                    + " e.g. jdbc:postgresql://localhost/lists. Lists of several payers may share it.")
    @SuppressWarnings("NullAway.Init") // required
    private String database;

    @Option(names = "--db-user", paramLabel = "U", description = "User of the database at a JDBC URL.")
    private @Nullable String databaseUser;

    @Option(
            names = "--work",
            paramLabel = "DIR",
            description = "For files on their way; the same at each call (default: FILE.work, or atr-sync.work).")
    private @Nullable Path work;

    @Option(
            names = "--since",
            paramLabel = "auto|full",
            defaultValue = "auto",
            description = "Fetch what has changed where that is enough, or everything (default: auto).")
    private ListSync.Since since = ListSync.Since.AUTO;

    @Option(
            names = "--max-churn",
            paramLabel = "PERCENT",
            description = "Stop when more of the members would vanish (default: 20; 100 takes whatever comes).")
    private double maxChurn = ListSync.DEFAULT_MAX_CHURN;

    /** Checks what can be told from the options alone. */
    void check() {
        if (!(maxChurn >= 0 && maxChurn <= 100)) {
            throw new UsageException("--max-churn: from 0 to 100 percent.");
        }
        if (databaseUser != null && !isUrl()) {
            throw new UsageException("--db-user goes with a JDBC URL.");
        }
    }

    private boolean isUrl() {
        return database.startsWith("jdbc:");
    }

    /** Opens the store. */
    ListStore open() throws IOException {
        if (!isUrl()) {
            return ListStore.inFile(Path.of(database));
        }
        String password = System.getenv("ATR_DB_PASSWORD");
        return ListStore.at(
                database, databaseUser, databaseUser == null ? null : Objects.requireNonNullElse(password, ""));
    }

    /** Returns the folder for files on their way. */
    private Path work() {
        if (work != null) {
            return work;
        }
        return Path.of(isUrl() ? "atr-sync.work" : database.replaceFirst("\\.mv\\.db$", "") + ".work");
    }

    /** Returns what brings copies up to date. */
    ListSync sync(ProducerConnection producer, ListStore store, DownloadListener listener) {
        return ListSync.builder(producer, store, work())
                .maxChurn(maxChurn)
                .since(since)
                .downloads(DownloadOptions.DEFAULT.withListener(listener))
                .build();
    }

    /** Returns at how many percent a run stops. */
    double maxChurn() {
        return maxChurn;
    }

    /** Returns a failure of the store as what the command ends with. */
    static DataException failure(ListStoreException e) {
        return new DataException("the database of the copies failed: " + e.getMessage()
                + ("90020".equals(e.sqlState().orElse("")) ? "; another process has the file open." : "."));
    }
}
