package dev.atr.http.client;

import dev.atr.core.error.ProtocolException;
import dev.atr.core.error.TransportException;
import dev.atr.http.HttpHeaders;
import dev.atr.http.Origin;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way out to addresses that the operator chose, on {@link HttpClient}.
 *
 * <p>Redirects are followed here, since that client would carry {@code Authorization} to any other origin. They lead
 * only to https, or from one loopback address to another; credentials stay behind for good when the origin changes; a
 * request with a body never goes to another origin. The call's limits hold for headers and body together, and a body
 * that comes slower than 1 kB a second over five minutes of waiting fails too.
 *
 * <p>Plain http is spoken as HTTP/1.1. No encoding of the body is asked for; a caller that asks for gzip decodes with
 * {@link ContentCoding}. For large downloads an application may set {@code -Djdk.httpclient.bufsize=262144}, which
 * holds for the whole JVM.
 *
 * <p>Thread-safe.
 */
public final class OutgoingClient implements Egress, AutoCloseable {
    /** Longest wait for a connection: 10 seconds, within the call's {@link HttpCall.Limits#answerTimeout}. */
    public static final Duration DEFAULT_CONNECT_TIMEOUT = Duration.ofSeconds(10);

    private static final Logger LOG = LoggerFactory.getLogger(OutgoingClient.class);

    private final @Nullable ExecutorService ownExecutor;
    private final Set<ReplyBody> underWay = ConcurrentHashMap.newKeySet();
    // Emptied by close(): the selector thread of the JDK's client ends when the client is collected, not before.
    private volatile @Nullable HttpClient client;

    private OutgoingClient(HttpClient client, @Nullable ExecutorService ownExecutor) {
        this.client = client;
        this.ownExecutor = ownExecutor;
    }

    /** Returns a builder. */
    public static Builder builder() {
        return new Builder();
    }

    @Override
    public HttpReply send(HttpCall call) throws InterruptedException {
        Duration total = call.limits().totalTimeout();
        long deadline = total.isZero() ? ReplyBody.NO_DEADLINE : System.nanoTime() + ReplyBody.nanos(total);
        Origin origin = Redirects.allowed(call.uri());
        HttpCall hop = call;
        while (true) {
            HttpReply reply = exchange(hop, origin, deadline);
            if (call.redirects() == 0 || !Redirects.isRedirect(reply)) {
                return reply;
            }
            reply.close();
            hop = Redirects.next(hop, reply);
            origin = Origin.of(hop.uri());
        }
    }

    /**
     * Breaks off every call and every body under way, and stops the threads that this client started. On a JDK whose
     * {@link HttpClient} can't be closed, its idle selector thread, a daemon, ends when the garbage collector finds it.
     */
    @Override
    public void close() {
        client = null;
        underWay.forEach(body -> body.abort(new IOException("the client is closed")));
        if (ownExecutor != null) {
            ownExecutor.shutdown();
        }
    }

    private HttpReply exchange(HttpCall call, Origin origin, long deadline) throws InterruptedException {
        HttpRequest request = request(call, origin);
        String tried = call.method() + " " + origin;
        ReplyBody body = new ReplyBody(call.limits(), ReplyBody.RateFloor.STANDARD, deadline, underWay::remove);
        underWay.add(body);
        boolean answered = false;
        try {
            HttpClient current = client;
            if (current == null) {
                throw new IllegalStateException("the client is closed");
            }
            // Taken here, not from what sendAsync returns: that may fail for a body that breaks right behind its
            // headers,
            // and status and first bytes would be lost.
            CompletableFuture<HttpResponse.ResponseInfo> head = new CompletableFuture<>();
            CompletableFuture<HttpResponse<InputStream>> sent = current.sendAsync(request, info -> {
                head.complete(info);
                return body;
            });
            // What is aborted later is the call itself: this action would never run if its own result were cancelled.
            CompletableFuture<?> unused = sent.whenComplete((response, failure) -> {
                if (failure != null) {
                    head.completeExceptionally(failure);
                    body.onError(failure);
                }
            });
            body.awaits(sent);
            HttpResponse.ResponseInfo info = head.get(wait(call.limits(), deadline), TimeUnit.NANOSECONDS);
            LOG.debug("{}: {}", tried, info.statusCode());
            HttpReply reply = reply(call, info, body);
            answered = true;
            return reply;
        } catch (ExecutionException | CancellationException e) {
            Throwable cause = Objects.requireNonNullElse(e.getCause(), e);
            String why = client == null ? "broken off, since the client was closed" : Failures.describe(cause);
            throw new TransportException(tried + ": " + why, cause);
        } catch (TimeoutException e) {
            throw new TransportException(tried + ": no answer within the time allowed", e);
        } finally {
            if (!answered) {
                body.close();
            }
        }
    }

