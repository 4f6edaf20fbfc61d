package dev.atr.http.jdk;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.atr.core.fhir.OperationOutcome.IssueCode;
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
 * <p>Some settings of that server belong to the whole JVM, so an application makes them, not this class:
 * {@code -Dsun.net.httpserver.nodelay=true} (without it, each answer on a kept connection may wait about 40 ms),
 * {@code sun.net.httpserver.maxReqTime} in seconds (bounds how slowly a request may come in; none by default) and
 * {@code sun.net.httpserver.maxReqHeaders}. A client that speaks HTTP/1.0 can't be told that a body of unknown length
 * was cut short: that version has no sign for it.
 */
public final class FhirHttpServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(FhirHttpServer.class);

    private final HttpServer server;
    private final Map<String, FhirHandler> mounts;
    private final @Nullable ExecutorService ownExecutor;
    private final Duration closeTimeout;
    // Each exchange holds the read lock; whoever closes waits for the write lock, then keeps it.
    private final ReadWriteLock exchanges = new ReentrantReadWriteLock();
    private final AtomicBoolean closing = new AtomicBoolean();

    FhirHttpServer(
            HttpServer server,
            Map<String, FhirHandler> mounts,
            @Nullable ExecutorService ownExecutor,
            Duration closeTimeout) {
        this.server = server;
        this.mounts = mounts;
        this.ownExecutor = ownExecutor;
        this.closeTimeout = closeTimeout;
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

    // An exception that leaves this method makes the server cut the connection, which is what a body that broke needs:
    // exchange.close() would end a chunked one as if it were whole.
    private void serve(HttpExchange exchange) throws IOException {
        if (closing.get() || !exchanges.readLock().tryLock()) {
            answer(exchange, FhirResponse.unavailable().with("Connection", "close"));
            return;
        }
        try {
            answer(exchange, response(exchange));
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

    private FhirResponse response(HttpExchange exchange) {
        String path = Optional.ofNullable(exchange.getRequestURI().getRawPath()).orElse("");
        HttpHeaders headers;
        try {
            headers = HttpHeaders.copyOf(exchange.getRequestHeaders());
        } catch (IllegalArgumentException e) {
            return FhirResponse.error(400, IssueCode.STRUCTURE, "A header is not well formed.");
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
                                exchange.getRequestBody()));
            }
        }
        return FhirResponse.notFound();
    }

    private static void answer(HttpExchange exchange, FhirResponse response) throws IOException {
        FhirResponse.Body body = response.body();
        try {
            Headers headers = exchange.getResponseHeaders();
            response.headers().map().forEach(headers::put);
            headers.remove("Content-Length");
            headers.remove("Transfer-Encoding");
            OptionalLong length = body.length();
            boolean head = exchange.getRequestMethod().equals("HEAD");
            if (head && length.isPresent()) {
                headers.set("Content-Length", Long.toString(length.getAsLong()));
            }
            boolean empty = length.isPresent() && length.getAsLong() == 0;
            if (head || empty || response.status() == 204 || response.status() == 304) {
                exchange.sendResponseHeaders(response.status(), -1);
            } else {
                exchange.sendResponseHeaders(response.status(), length.orElse(0));
                OutputStream out = exchange.getResponseBody();
                body.writeTo(out);
                out.close();
            }
            exchange.close();
        } finally {
            body.close();
        }
    }
}
