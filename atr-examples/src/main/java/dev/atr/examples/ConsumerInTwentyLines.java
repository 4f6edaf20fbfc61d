package dev.atr.examples;

import dev.atr.auth.SigningKey;
import dev.atr.auth.client.AccessTokenSource;
import dev.atr.auth.client.BackendServices;
import dev.atr.consumer.ProducerConnection;
import dev.atr.consumer.discovery.ListClient;
import dev.atr.consumer.discovery.ListSelector;
import dev.atr.consumer.export.BulkExportClient;
import dev.atr.consumer.export.CompletedExport;
import dev.atr.consumer.export.ExportFile;
import dev.atr.consumer.export.ExportJob;
import dev.atr.consumer.export.ExportRequest;
import dev.atr.consumer.export.GroupStream;
import dev.atr.core.attribution.AttributionList;
import dev.atr.core.attribution.Member;
import dev.atr.http.client.OutgoingClient;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** A provider organization finds its list at a payer and reads who is on it. */
public final class ConsumerInTwentyLines {
    private ConsumerInTwentyLines() {}

    /**
     * Prints how many members of a provider's list are active.
     *
     * @param args FHIR base of the Producer, client id, file of the private key, NPI
     * @throws IOException when the key can't be read
     * @throws InterruptedException when the process is told to stop
     */
    public static void main(String[] args) throws IOException, InterruptedException {
        System.out.println(activeMembers(URI.create(args[0]), args[1], Path.of(args[2]), args[3]) + " active rows");
    }

    static long activeMembers(URI fhirBase, String clientId, Path keyFile, String npi)
            throws IOException, InterruptedException {
        long active = 0;
        // README:
        SigningKey key = SigningKey.parse(Files.readString(keyFile));
        try (OutgoingClient egress = OutgoingClient.builder().build()) {
            AccessTokenSource credentials = BackendServices.builder(fhirBase, clientId, key)
                    .egress(egress)
                    .build();
            ProducerConnection payer = ProducerConnection.of(fhirBase, credentials, egress);
            ListClient lists = new ListClient(payer);
            AttributionList list =
                    ListSelector.ANY.select(lists.findByNpi(npi)).orElseThrow(); // one, or it says why not

            BulkExportClient exports = new BulkExportClient(payer);
            ExportJob job = exports.kickOff(ExportRequest.attributionList(list.id()));
            CompletedExport export = job.await(Duration.ofHours(2));
            for (ExportFile file : export.filesOf("Group")) {
                try (GroupStream rows = exports.openGroup(file)) {
                    for (Member row = rows.next(); row != null; row = rows.next()) {
                        active += row.inactive() ? 0 : 1;
                    }
                }
            }
            job.delete(); // frees the Producer's files; a job left alone expires by itself
        }
        // :README
        return active;
    }
}
