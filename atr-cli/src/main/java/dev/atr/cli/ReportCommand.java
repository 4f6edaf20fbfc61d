package dev.atr.cli;

import dev.atr.cli.report.CopiedLists;
import dev.atr.cli.report.ReportPage;
import dev.atr.consumer.sync.ListStore;
import dev.atr.consumer.sync.ListStoreException;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code atr report}: a page of a copied list. */
@Command(
        name = "report",
        description = {
            "Writes one HTML page of a list that 'atr sync' keeps: members over time, new and dropped by month, by provider,"
                    + " by plan, and tables to look through.",
            "The page needs nothing beside itself and asks nobody; nor does this command ask the Producer."
        },
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footerHeading = "%nEnvironment:%n",
        footer = {"  ATR_DB_PASSWORD  password for --db-user"})
final class ReportCommand implements Callable<Integer> {
    @Mixin
    private final CopyPlace place = new CopyPlace();

    @Mixin
    private final CopyChoice choice = new CopyChoice();

    @Option(
            names = "--out",
            paramLabel = "FILE",
            description = "Where the page goes, in the place of an earlier one (default: LIST.html).")
    private @Nullable Path out;

    @Option(
            names = "--rows",
            paramLabel = "N",
            defaultValue = "1000",
            description =
                    "Most members, and most changes, in the tables; with 0 the page has numbers only, and no data of"
                            + " members (default: ${DEFAULT-VALUE}).")
    private int rows = 1000;

    private final Console console;

    ReportCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException {
        place.check();
        if (rows < 0 || rows > 100_000) {
            throw new UsageException("--rows: from 0 to 100000.");
        }
        try (ListStore store = place.openExisting();
                Connection database = store.query()) {
            CopiedLists.Found copy = choice.find(database);
            Path page = out == null ? Path.of(copy.list() + ".html") : out;
            if (!ReportPage.write(database, copy, rows, page)) {
                throw new DataException("list " + copy.list() + " was not copied whole yet; let 'atr sync' end first.");
            }
            console.out().println("The page of list " + copy.list() + " is in " + page + ".");
            return ExitCode.DONE;
        } catch (ListStoreException e) {
            throw CopyPlace.failure(e);
        } catch (SQLException e) {
            throw CopyPlace.failure("reading the copy", e);
        }
    }
}
