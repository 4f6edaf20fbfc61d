package dev.atr.cli;

import dev.atr.consumer.ProducerConnection;
import dev.atr.consumer.export.DownloadListener;
import dev.atr.consumer.export.DownloadOptions;
import dev.atr.consumer.sync.ListStore;
import dev.atr.consumer.sync.ListSync;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where the local copies of lists are, and how they are brought up to date. */
final class CopyOptions extends CopyPlace {
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
    @Override
    void check() {
        super.check();
        if (!(maxChurn >= 0 && maxChurn <= 100)) {
            throw new UsageException("--max-churn: from 0 to 100 percent.");
        }
    }

    /** Returns the folder for files on their way. */
    private Path work() {
        return work == null ? usualWork() : work;
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
}
