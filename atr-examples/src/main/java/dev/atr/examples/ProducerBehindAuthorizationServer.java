package dev.atr.examples;

import dev.atr.auth.server.AccessTokens;
import dev.atr.auth.server.ClientRegistry;
import dev.atr.auth.server.IssuedTokens;
import dev.atr.http.client.OutgoingClient;
import dev.atr.http.jdk.FhirHttpServer;
import dev.atr.producer.AtrProducer;
import dev.atr.producer.DirectoryExportFiles;
import dev.atr.producer.spi.ProducerBackend;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;

/** A payer that runs an authorization server already: its tokens open the Producer, which issues none. */
public final class ProducerBehindAuthorizationServer implements AutoCloseable {
    private final OutgoingClient egress;
    private final DirectoryExportFiles files;
    private final AtrProducer producer;
    private final FhirHttpServer server;

    /**
     * Where the payer's authorization server is.
     *
     * @param name what stands as {@code iss} in its tokens
     * @param keys address of its key set
     * @param tokenEndpoint where Consumers get tokens; it speaks SMART Backend Services
     */
    public record Issuer(String name, URI keys, URI tokenEndpoint) {}

    /**
     * Starts serving.
     *
     * @param backend the payer's lists
     * @param clients the clients that may come with a token, and which lists they may see; their keys are the issuer's
     *     business ({@code ClientKeys.none()})
     * @param base the FHIR base as clients see it, which is also what the tokens must be for
     * @param address where to listen; TLS ends in front of it
     * @param exports folder for the files of exports
     * @param issuer the authorization server
     * @throws IOException when the address can't be bound, or the folder can't be used
     */
    public ProducerBehindAuthorizationServer(
            ProducerBackend backend,
            ClientRegistry clients,
            URI base,
            InetSocketAddress address,
            Path exports,
            Issuer issuer)
            throws IOException {
        egress = OutgoingClient.builder().build();
        AccessTokens tokens = IssuedTokens.builder(issuer.name(), issuer.keys(), base.toString(), clients, egress)
                .build();
        files = DirectoryExportFiles.open(exports);
        producer = AtrProducer.builder(backend)
                .baseUrl(base)
                .accessTokens(tokens)
                .tokenEndpoint(issuer.tokenEndpoint())
                .exportFiles(files)
                .readOnly()
                .build();
        server = FhirHttpServer.builder(producer).mount("/r4").address(address).start();
    }

    /** Ends what was started. */
    @Override
    public void close() {
        server.close();
        producer.close();
        files.close();
        egress.close();
    }
}