    private static long wait(HttpCall.Limits limits, long deadline) {
        long wait = ReplyBody.nanos(limits.answerTimeout());
        return deadline == ReplyBody.NO_DEADLINE ? wait : Math.min(wait, deadline - System.nanoTime());
    }

    private static HttpRequest request(HttpCall call, Origin origin) {
        HttpRequest.Builder request = HttpRequest.newBuilder(call.uri())
                .method(
                        call.method(),
                        call.body().length == 0
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofByteArray(call.body()));
        if (origin.scheme().equals("http")) {
            // Else the client offers an upgrade to HTTP/2 with each request, which confuses some peers.
            request.version(HttpClient.Version.HTTP_1_1);
        }
        call.headers().map().forEach((name, values) -> {
            for (String value : values) {
                try {
                    request.header(name, value);
                } catch (IllegalArgumentException e) {
                    // Without its cause, whose message holds the value.
                    throw new IllegalArgumentException("header " + name + " can't be sent");
                }
            }
        });
        return request.build();
    }

    private static HttpReply reply(HttpCall call, HttpResponse.ResponseInfo info, ReplyBody body) {
        Map<String, List<String>> map = new TreeMap<>(info.headers().map());
        // HTTP/2 keeps the status among the headers.
        map.remove(":status");
        HttpHeaders headers;
        try {
            headers = HttpHeaders.copyOf(map);
        } catch (IllegalArgumentException e) {
            throw new ProtocolException("answer with status " + info.statusCode() + ": broken headers");
        }
        HttpReply reply = new HttpReply(info.statusCode(), headers, call.uri(), body);
        boolean bodiless = call.method().equals("HEAD") || reply.status() == 204 || reply.status() == 304;
        boolean endMarked = bodiless || reply.endMarked() || info.version() == HttpClient.Version.HTTP_2;
        return new HttpReply(reply.status(), headers, reply.uri(), body, endMarked);
    }

    /** Settings of an {@link OutgoingClient}. For one thread. */
    public static final class Builder {
        private @Nullable HttpClient httpClient;
        private Duration connectTimeout = DEFAULT_CONNECT_TIMEOUT;

        private Builder() {}

        /**
         * Uses this client, with its proxy, its trust and its threads, which stay the caller's to stop.
         *
         * @throws IllegalArgumentException when it follows redirects by itself
         */
        public Builder httpClient(HttpClient httpClient) {
            if (httpClient.followRedirects() != HttpClient.Redirect.NEVER) {
                throw new IllegalArgumentException("httpClient: must never follow redirects");
            }
            this.httpClient = httpClient;
            return this;
        }

        /** Sets the longest wait for a connection; of no effect with a client of the caller's. */
        public Builder connectTimeout(Duration connectTimeout) {
            if (connectTimeout.isNegative() || connectTimeout.isZero()) {
                throw new IllegalArgumentException("connectTimeout: positive");
            }
            this.connectTimeout = connectTimeout;
            return this;
        }

        /** Returns the client. */
        public OutgoingClient build() {
            if (httpClient != null) {
                return new OutgoingClient(httpClient, null);
            }
            AtomicInteger count = new AtomicInteger();
            ExecutorService executor = Executors.newCachedThreadPool(task -> {
                Thread thread = new Thread(task, "atr-http-client-" + count.incrementAndGet());
                thread.setDaemon(true);
                return thread;
            });
            HttpClient own = HttpClient.newBuilder()
                    .followRedirects(HttpClient.Redirect.NEVER)
                    .connectTimeout(connectTimeout)
                    .sslParameters(new SSLParameters(null, new String[] {"TLSv1.3", "TLSv1.2"}))
                    .executor(executor)
                    .build();
            return new OutgoingClient(own, executor);
        }
    }
}
