package dev.atr.examples;

import dev.atr.auth.server.AuthorizationServer;
import dev.atr.auth.server.ClientRegistry;
import dev.atr.http.jdk.FhirHttpServer;
import dev.atr.producer.AtrProducer;
import dev.atr.producer.DirectoryExportFiles;
import dev.atr.producer.spi.ProducerBackend;
import dev.atr.producer.spi.reconcile.AttributionPolicy;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;

/** A payer serves the lists of any backend: one of its own, or the ledger of {@code atr-producer-jdbc}. */
public final class ProducerInTenLines implements AutoCloseable {
    private final AuthorizationServer authorization;
    private final DirectoryExportFiles files;
    private final AtrProducer producer;
    private final FhirHttpServer server;

    /**
     * Starts serving.
     *
     * @param backend the payer's lists
     * @param policy decides for the payer on what Consumers ask to change
     * @param clients who may ask for tokens
     * @param base the FHIR base as clients see it, for example {@code https://fhir.payer.example/r4}
     * @param address where to listen; TLS ends in front of it
     * @param exports folder for the files of exports
     * @throws IOException when the address can't be bound, or the folder can't be used
     */
    public ProducerInTenLines(
            ProducerBackend backend,
            AttributionPolicy policy,
            ClientRegistry clients,
            URI base,
            InetSocketAddress address,
            Path exports)
            throws IOException {
        // README:
        authorization = AuthorizationServer.builder(base, clients).build();
        files = DirectoryExportFiles.open(exports);
        producer = AtrProducer.builder(backend)
                .baseUrl(base)
                .authorizationServer(authorization)
                .exportFiles(files)
                .attributionPolicy(policy)
                .build();
        server = FhirHttpServer.builder(producer).mount("/r4").address(address).start();
        // :README
    }

    /** Ends what was started. */
    @Override
    public void close() {
        server.close();
        producer.close();
        files.close();
        authorization.close();
    }
}
