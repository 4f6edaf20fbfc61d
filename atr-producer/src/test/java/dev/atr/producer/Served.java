package dev.atr.producer;

import dev.atr.http.jdk.FhirHttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;

/** A fixture's Producer on a port of its own, called over sockets as the sample Consumer. */
final class Served implements AutoCloseable {
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final FhirHttpServer server;
    private final String[] token;

    Served(ProducerFixture fixture) throws IOException {
        token = fixture.as(ProducerFixture.CONSUMER);
        server = FhirHttpServer.builder(fixture.producer)
                .mount("/r4")
                .address(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .start();
    }

    int port() {
        return server.port();
    }

    String[] token() {
        return token.clone();
    }

    HttpResponse<byte[]> get(String path, String... headers) throws IOException, InterruptedException {
        return send("GET", path, headers);
    }

    HttpResponse<byte[]> send(String method, String path, String... headers) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + "/r4" + path))
                .method(method, BodyPublishers.noBody())
                .headers(ProducerFixture.and(token, headers))
                .build();
        return http.send(request, BodyHandlers.ofByteArray());
    }

    @Override
    public void close() {
        server.close();
    }
}
