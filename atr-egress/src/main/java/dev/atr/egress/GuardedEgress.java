package dev.atr.egress;

import dev.atr.core.error.ProtocolException;
import dev.atr.core.error.TransportException;
import dev.atr.http.HttpHeaders;
import dev.atr.http.client.Egress;
import dev.atr.http.client.Failures;
import dev.atr.http.client.HttpCall;
import dev.atr.http.client.HttpReply;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.DefaultHttpClientConnectionOperator;
import org.apache.hc.client5.http.impl.io.ManagedHttpClientConnectionFactory;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManager;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.client5.http.ssl.HostnameVerificationPolicy;
import org.apache.hc.client5.http.ssl.HttpsSupport;
import org.apache.hc.client5.http.ssl.TlsSocketStrategy;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.config.RegistryBuilder;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.pool.PoolConcurrencyPolicy;
import org.apache.hc.core5.pool.PoolReusePolicy;
import org.apache.hc.core5.reactor.ssl.SSLBufferMode;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way out to addresses that somebody else chose: key sets of clients, endpoints of notifications.
 *
 * <ul>
 *   <li>https alone, to port 443 or 8443; the host is a full name of the public Internet, not a number.
 *   <li>Every address that the name has at that moment must be public; one that is not refuses all. The connection goes
 *       to one of these very addresses, and the socket itself checks once more.
 *   <li>Certificates and host names are checked; nothing switches that off. TLS 1.2 or 1.3.
 *   <li>A redirect is handed back as it is, whatever {@link HttpCall#redirects} says.
 *   <li>The call's limits hold for looking up, connecting, headers and body together; headers are at most 100 of 8 kB. A
 *       call without a total limit is refused.
 *   <li>No proxy, no cookies, no client certificate, no credentials are taken from the environment.
 * </ul>
 *
 * <p>Connections are kept for {@link #CONNECTION_LIFE}, then the name is looked up again. A thread that reads a body can't
 * be interrupted, but waits no longer than the call's limits. Revocation of certificates is not checked. The library
 * underneath logs headers and bodies when its logger {@code org.apache.hc.client5.http} is at DEBUG: leave it above.
 *
 * <p>Thread-safe.
 */
public final class GuardedEgress implements Egress, AutoCloseable {
    /** Ports that may be called: 443 and 8443; see {@link Builder#allowPort}. */
    public static final Set<Integer> DEFAULT_PORTS = Set.of(443, 8443);

    /** Calls under way at one time: 256; one more fails at once. */
    public static final int DEFAULT_MAX_CALLS = 256;

    /** Longest wait for a connection to one address: 2 seconds, within the call's limits. */
    public static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);

    /** How long a connection may be used again: 1 minute, so that a changed name is soon noticed. */
    public static final Duration CONNECTION_LIFE = Duration.ofMinutes(1);

    private static final Logger LOG = LoggerFactory.getLogger(GuardedEgress.class);
    private static final int MAX_HEADERS = 100;
    private static final int MAX_HEADER_LENGTH = 8 << 10;
    /** Headers about the connection, which are not the caller's to say. */
    private static final Set<String> OURS = Set.of(
            "host",
            "connection",
            "keep-alive",
            "content-length",
            "transfer-encoding",
            "te",
            "trailer",
            "upgrade",
            "expect",
            "proxy-authorization",
            "proxy-connection");

    private final AddressRules rules;
    private final Set<Integer> ports;
    private final boolean loopbackAllowed;
    private final CloseableHttpClient client;
    private final ThreadPoolExecutor workers;
    private final ScheduledThreadPoolExecutor timer;
    private final Set<Exchange> underWay = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    private GuardedEgress(Builder builder) {
        rules = new AddressRules(builder.blocked, builder.allowed, GuardedEgress::isOurs);
        ports = Set.copyOf(builder.ports);
        loopbackAllowed = builder.loopbackAllowed;
        client = HttpClients.createMinimal(pool(builder));
        workers = new ThreadPoolExecutor(
                0, builder.maxCalls, 10, TimeUnit.SECONDS, new SynchronousQueue<>(), daemons("atr-egress-"));
        // What would be set when all is over is of no use to anybody.
        timer = new ScheduledThreadPoolExecutor(
                1, daemons("atr-egress-timer-"), new ThreadPoolExecutor.DiscardPolicy());
        timer.setRemoveOnCancelPolicy(true);
    }

    /** Returns a builder. */
    public static Builder builder() {
        return new Builder();
    }

    @Override
    public void check(URI address) {
        destination(address);
    }

    @Override
    public HttpReply send(HttpCall call) throws InterruptedException {
        HttpCall.Limits limits = call.limits();
        if (limits.totalTimeout().isZero()) {
            throw new IllegalArgumentException("limits: a guarded call has a total timeout");
        }
        Destination destination = destination(call.uri());
        HttpUriRequestBase request = request(call);
        if (closed) {
            throw new IllegalStateException("the guard is closed");
        }
        String tried = call.method() + " " + destination.origin();
        Exchange exchange = new Exchange(request, limits.totalTimeout(), timer, underWay::remove);
        underWay.add(exchange);
        boolean answered = false;
        try {
            Future<ClassicHttpResponse> sent =
                    workers.submit(() -> client.executeOpen(host(destination), request, null));
            ClassicHttpResponse response = sent.get(longestWait(limits).toNanos(), TimeUnit.NANOSECONDS);
            LOG.debug("{}: {}", tried, response.getCode());
            HttpReply reply = reply(call, response, exchange);
            answered = true;
            return reply;
        } catch (ExecutionException e) {
            Throwable cause = Objects.requireNonNullElse(e.getCause(), e);
            throw new TransportException(tried + ": " + exchange.reason(describe(cause)), cause);
        } catch (TimeoutException e) {
            throw new TransportException(tried + ": no answer within the time allowed", e);
        } catch (RejectedExecutionException e) {
            throw new TransportException(tried + ": " + exchange.reason("too many calls are under way"), e);
        } finally {
            if (!answered) {
                exchange.cut("given up");
            }
        }
    }

    /** Breaks off every call and every body under way, closes all connections, and stops the threads of this guard. */
    @Override
    public void close() {
        closed = true;
        underWay.forEach(exchange -> exchange.cut("broken off, since the guard was closed"));
        client.close(CloseMode.IMMEDIATE);
        workers.shutdownNow();
        timer.shutdownNow();
    }

    private Destination destination(URI address) {
        return Destination.of(address, rules, ports, loopbackAllowed);
    }

    private static HttpHost host(Destination destination) {
        String scheme = destination.origin().scheme();
        int port = destination.origin().port();
        return destination
                .literal()
                .map(address -> new HttpHost(scheme, address, destination.name(), port))
                .orElseGet(() -> new HttpHost(scheme, destination.name(), port));
    }

    private static HttpUriRequestBase request(HttpCall call) {
        HttpUriRequestBase request =
                new HttpUriRequestBase(call.method(), URI.create(call.uri().toASCIIString()));
        request.setHeader("User-Agent", "atr");
        call.headers().map().forEach((name, values) -> {
            if (OURS.contains(name.toLowerCase(Locale.ROOT))) {
                throw new IllegalArgumentException("header " + name + " can't be sent");
            }
            request.removeHeaders(name);
            values.forEach(value -> request.addHeader(name, value));
        });
        if (call.body().length > 0) {
            request.setEntity(new ByteArrayEntity(call.body(), null));
        }
        // How long to wait is ours to enforce: a peer that sends a byte now and then never trips these.
        Timeout total = Timeout.of(call.limits().totalTimeout());
        request.setConfig(RequestConfig.custom()
                .setConnectionRequestTimeout(total)
                .setResponseTimeout(total)
                .build());
        return request;
    }

    private static HttpReply reply(HttpCall call, ClassicHttpResponse response, Exchange exchange) {
        Map<String, List<String>> map = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        for (Header header : response.getHeaders()) {
            map.computeIfAbsent(header.getName(), name -> new ArrayList<>())
                    .add(Objects.requireNonNullElse(header.getValue(), ""));
        }
        HttpHeaders headers;
        try {
            headers = HttpHeaders.copyOf(map);
        } catch (IllegalArgumentException e) {
            throw new ProtocolException("answer with status " + response.getCode() + ": broken headers");
        }
        HttpEntity entity = response.getEntity();
        if (entity == null) {
            exchange.end();
            return new HttpReply(response.getCode(), headers, call.uri(), InputStream.nullInputStream(), true);
        }
        try {
            InputStream body = new GuardedBody(entity.getContent(), exchange, call.limits());
            return new HttpReply(response.getCode(), headers, call.uri(), body);
        } catch (IOException e) {
            throw new TransportException("answer with status " + response.getCode() + ": no body", e);
        }
    }

    private static Duration longestWait(HttpCall.Limits limits) {
        Duration answer = limits.answerTimeout();
        return answer.compareTo(limits.totalTimeout()) < 0 ? answer : limits.totalTimeout();
    }

    private static String describe(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof RefusedAddressException refused) {
                return refused.words();
            }
        }
        return Failures.describe(failure);
    }

    private PoolingHttpClientConnectionManager pool(Builder builder) {
        TlsSocketStrategy tls = new DefaultClientTlsStrategy(
                builder.tls(),
                new String[] {"TLSv1.3", "TLSv1.2"},
                null,
                SSLBufferMode.STATIC,
                HostnameVerificationPolicy.BOTH,
                HttpsSupport.getDefaultHostnameVerifier());
        DefaultHttpClientConnectionOperator operator = new DefaultHttpClientConnectionOperator(
                proxy -> new GuardedSocket(this::refusal),
                null,
                new CheckedNames(builder.lookup, rules),
                RegistryBuilder.<TlsSocketStrategy>create()
                        .register("https", tls)
                        .build());
        ManagedHttpClientConnectionFactory connections = ManagedHttpClientConnectionFactory.builder()
                .http1Config(Http1Config.custom()
                        .setMaxHeaderCount(MAX_HEADERS)
                        .setMaxLineLength(MAX_HEADER_LENGTH)
                        .build())
                .build();
        PoolingHttpClientConnectionManager pool = new PoolingHttpClientConnectionManager(
                operator,
                PoolConcurrencyPolicy.STRICT,
                PoolReusePolicy.LIFO,
                TimeValue.of(CONNECTION_LIFE),
                connections);
        pool.setMaxTotal(builder.maxCalls);
        pool.setDefaultMaxPerRoute(builder.maxCalls);
        pool.setDefaultConnectionConfig(ConnectionConfig.custom()
                .setConnectTimeout(Timeout.of(CONNECT_TIMEOUT))
                .setTimeToLive(TimeValue.of(CONNECTION_LIFE))
                .build());
        return pool;
    }

    private Optional<String> refusal(InetAddress address) {
        return loopbackAllowed && address.isLoopbackAddress() ? Optional.empty() : rules.refusal(address);
    }

    private static boolean isOurs(InetAddress address) {
        try {
            return NetworkInterface.getByInetAddress(address) != null;
        } catch (SocketException e) {
            // Who can't tell whether it is this machine takes it for this machine.
            return true;
        }
    }

    private static ThreadFactory daemons(String name) {
        AtomicInteger count = new AtomicInteger();
        return task -> {
            Thread thread = new Thread(task, name + count.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }

    /** Settings of a {@link GuardedEgress}. For one thread. */
    public static final class Builder {
        private final List<AddressRange> blocked = new ArrayList<>();
        private final List<AddressRange> allowed = new ArrayList<>();
        private final Set<Integer> ports = new HashSet<>(DEFAULT_PORTS);
        private boolean loopbackAllowed;
        private int maxCalls = DEFAULT_MAX_CALLS;
        private @Nullable KeyStore trust;
        private CheckedNames.Lookup lookup = InetAddress::getAllByName;

        private Builder() {}

        /**
         * Lets calls go to this machine, by plain http too and at any port, when the address names it by a loopback
         * literal or as {@code localhost}: for tests and demos. What other names stand for is refused as before.
         */
        public Builder allowLoopback() {
            loopbackAllowed = true;
            return this;
        }

        /**
         * Refuses these addresses too, for example those of the host's own public services.
         *
         * @param range a block such as {@code 198.51.100.0/24} or {@code 2001:db8::/32}, or a single address
         * @throws IllegalArgumentException when the text is not one
         */
        public Builder block(String range) {
            blocked.add(AddressRange.parse(range));
            return this;
        }

        /**
         * Lets calls go to these addresses although they are not public, for example to clients in a network shared with
         * them; numbers in place of names may then be called too. What is blocked stays blocked.
         *
         * @param range as in {@link #block}
         * @throws IllegalArgumentException when the text is not one
         */
        public Builder allow(String range) {
            allowed.add(AddressRange.parse(range));
            return this;
        }

        /** Lets calls go to this port too, beside {@link #DEFAULT_PORTS}. */
        public Builder allowPort(int port) {
            if (port < 1 || port > 65535) {
                throw new IllegalArgumentException("port: 1 to 65535");
            }
            ports.add(port);
            return this;
        }

        /** Trusts the certificates in this store in place of the Java runtime's. */
        public Builder trust(KeyStore certificates) {
            this.trust = Objects.requireNonNull(certificates, "certificates");
            return this;
        }

        /** Sets how many calls may be under way at one time; {@link #DEFAULT_MAX_CALLS} by default. */
        public Builder maxCalls(int maxCalls) {
            if (maxCalls < 1) {
                throw new IllegalArgumentException("maxCalls: positive");
            }
            this.maxCalls = maxCalls;
            return this;
        }

        /** Looks names up another way. */
        Builder lookup(CheckedNames.Lookup lookup) {
            this.lookup = lookup;
            return this;
        }

        /**
         * Returns the guard. It starts threads with the first call.
         *
         * @throws IllegalArgumentException when the trusted certificates can't be used
         */
        public GuardedEgress build() {
            return new GuardedEgress(this);
        }

        private SSLContext tls() {
            try {
                TrustManagerFactory managers =
                        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
                managers.init(trust);
                SSLContext context = SSLContext.getInstance("TLS");
                context.init(null, managers.getTrustManagers(), null);
                return context;
            } catch (GeneralSecurityException e) {
                throw new IllegalArgumentException("trust: the certificates can't be used", e);
            }
        }
    }
}
