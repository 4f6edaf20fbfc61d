package dev.atr.examples;

import dev.atr.consumer.ProducerConnection;
import dev.atr.consumer.sync.ListDiff;
import dev.atr.consumer.sync.ListStore;
import dev.atr.consumer.sync.ListSync;
import dev.atr.consumer.sync.MemberChange;
import dev.atr.consumer.sync.MemberChanges;
import dev.atr.core.attribution.ListId;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Consumer;

/** A provider organization keeps its copy of a payer's list what that list is, and hears of each change. */
public final class ConsumerInSync {
    private ConsumerInSync() {}

    /**
     * Runs once; whoever calls it again after a failure or a kill goes on where this call ended.
     *
     * @param payer with credentials that may read lists
     * @param list which list
     * @param folder where the copy and the files under way are
     * @param inbox is told of each change
     * @return what became of it
     * @throws IOException when the folder can't be written
     * @throws InterruptedException when the process is told to stop
     */
    public static ListDiff run(ProducerConnection payer, ListId list, Path folder, Consumer<MemberChange> inbox)
            throws IOException, InterruptedException {
        // README:
        try (ListStore store = ListStore.inFile(folder.resolve("lists"))) {
            ListDiff diff = ListSync.builder(payer, store, folder.resolve("work"))
                    .build()
                    .run(list);
            try (MemberChanges changes = store.changes(diff)) {
                for (MemberChange change = changes.next(); change != null; change = changes.next()) {
                    inbox.accept(change); // new, dropped, re-attributed, …
                }
            }
            store.markReported(diff);
            return diff;
        }
        // :README
    }
}
