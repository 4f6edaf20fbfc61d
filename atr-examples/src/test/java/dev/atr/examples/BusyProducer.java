package dev.atr.examples;

import dev.atr.auth.Scopes;
import dev.atr.auth.server.AuthorizationServer;
import dev.atr.auth.server.ClientKeys;
import dev.atr.auth.server.ClientRegistration;
import dev.atr.auth.server.ClientRegistry;
import dev.atr.http.FhirHandler;
import dev.atr.http.FhirResponse;
import dev.atr.http.jdk.FhirHttpServer;
import dev.atr.producer.AtrProducer;
import dev.atr.producer.DirectoryExportFiles;
import dev.atr.producer.jdbc.Ledger;
import dev.atr.producer.jdbc.LedgerOptions;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;

/**
 * A Producer on a PostgreSQL ledger as an embedder wires one that is to write many exports at once. Its clients are
 * called {@code c0}, {@code c1} and so on; they share a key and may see every list.
 */
final class BusyProducer implements AutoCloseable {
    private final OpenParts open = new OpenParts();
    private final URI base;

    /**
     * Starts it.
     *
     * @param url the ledger; tests' own user and password
     * @param files where export files go
     * @param workers how many exports are written at once
     * @param clients how many there are
     * @param jwks their public key
     */
    BusyProducer(String url, Path files, int workers, int clients, String jwks) throws IOException {
        Ledger ledger = open.add(Ledger.open(LedgerOptions.ofUrl(url).credentials(Postgres.USER, Postgres.PASSWORD)));
        IntStream.range(0, clients).forEach(client -> ledger.entitleToAll("c" + client));
        AtomicReference<FhirHandler> handler = new AtomicReference<>(request -> FhirResponse.unavailable());
        FhirHttpServer server = open.add(FhirHttpServer.builder(
                        request -> Objects.requireNonNull(handler.get()).handle(request))
                .mount("/r4")
                .start());
        base = URI.create("http://127.0.0.1:" + server.port() + "/r4");
        AuthorizationServer authorization = open.add(AuthorizationServer.builder(
                        base,
                        ClientRegistry.of(IntStream.range(0, clients)
                                .mapToObj(client -> new ClientRegistration(
                                        "c" + client, ClientKeys.ofJwks(jwks), Scopes.READ_ALL, null, true))
                                .toList()))
                .replayMemory(ledger.replayMemory())
                .build());
        handler.set(open.add(AtrProducer.builder(ledger.backend())
                .readOnly()
                .baseUrl(base)
                .authorizationServer(authorization)
                .exportJobs(ledger.exportJobs("r4"))
                .taskRunner(ledger.taskRunner("r4", workers))
                .exportFiles(open.add(DirectoryExportFiles.open(files)))
                .build()));
    }

    URI base() {
        return base;
    }

    @Override
    public void close() {
        open.close();
    }

    /**
     * Runs one in a process of its own until that is ended.
     *
     * @param args ledger, folder of export files, exports at once, clients, file of their public key
     */
    public static void main(String[] args) throws IOException, InterruptedException {
        BusyProducer producer = new BusyProducer(
                args[0],
                Path.of(args[1]),
                Integer.parseInt(args[2]),
                Integer.parseInt(args[3]),
                Files.readString(Path.of(args[4])));
        System.out.println("Producer ready at " + producer.base());
        System.out.flush();
        Runtime.getRuntime().addShutdownHook(new Thread(producer::close));
        new CountDownLatch(1).await();
    }
}
