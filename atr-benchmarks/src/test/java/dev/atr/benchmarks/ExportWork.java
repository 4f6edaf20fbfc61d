package dev.atr.benchmarks;

import dev.atr.cli.sample.SamplePayer;
import dev.atr.consumer.ProducerConnection;
import dev.atr.consumer.export.BulkExportClient;
import dev.atr.consumer.export.DownloadOptions;
import dev.atr.consumer.export.DownloadedExport;
import dev.atr.consumer.export.ExportRequest;
import dev.atr.http.client.OutgoingClient;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;

/** A whole export over HTTP: from the kick-off to the last byte in the folder, all types. */
final class ExportWork implements Work {
    private final OutgoingClient egress = OutgoingClient.builder().build();
    private final BulkExportClient exports;
    private final int members;
    private final Path folder;

    ExportWork(URI base, Path key, int members, Path folder) throws IOException {
        this.exports = new BulkExportClient(
                ProducerConnection.of(base, ProducerServer.credentials(base, key, egress), egress));
        this.members = members;
        this.folder = folder;
    }

    @Override
    public void prepare() throws IOException {
        Folder.delete(folder);
    }

    @Override
    public long once() throws IOException, InterruptedException {
        DownloadedExport export =
                exports.download(ExportRequest.attributionList(SamplePayer.OPEN_LIST), folder, DownloadOptions.DEFAULT);
        long patients = export.filesOf("Patient").stream()
                .mapToLong(file -> file.lines())
                .sum();
        if (patients < members) {
            throw new IOException("the export has " + patients + " Patients, not " + members);
        }
        exports.resume(export.statusUrl()).delete();
        return members;
    }

    @Override
    public void close() throws IOException {
        Folder.delete(folder);
        egress.close();
    }
}
