package dev.atr.examples;

import dev.atr.consumer.export.DownloadOptions;
import dev.atr.consumer.export.ExportRequest;
import dev.atr.core.attribution.AttributionList;
import dev.atr.spring.boot.starter.PayerConnections;
import java.io.IOException;
import java.nio.file.Path;

/** A provider organization's Spring bean: fetches all lists of all payers whenever a scheduler calls it. */
public final class ListsByNight {
    private final PayerConnections payers;

    /** Is called by Spring, with the payers of {@code atr.consumer.payers}. */
    public ListsByNight(PayerConnections payers) {
        this.payers = payers;
    }

    /**
     * Fetches.
     *
     * @param night a new folder, or that of a call that was interrupted, which then goes on
     * @throws IOException when the folder can't be written
     * @throws InterruptedException when the application ends
     */
    public void fetch(Path night) throws IOException, InterruptedException {
        // README:
        for (String payer : payers.names()) {
            for (AttributionList list : payers.lists(payer).findAll()) {
                Path folder = night.resolve(payer).resolve(list.id().value());
                payers.exports(payer)
                        .download(ExportRequest.attributionList(list.id()), folder, DownloadOptions.DEFAULT);
            }
        }
        // :README
    }
}
