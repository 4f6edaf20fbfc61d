package dev.atr.cli;

import dev.atr.core.attribution.ListId;
import dev.atr.producer.jdbc.Ledger;
import dev.atr.producer.jdbc.LedgerOptions;
import java.nio.file.Path;
import java.time.ZoneId;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of a command that works on one list in the payer's own database. */
class AdministeredList {
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

    @Option(
            names = "--time-zone",
            paramLabel = "ZONE",
            description = "Where attributions end at midnight, as for 'atr serve' (default: that of this machine).")
    private ZoneId timeZone = ZoneId.systemDefault();

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    LedgerPlace place() {
        LedgerPlace place = new LedgerPlace(data, jdbcUrl, dbUser);
        place.check();
        return place;
    }

    /** Opens the ledger of the place, which must be there. */
    Ledger ledger() {
        return place().openExisting(this::settings);
    }

    /** Opens the ledger of the place, and makes it where there is none. */
    Ledger ledgerOrNew() {
        return place().open(this::settings);
    }

    /** A command does what it says; what the calendar ends is for a Producer that runs. */
    private LedgerOptions settings(LedgerOptions options) {
        return options.zone(timeZone).attributionsEndOnCall();
    }

    ListId list() {
        return ListOptions.listId(list);
    }

    boolean isJson() {
        return json;
    }
}
