package dev.atr.http.jdk;

import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import dev.atr.http.FhirHandler;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.KeyStoreException;
import java.time.Duration;
import java.util.Collections;
import java.util.Comparator;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/** Settings of a {@link FhirHttpServer}. For one thread. */
public final class FhirHttpServerBuilder {
    /** Most requests served at once by the server's own threads: 200, since a slow download holds one for its time. */
    public static final int DEFAULT_THREADS = 200;

    /** Most requests that wait for one of the server's own threads: 1000. Connections beyond are cut. */
    public static final int DEFAULT_WAITING = 1_000;

    /** How long {@link FhirHttpServer#close} waits for requests under way: 5 seconds. */
    public static final Duration DEFAULT_CLOSE_TIMEOUT = Duration.ofSeconds(5);

    // Connections that the system holds until they are accepted; its default of 50 is short for a burst of polls.
    private static final int BACKLOG = 1_024;

    private final FhirHandler handler;
    // Longest first, so that /r4/other wins over /r4.
    private final SortedMap<String, FhirHandler> mounts =
            new TreeMap<>(Comparator.comparingInt(String::length).reversed().thenComparing(Comparator.naturalOrder()));
    private boolean handlerMounted;
    private InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    private @Nullable SSLContext tls;
    private @Nullable Executor executor;
    private Duration closeTimeout = DEFAULT_CLOSE_TIMEOUT;

    FhirHttpServerBuilder(FhirHandler handler) {
        this.handler = Objects.requireNonNull(handler, "handler");
    }

    /** Sets where to listen; port 0 takes a free one. The default is a free port of the loopback address. */
    public FhirHttpServerBuilder address(InetSocketAddress address) {
        this.address = Objects.requireNonNull(address, "address");
        return this;
    }

    /**
     * Serves the builder's handler below this path.
     *
     * @param path starts with a slash and does not end with one, for example {@code /r4}; {@code ""} is the root
     */
    public FhirHttpServerBuilder mount(String path) {
        handlerMounted = true;
        return mount(path, handler);
    }

    /**
     * Serves another handler beside the builder's own.
     *
     * @param path as for {@link #mount(String)}
     * @param other what to serve there
     * @throws IllegalArgumentException when the path is not of that form, or taken
     */
    public FhirHttpServerBuilder mount(String path, FhirHandler other) {
        if (!path.matches("(/[A-Za-z0-9._~-]+)*")) {
            throw new IllegalArgumentException("mount: a path like /r4, or empty for the root");
        }
        if (mounts.put(path, FhirHandler.guarded(other)) != null) {
            throw new IllegalArgumentException("mount: " + path + " is taken");
        }
        return this;
    }

    /** Serves https, TLS 1.2 or 1.3, with the key of this context. The default is plain http. */
    public FhirHttpServerBuilder tls(SSLContext context) {
        this.tls = Objects.requireNonNull(context, "context");
        return this;
    }

    /**
     * Serves https with the key in this file.
     *
     * @param keystore a PKCS #12 or JKS file with one private key and its certificates
     * @param password of the file and of the key
     * @throws IOException when the file can't be read or opened with the password, or has no private key in it
     */
    public FhirHttpServerBuilder tls(Path keystore, char[] password) throws IOException {
        try {
            KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            KeyStore store = KeyStore.getInstance(keystore.toFile(), password);
            if (!holdsKey(store)) {
                // The JDK would start to listen, and fail at each handshake.
                throw new IOException("the key store has no private key");
            }
            keys.init(store, password);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys.getKeyManagers(), null, null);
            return tls(context);
        } catch (GeneralSecurityException e) {
            throw new IOException("the key store has no key that serves for TLS", e);
        }
    }

    private static boolean holdsKey(KeyStore store) throws KeyStoreException {
        for (String alias : Collections.list(store.aliases())) {
            if (store.isKeyEntry(alias)) {
                return true;
            }
        }
        return false;
    }

    /** Runs requests on this executor, which stays the caller's to stop. The default is a bounded pool of its own. */
    public FhirHttpServerBuilder executor(Executor executor) {
        this.executor = Objects.requireNonNull(executor, "executor");
        return this;
    }

    /** Sets how long {@link FhirHttpServer#close} waits; zero for not at all. */
    public FhirHttpServerBuilder closeTimeout(Duration closeTimeout) {
        if (closeTimeout.isNegative()) {
            throw new IllegalArgumentException("closeTimeout: not negative");
        }
        this.closeTimeout = closeTimeout;
        return this;
    }

    /**
     * Binds the address and starts to serve.
     *
     * @throws IOException when the address can't be bound
     */
    public FhirHttpServer start() throws IOException {
        if (!handlerMounted) {
            mount("");
        }
        HttpServer server = tls == null ? HttpServer.create(address, BACKLOG) : https(tls);
        ExecutorService own = executor == null ? pool() : null;
        server.setExecutor(own == null ? executor : own);
        return new FhirHttpServer(server, new TreeMap<>(mounts), own, closeTimeout);
    }

    private HttpServer https(SSLContext context) throws IOException {
        HttpsServer server = HttpsServer.create(address, BACKLOG);
        server.setHttpsConfigurator(new HttpsConfigurator(context) {
            @Override
            public void configure(HttpsParameters parameters) {
                SSLParameters modern = getSSLContext().getDefaultSSLParameters();
                modern.setProtocols(new String[] {"TLSv1.3", "TLSv1.2"});
                parameters.setSSLParameters(modern);
            }
        });
        return server;
    }

    private static ExecutorService pool() {
        AtomicInteger count = new AtomicInteger();
        ThreadPoolExecutor pool = new ThreadPoolExecutor(
                DEFAULT_THREADS,
                DEFAULT_THREADS,
                30,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(DEFAULT_WAITING),
                task -> {
                    Thread thread = new Thread(task, "atr-http-" + count.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                });
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }
}
