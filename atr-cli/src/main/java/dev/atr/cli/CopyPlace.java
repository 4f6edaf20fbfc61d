package dev.atr.cli;

import dev.atr.consumer.sync.ListStore;
import dev.atr.consumer.sync.ListStoreException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where the local copies of lists are. */
class CopyPlace {
    @Option(
            names = "--db",
            required = true,
            paramLabel = "FILE_OR_JDBC_URL",
            description =
                    "Where the copies are: a file, which 'atr sync' makes when it is not there, or a database that is"
                            + " there, e.g. jdbc:postgresql://localhost/lists. Lists of several payers may share it.")
    @SuppressWarnings("NullAway.Init") // required
    private String database;

    @Option(names = "--db-user", paramLabel = "U", description = "User of the database at a JDBC URL.")
    private @Nullable String databaseUser;

    /** Checks what can be told from the options alone. */
    void check() {
        if (databaseUser != null && !isUrl()) {
            throw new UsageException("--db-user goes with a JDBC URL.");
        }
    }

    private boolean isUrl() {
        return database.startsWith("jdbc:");
    }

    /** Opens the store. */
    final ListStore open() throws IOException {
        if (!isUrl()) {
            return ListStore.inFile(Path.of(database));
        }
        String password = System.getenv("ATR_DB_PASSWORD");
        return ListStore.at(
                database, databaseUser, databaseUser == null ? null : Objects.requireNonNullElse(password, ""));
    }

    /** Opens the store, which must be there. */
    final ListStore openExisting() throws IOException {
        if (!isUrl() && !Files.isRegularFile(Path.of(database)) && !Files.isRegularFile(Path.of(database + ".mv.db"))) {
            throw new UsageException("--db: there is no such file; 'atr sync' makes one.");
        }
        return open();
    }

    /** Returns the folder for files on their way, unless another is named. */
    final Path usualWork() {
        return Path.of(isUrl() ? "atr-sync.work" : database.replaceFirst("\\.mv\\.db$", "") + ".work");
    }

    /** Returns a failure of the store as what the command ends with. */
    static DataException failure(ListStoreException e) {
        return new DataException("the database of the copies failed: " + e.getMessage()
                + ("90020".equals(e.sqlState().orElse("")) ? "; another process has the file open." : "."));
    }

    /** Returns a failed query as what the command ends with. */
    static DataException failure(String tried, SQLException e) {
        return new DataException(
                "the database of the copies failed: " + tried + ", SQL state " + e.getSQLState() + ".");
    }
}
