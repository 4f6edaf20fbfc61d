package dev.atr.http;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * A real HTTP server that plays what a test wrote down: for each path, or method and path, a row of replies, the last of
 * which repeats. It keeps what it was asked.
 */
public final class ScriptedPeer implements AutoCloseable {
    /** A reply that never comes. */
    public static final Reply NEVER = Reply.status(599);

    private static final String ANY = "*";

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Map<String, Deque<Reply>> script = new ConcurrentHashMap<>();
    private final List<Asked> asked = new CopyOnWriteArrayList<>();

    /** Starts on a free port of the loopback address. */
    public ScriptedPeer() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(threads);
        server.createContext("/", this::play);
        server.start();
    }

    /** Returns the FHIR base. */
    public URI base() {
        return at("/r4");
    }

    /** Returns an address on this server. */
    public URI at(String path) {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + path);
    }

    /** Writes down what is answered to a raw path whatever the method, in order; the last reply repeats. */
    public ScriptedPeer on(String path, Reply... replies) {
        return on(ANY, path, replies);
    }

    /** The same for one method, which goes before what is written down for all. */
    public ScriptedPeer on(String method, String path, Reply... replies) {
        script.put(method + " " + path, new ArrayDeque<>(List.of(replies)));
        return this;
    }

    /** Returns all requests so far. */
    public List<Asked> asked() {
        return List.copyOf(asked);
    }

    /** Returns the requests for a raw path, whatever their method. */
    public List<Asked> asked(String path) {
        return asked.stream().filter(request -> request.path().equals(path)).toList();
    }

    /** Returns the paths asked for, for messages of assertions. */
    public List<String> paths() {
        List<String> paths = new ArrayList<>();
        asked.forEach(request -> paths.add(request.method() + " " + request.path()));
        return paths;
    }

    private void play(HttpExchange exchange) throws IOException {
        try (exchange) {
            Map<String, String> headers = new LinkedHashMap<>();
            exchange.getRequestHeaders()
                    .forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), values.get(0)));
            String path = exchange.getRequestURI().getRawPath();
            asked.add(new Asked(
                    exchange.getRequestMethod(),
                    path,
                    exchange.getRequestURI().getRawQuery(),
                    headers,
                    new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8)));
            Reply reply = next(exchange.getRequestMethod(), path);
            if (reply.status() == NEVER.status()) {
                awaitEnd();
            }
            reply.headers()
                    .forEach((name, value) -> exchange.getResponseHeaders().set(name, value));
            long length = reply.body().length == 0 ? -1 : reply.declaredLength();
            exchange.sendResponseHeaders(reply.status(), length);
            if (reply.body().length > 0) {
                OutputStream body = exchange.getResponseBody();
                body.write(reply.body());
                body.flush();
            }
        }
    }

    private static void awaitEnd() throws IOException {
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    private Reply next(String method, String path) {
        Deque<Reply> replies = script.get(method + " " + path);
        if (replies == null) {
            replies = script.get(ANY + " " + path);
        }
        if (replies == null) {
            return Reply.status(404);
        }
        synchronized (replies) {
            return replies.size() > 1 ? replies.removeFirst() : replies.getFirst();
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    /** A request as it came. */
    public record Asked(
            String method, String path, @Nullable String query, Map<String, String> headers, String body) {
        /** Returns the bearer token, or "none". */
        public String token() {
            return headers.getOrDefault("authorization", "Bearer none").substring("Bearer ".length());
        }
    }

    /** A reply. */
    public record Reply(int status, Map<String, String> headers, byte[] body, long declaredLength) {
        /** Returns a reply without a body. */
        public static Reply status(int status) {
            return new Reply(status, Map.of(), new byte[0], 0);
        }

        /** Returns a reply of JSON, 200. */
        public static Reply json(String json) {
            return status(200).with("Content-Type", "application/json").body(json);
        }

        /** Returns a reply of a FHIR resource. */
        public static Reply fhir(int status, String json) {
            return status(status).with("Content-Type", "application/fhir+json").body(json);
        }

        /** Returns a reply of NDJSON, a line for each text. */
        public static Reply lines(String... lines) {
            return status(200).with("Content-Type", "application/fhir+ndjson").body(String.join("\n", lines) + "\n");
        }

        /** Returns a copy with a header. */
        public Reply with(String name, String value) {
            Map<String, String> more = new LinkedHashMap<>(headers);
            more.put(name, value);
            return new Reply(status, more, body, declaredLength);
        }

        /** Returns a copy with a body. */
        public Reply body(String text) {
            return body(text.getBytes(StandardCharsets.UTF_8));
        }

        /** Returns a copy with a body. */
        public Reply body(byte[] bytes) {
            return new Reply(status, headers, bytes, bytes.length);
        }

        /** Returns a copy that promises more bytes than it sends. */
        public Reply cutShort() {
            return new Reply(status, headers, body, body.length + 10);
        }
    }
}
