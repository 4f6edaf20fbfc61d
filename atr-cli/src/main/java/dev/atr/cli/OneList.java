package dev.atr.cli;

import dev.atr.consumer.ProducerConnection;
import dev.atr.consumer.discovery.AmbiguousListException;
import dev.atr.consumer.discovery.ListClient;
import dev.atr.consumer.discovery.ListSelector;
import dev.atr.core.fhir.ResourceKey;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** The list: by id, or by something that only one list of ours has. */
final class OneList {
    @Option(names = "--list", paramLabel = "ID", description = "The list with this id.")
    private @Nullable String list;

    @ArgGroup(exclusive = true)
    private ListSelection selection = new ListSelection();

    /** Returns the id of the list; asks the Producer where it was not given. */
    String id(ProducerConnection producer) throws InterruptedException {
        if (list != null) {
            if (!ResourceKey.isId(list)) {
                throw new UsageException("--list takes the id of a list, as 'atr discover' prints it.");
            }
            return list;
        }
        try {
            return ListSelector.ANY
                    .select(selection.find(new ListClient(producer)))
                    .orElseThrow(
                            () -> new DataException("no list was found; 'atr discover' shows all that we may see."))
                    .id()
                    .value();
        } catch (AmbiguousListException e) {
            throw new UsageException(e.getMessage() + ", with --contract or --list.");
        }
    }
}
