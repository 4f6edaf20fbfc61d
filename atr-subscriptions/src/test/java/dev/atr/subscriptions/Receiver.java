package dev.atr.subscriptions;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.atr.core.json.JsonValue;
import dev.atr.core.json.JsonValue.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A subscriber's endpoint at a loopback address, which answers as a test wants it to. */
public final class Receiver implements AutoCloseable {
    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<Received> received = new CopyOnWriteArrayList<>();
    private volatile Behaviour behaviour = exchange -> answer(exchange, 200);

    /**
     * One POST.
     *
     * @param headers its headers
     * @param bundle its body
     */
    public record Received(Map<String, List<String>> headers, JsonObject bundle) {
        /** Returns the resource that says why it was sent. */
        public JsonValue status() {
            return bundle.items("entry").get(0).find("resource").orElseThrow();
        }

        /** Returns a text of the status. */
        public String text(String parameter) {
            return status().items("parameter").stream()
                    .filter(entry -> entry.text("name").orElse("").equals(parameter))
                    .flatMap(entry ->
                            ((JsonObject) entry).properties().values().stream().skip(1))
                    .findFirst()
                    .flatMap(value ->
                            value.text().or(() -> value.text("reference")).or(() -> value.text("text")))
                    .orElse("");
        }

        /** Returns the numbers of its events. */
        public List<Integer> numbers() {
            List<Integer> numbers = new ArrayList<>();
            for (JsonValue entry : status().items("parameter")) {
                entry.items("part").stream()
                        .filter(part -> part.text("name").orElse("").equals("event-number"))
                        .forEach(part -> numbers.add(
                                Integer.valueOf(part.text("valueString").orElseThrow())));
            }
            return numbers;
        }
    }

    /** What an endpoint does with a request whose body it has read. */
    public interface Behaviour {
        /** Answers, or does not. */
        void answer(HttpExchange exchange) throws IOException;
    }

    /** Opens one at a free port, which answers everything with 200. */
    public Receiver() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(threads);
        server.createContext("/", exchange -> {
            JsonObject body = JsonValue.parseObject(exchange.getRequestBody().readAllBytes());
            received.add(new Received(Map.copyOf(exchange.getRequestHeaders()), body));
            behaviour.answer(exchange);
            exchange.close();
        });
        server.start();
    }

    /** Does something else from now on. */
    public void behave(Behaviour next) {
        behaviour = next;
    }

    /** Answers everything with a status. */
    public void answerWith(int status) {
        behaviour = exchange -> answer(exchange, status);
    }

    /** Answers with a status and no body. */
    public static void answer(HttpExchange exchange, int status) throws IOException {
        exchange.sendResponseHeaders(status, -1);
    }

    /** Returns its address. */
    public String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/notify";
    }

    /** Returns what came so far. */
    public List<Received> received() {
        return List.copyOf(received);
    }

    /** Returns the numbers of all events, in the order in which they came. */
    public List<Integer> numbers() {
        return received().stream().flatMap(one -> one.numbers().stream()).toList();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
