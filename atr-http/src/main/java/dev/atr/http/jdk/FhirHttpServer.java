package dev.atr.http.jdk;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.atr.http.FhirHandler;
import dev.atr.http.FhirRequest;
import dev.atr.http.FhirResponse;
import dev.atr.http.HttpHeaders;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves {@link FhirHandler}s through the JDK's own {@link HttpServer}. Thread-safe; running from
 * {@link FhirHttpServerBuilder#start} to {@link #close}.
 *
 * <p>The JDK's server blocks one thread for each request under way, and waits for its client for as long as that takes.
 * This one closes the connection of a client that keeps it waiting: for a request, see
 * {@link FhirHttpServerBuilder#requestTimeout}, or by not taking the answer, see
 * {@link FhirHttpServerBuilder#writeTimeout}. It does so by interrupting the thread while it reads or writes, never while
 * a handler does anything else. A connection on which no request has begun holds no thread.
 *
 * <p>Some settings of that server belong to the whole JVM, so an application makes them, not this class:
 * {@code -Dsun.net.httpserver.nodelay=true} (without it, each answer on a kept connection may wait about 40 ms) and
 * {@code sun.net.httpserver.maxReqHeaders}. Its {@code maxReqTime} and {@code maxRspTime} are not needed; they also cut
 * long uploads and downloads that go well. A client that speaks HTTP/1.0 can't be told that a body of unknown length was
 * cut short: that version has no sign for it.
 */
public final class FhirHttpServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(FhirHttpServer.class);

    private final HttpServer server;
    private final Map<String, FhirHandler> mounts;
    private final @Nullable ExecutorService ownExecutor;
    private final Duration requestTimeout;
    private final Duration writeTimeout;
    private final Duration closeTimeout;
    private final Deadlines deadlines;
    // What each thread of a request waits in until its handler is called.
    private final Map<Thread, Deadlines.Wait> heads = new ConcurrentHashMap<>();
    // Each exchange holds the read lock; whoever closes waits for the write lock, then keeps it.
    private final ReadWriteLock exchanges = new ReentrantReadWriteLock();
    private final AtomicBoolean closing = new AtomicBoolean();

    FhirHttpServer(
            HttpServer server,
            Map<String, FhirHandler> mounts,
            Executor executor,
            @Nullable ExecutorService ownExecutor,
            Duration requestTimeout,
            Duration writeTimeout,
            Duration closeTimeout) {
        this.server = server;
        this.mounts = mounts;
        this.ownExecutor = ownExecutor;
        this.requestTimeout = requestTimeout;
        this.writeTimeout = writeTimeout;
        this.closeTimeout = closeTimeout;
        this.deadlines = new Deadlines(requestTimeout.compareTo(writeTimeout) < 0 ? requestTimeout : writeTimeout);
        server.setExecutor(exchange -> executor.execute(() -> run(exchange)));
        // One context for everything: the server itself would match decoded paths, and /r4 with /r4x.
        server.createContext("/", this::serve);
        server.start();
    }

    /**
     * Returns a builder.
     *
     * @param handler what to serve at the path given to {@link FhirHttpServerBuilder#mount(String)}, or else at the root
     */
    public static FhirHttpServerBuilder builder(FhirHandler handler) {
        return new FhirHttpServerBuilder(handler);
    }

    /** Returns the port that the server listens on. */
    public int port() {
        return server.getAddress().getPort();
    }

    /**
     * Stops: new requests get 503, and those under way have the close timeout to end before their connections are cut
     * and their threads interrupted. The server's own threads have then ended, save one whose handler will not be
     * interrupted. A second call does nothing.
     */
    @Override
    public void close() {
        if (!closing.compareAndSet(false, true)) {
            return;
        }
        boolean interrupted = false;
        try {
            if (!exchanges.writeLock().tryLock(closeTimeout.toNanos(), TimeUnit.NANOSECONDS)) {
                LOG.warn("requests still under way after {}: their connections are cut", closeTimeout);
            }
        } catch (InterruptedException e) {
            interrupted = true;
        }
        // First, for the JDK's server would wait for a thread that is blocked in writing by TLS.
        deadlines.close();
        server.stop(0);
        if (ownExecutor != null) {
            ownExecutor.shutdownNow();
            try {
                ownExecutor.awaitTermination(closeTimeout.toNanos(), TimeUnit.NANOSECONDS);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Runs what the JDK's server does for one request: a TLS handshake, reading line and headers, calling the handler. */
    private void run(Runnable exchange) {
        Deadlines.Wait wait = deadlines.begin(requestTimeout.toNanos());
        heads.put(Thread.currentThread(), wait);
        try {
            exchange.run();
        } finally {
            wait.end();
            heads.remove(Thread.currentThread());
        }
    }

    // An exception that leaves this method makes the server cut the connection, which is what a body that broke needs:
    // exchange.close() would end a chunked one as if it were whole.
    private void serve(HttpExchange exchange) throws IOException {
        Deadlines.Wait head = heads.get(Thread.currentThread());
        if (head != null && head.end()) {
            throw new IOException("the client took too long");
        }
        Client client = new Client(deadlines, requestTimeout, writeTimeout, hasBody(exchange.getRequestHeaders()));
        if (closing.get() || !exchanges.readLock().tryLock()) {
            answer(exchange, client, FhirResponse.unavailable().with("Connection", "close"));
            return;
        }
        try {
            answer(exchange, client, response(exchange, client));
        } catch (IOException e) {
            LOG.debug("answer broke off: {}", e.getClass().getName());
            throw e;
        } catch (RuntimeException | Error e) {
            // The class alone: a message may hold member data. An Error would leave the connection open for ever.
            LOG.error("answer broke off: {}", e.getClass().getName());
            throw new IOException("answer broke off", e);
        } finally {
            exchanges.readLock().unlock();
        }
    }

    private static boolean hasBody(Headers headers) {
        return headers.containsKey("Content-Length") || headers.containsKey("Transfer-Encoding");
    }

    private FhirResponse response(HttpExchange exchange, Client client) {
        String path = Optional.ofNullable(exchange.getRequestURI().getRawPath()).orElse("");
        HttpHeaders headers;
        try {
            headers = HttpHeaders.copyOf(exchange.getRequestHeaders());
        } catch (IllegalArgumentException e) {
            return FhirResponse.malformedHeader();
        }
        for (Map.Entry<String, FhirHandler> mount : mounts.entrySet()) {
            String base = mount.getKey();
            if (path.startsWith(base) && (path.length() == base.length() || path.charAt(base.length()) == '/')) {
                String below = path.length() == base.length() ? "/" : path.substring(base.length());
                return mount.getValue()
                        .handle(new FhirRequest(
                                exchange.getRequestMethod(),
                                below,
                                exchange.getRequestURI().getRawQuery(),
                                headers,
                                client.reading(exchange.getRequestBody())));
            }
        }
        return FhirResponse.notFound();
    }

    private static void answer(HttpExchange exchange, Client client, FhirResponse response) throws IOException {
        FhirResponse.Body body = response.body();
        try {
            Headers headers = exchange.getResponseHeaders();
            response.headers().map().forEach(headers::put);
            headers.remove("Content-Length");
            headers.remove("Transfer-Encoding");
            OptionalLong length = body.length();
            String method = exchange.getRequestMethod();
            if (method.equals("HEAD") && length.isPresent()) {
                headers.set("Content-Length", Long.toString(length.getAsLong()));
            }
            if (response.sendsBody(method)) {
                client.send(() -> exchange.sendResponseHeaders(response.status(), length.orElse(0)));
                OutputStream out = exchange.getResponseBody();
                body.writeTo(client.writing(out));
                client.finish(out::close);
            } else {
                client.finish(() -> exchange.sendResponseHeaders(response.status(), -1));
            }
            exchange.close();
        } finally {
            body.close();
        }
    }
}
