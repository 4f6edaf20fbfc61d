package dev.atr.cli;

import dev.atr.core.attribution.ListId;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of a command that works on one list in the payer's own database. */
final class AdministeredList {
    @Option(
            names = "--data",
            paramLabel = "DIR",
            defaultValue = "atr-data",
            description = "Folder of the embedded database (default: ${DEFAULT-VALUE}); no 'atr serve' may use it"
                    + " meanwhile.")
    private Path data = Path.of("atr-data");

    @Option(
            names = "--jdbc-url",
            paramLabel = "URL",
            description = "PostgreSQL or H2 database to use in place of the embedded one.")
    private @Nullable String jdbcUrl;

    @Option(names = "--db-user", paramLabel = "U", description = "User for --jdbc-url; password in ATR_DB_PASSWORD.")
    private @Nullable String dbUser;

    @Option(names = "--list", required = true, paramLabel = "ID", description = "Id of the list.")
    @SuppressWarnings("NullAway.Init") // required
    private String list;

    @Option(names = "--if-version", paramLabel = "N", description = "Do it only when the list is in this version.")
    private @Nullable String ifVersion;

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    LedgerPlace place() {
        LedgerPlace place = new LedgerPlace(data, jdbcUrl, dbUser);
        place.check();
        return place;
    }

    ListId list() {
        return ListOptions.listId(list);
    }

    @Nullable
    String ifVersion() {
        return ifVersion;
    }

    boolean isJson() {
        return json;
    }
}
