package dev.atr.cli;

import dev.atr.consumer.ProducerConnection;
import dev.atr.consumer.sync.ListStore;
import dev.atr.consumer.sync.ListStoreException;
import dev.atr.core.attribution.ListId;
import dev.atr.http.client.OutgoingClient;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code atr sync}: an exact local copy of a list, and who has come, gone or moved since the last time. */
@Command(
        name = "sync",
        description = {
            "Keeps a copy of one list in a database, and prints who is new, changed, dropped or re-attributed.",
            "The same call goes on where it was interrupted, and prints what it had not printed."
        },
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footerHeading = "%nEnvironment:%n",
        footer = {"  ATR_DB_PASSWORD  password for --db-user"})
final class SyncCommand implements Callable<Integer> {
    @Mixin
    private final PeerOptions peer = new PeerOptions();

    @ArgGroup(multiplicity = "1")
    private OneList which = new OneList();

    @Mixin
    private final CopyOptions copies = new CopyOptions();

    @Option(names = "--json", description = "Print JSON: a line for each change, and one for each run.")
    private boolean json;

    private final Console console;

    SyncCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        copies.check();
        try (OutgoingClient egress = OutgoingClient.builder().build()) {
            ProducerConnection producer = peer.producer(egress);
            ListId list = new ListId(which.id(producer));
            try (ListStore store = copies.open()) {
                return new PrintedCopy(store, copies, console, json).sync(producer, list);
            }
        } catch (ListStoreException e) {
            throw CopyPlace.failure(e);
        }
    }
}
