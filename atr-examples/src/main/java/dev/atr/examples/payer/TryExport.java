package dev.atr.examples.payer;

import dev.atr.auth.SigningKey;
import dev.atr.auth.client.BackendServices;
import dev.atr.consumer.ProducerConnection;
import dev.atr.consumer.export.BulkExportClient;
import dev.atr.consumer.export.CompletedExport;
import dev.atr.consumer.export.ExportFile;
import dev.atr.consumer.export.ExportJob;
import dev.atr.consumer.export.ExportRequest;
import dev.atr.consumer.export.GroupStream;
import dev.atr.core.attribution.ListId;
import dev.atr.core.attribution.Member;
import dev.atr.core.file.OwnerOnly;
import dev.atr.http.client.OutgoingClient;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A Consumer of our own, to see what others will get. */
public final class TryExport {
    private TryExport() {}

    /**
     * Exports a list and prints its members; without a list, makes a key pair and prints the public half.
     *
     * @param args the file of the private key, the FHIR base, the list
     */
    public static void main(String[] args) throws Exception {
        Path keyFile = Path.of(args[0]);
        if (args.length == 1) {
            SigningKey key = SigningKey.generate("ES384");
            Files.writeString(Files.createFile(keyFile, OwnerOnly.file(keyFile)), key.jwk());
            System.out.println(key.publicJwks());
            return;
        }
        SigningKey key = SigningKey.parse(Files.readString(keyFile));
        export(URI.create(args[1]), key, new ListId(args[2])).forEach(System.out::println);
    }

    /** Returns a line for each file of the export but the Group's, and one for each row of the Group. */
    public static List<String> export(URI base, SigningKey key, ListId list) throws InterruptedException {
        List<String> lines = new ArrayList<>();
        try (OutgoingClient egress = OutgoingClient.builder().build()) {
            BackendServices credentials =
                    BackendServices.builder(base, "try", key).egress(egress).build();
            BulkExportClient exports = new BulkExportClient(ProducerConnection.of(base, credentials, egress));
            ExportJob job = exports.kickOff(ExportRequest.attributionList(list));
            CompletedExport export = job.await(Duration.ofMinutes(2));
            for (ExportFile file : export.files()) {
                lines.add(file.type() + ": " + file.expectedCount().orElse(0));
            }
            for (ExportFile file : export.filesOf("Group")) {
                try (GroupStream rows = exports.openGroup(file)) {
                    for (Member row = rows.next(); row != null; row = rows.next()) {
                        lines.add(row.key().patient() + " of " + row.key().provider());
                    }
                }
            }
            job.delete();
        }
        return lines;
    }
}
