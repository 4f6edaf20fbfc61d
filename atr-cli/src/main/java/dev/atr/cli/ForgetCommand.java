package dev.atr.cli;

import dev.atr.cli.report.CopiedLists;
import dev.atr.consumer.sync.ListStore;
import dev.atr.consumer.sync.ListStoreException;
import dev.atr.consumer.sync.ListSync;
import dev.atr.core.attribution.ListId;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code atr forget}: no copy of a list any more. */
@Command(
        name = "forget",
        description = {
            "Takes the copy of a list out of the database, with its changes and with what no other list refers to.",
            "The Producer is not asked, and keeps its list. 'atr sync' copies it again, as for the first time."
        },
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footerHeading = "%nEnvironment:%n",
        footer = {"  ATR_DB_PASSWORD  password for --db-user"})
final class ForgetCommand implements Callable<Integer> {
    @Mixin
    private final CopyPlace place = new CopyPlace();

    @Mixin
    private final CopyChoice choice = new CopyChoice();

    @Option(
            names = "--work",
            paramLabel = "DIR",
            description = "That of 'atr sync', for files of a run that did not end (default: as there).")
    private @Nullable Path work;

    private final Console console;

    ForgetCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException {
        place.check();
        try (ListStore store = place.openExisting()) {
            CopiedLists.Found copy;
            try (Connection database = store.query()) {
                copy = choice.find(database);
            }
            ListSync.forget(
                    store, URI.create(copy.payer()), new ListId(copy.list()), work == null ? place.usualWork() : work);
            console.out().println("The copy of list " + copy.list() + " of " + copy.payer() + " is gone.");
            return ExitCode.DONE;
        } catch (ListStoreException e) {
            throw CopyPlace.failure(e);
        } catch (SQLException e) {
            throw CopyPlace.failure("looking for the copy", e);
        }
    }
}
