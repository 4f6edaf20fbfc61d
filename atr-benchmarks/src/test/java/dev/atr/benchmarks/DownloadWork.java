package dev.atr.benchmarks;

import au.csiro.fhir.auth.AuthConfig;
import au.csiro.fhir.export.ws.AsyncConfig;
import dev.atr.auth.client.AccessTokenSource;
import dev.atr.consumer.ProducerConnection;
import dev.atr.consumer.export.BulkExportClient;
import dev.atr.consumer.export.DownloadOptions;
import dev.atr.consumer.export.DownloadedExport;
import dev.atr.consumer.export.ExportRequest;
import dev.atr.core.attribution.ListId;
import dev.atr.core.fhir.FhirVersion;
import dev.atr.http.client.OutgoingClient;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** An export of {@link FilePeer}, from the kick-off to the last byte in a folder. Units are bytes. */
final class DownloadWork {
    private static final ListId LIST = new ListId("bench");

    private DownloadWork() {}

    /** Our client: every byte digested, every file on disk before it has its name. */
    static final class Ours implements Work {
        private final OutgoingClient egress = OutgoingClient.builder().build();
        private final BulkExportClient client;
        private final Path folder;

        Ours(URI base, Path folder) {
            this.client = new BulkExportClient(
                    ProducerConnection.of(base, new NoSecret(), egress).withFhirVersion(FhirVersion.R4));
            this.folder = folder;
        }

        @Override
        public void prepare() throws IOException {
            Folder.delete(folder);
        }

        @Override
        public long once() throws IOException, InterruptedException {
            DownloadedExport export = client.download(
                    ExportRequest.attributionList(LIST), folder, DownloadOptions.DEFAULT.withThreads(FilePeer.FILES));
            return export.files().stream().mapToLong(file -> file.bytes()).sum();
        }

        @Override
        public void close() throws IOException {
            egress.close();
            Folder.delete(folder);
        }
    }

    /** The client of CSIRO. */
    static final class Csiro implements Work {
        private final URI base;
        private final Path folder;

        Csiro(URI base, Path folder) {
            this.base = base;
            this.folder = folder;
        }

        @Override
        public void prepare() throws IOException {
            Folder.delete(folder);
        }

        @Override
        public long once() throws IOException {
            au.csiro.fhir.export.BulkExportClient.groupBuilder(LIST.value())
                    .withFhirEndpointUrl(base.toString())
                    .withOutputDir(folder.toString())
                    .withAsyncConfig(AsyncConfig.builder()
                            .minPoolingDelay(Duration.ofMillis(10))
                            .maxPoolingDelay(Duration.ofSeconds(1))
                            .build())
                    .withAuthConfig(AuthConfig.builder().enabled(false).build())
                    .build()
                    .export();
            long bytes = 0;
            try (Stream<Path> files = Files.list(folder)) {
                List<Path> found = files.filter(file -> file.toString().endsWith(".ndjson"))
                        .toList();
                for (Path file : found) {
                    bytes += Files.size(file);
                }
            }
            return bytes;
        }

        @Override
        public void close() throws IOException {
            Folder.delete(folder);
        }
    }

    /** The peer asks for no token. */
    private static final class NoSecret implements AccessTokenSource {
        @Override
        public String token() {
            return "none";
        }

        @Override
        public void refused(String token) {
            throw new IllegalStateException("the peer asks for no token");
        }

        @Override
        public boolean mayReceive(URI address) {
            return true;
        }
    }
}
