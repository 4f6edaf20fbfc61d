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
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/** Settings of a {@link FhirHttpServer}. For one thread. */
public final class FhirHttpServerBuilder {
    /**
     * Most requests served at once by the server's own threads: 1000, for a client that is slow, or stuck until its time
     * is up, holds one all the while. Threads are made when they are needed and end after 30 seconds without work; one
     * that waits takes about 100 kB.
     */
    public static final int DEFAULT_THREADS = 1_000;

    /** Most requests that wait for one of the server's own threads: 1000. Connections beyond are cut. */
    public static final int DEFAULT_WAITING = 1_000;

    /** How long a client may keep the server waiting for its request: 10 seconds. */
    public static final Duration DEFAULT_REQUEST_TIMEOUT = Duration.ofSeconds(10);

    /**
     * The body of a request may take longer in proportion to what has come in of it: one second for each 16 384 bytes, so
     * that 10 MB may take ten minutes, and a byte a second no more than {@link #requestTimeout} allows.
     */
    public static final int MIN_BODY_BYTES_A_SECOND = 16 << 10;

    /** How long a client may keep the server waiting while it takes no more of the answer: 60 seconds. */
    public static final Duration DEFAULT_WRITE_TIMEOUT = Duration.ofSeconds(60);

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
    private Duration requestTimeout = DEFAULT_REQUEST_TIMEOUT;
    private Duration writeTimeout = DEFAULT_WRITE_TIMEOUT;
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

    /**
     * Serves https, TLS 1.2 or 1.3, with the key of this context. The default is plain http.
     *
     * <p>The JDK's server takes leave of TLS clients, as TLS asks, in the one thread that accepts connections, and waits
     * there if a client has left no room for so much as that: no time limit here reaches it. A client that knows the size
     * of the system's buffers can bring that about. Where strangers can connect, let TLS end in a server in front of this
     * one.
     */
    public FhirHttpServerBuilder tls(SSLContext context) {
        this.tls = Objects.requireNonNull(context, "context");
        return this;
    }

    /**
     * Serves https with the key in this file; otherwise as {@link #tls(SSLContext)}.
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

    /**
     * Sets how long a client may keep the server waiting for its request, {@link #DEFAULT_REQUEST_TIMEOUT} by default: so
     * long for the TLS handshake, the request line and the headers together, and so long again for the body, for which
     * every {@link #MIN_BODY_BYTES_A_SECOND} bytes received give one more second. Of the body only the time counts that
     * a handler waits for it; what it leaves unread is read for no longer than the rest of that time. Then the connection
     * is closed, and a handler that reads gets an {@link IOException}.
     *
     * @param timeout longer than zero; exceeded by a tenth, or a second if that is less
     */
    public FhirHttpServerBuilder requestTimeout(Duration timeout) {
        this.requestTimeout = positive("requestTimeout", timeout);
        return this;
    }

    /**
     * Sets how long a client may keep the server waiting without taking more of the answer,
     * {@link #DEFAULT_WRITE_TIMEOUT} by default. Then the connection is closed. What counts is whether there is room for
     * the next 64 kB at most in the system's buffers, which may be some megabytes themselves: a client that takes less
     * than about a third of them in that time has stopped, too.
     *
     * @param timeout longer than zero; exceeded by a tenth, or a second if that is less
     */
    public FhirHttpServerBuilder writeTimeout(Duration timeout) {
        this.writeTimeout = positive("writeTimeout", timeout);
        return this;
    }

    private static Duration positive(String name, Duration timeout) {
        if (timeout.isNegative() || timeout.isZero()) {
            throw new IllegalArgumentException(name + ": longer than zero");
        }
        return timeout;
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
        Executor chosen = executor;
        ExecutorService own = null;
        if (chosen == null) {
            own = RequestThreads.of(DEFAULT_THREADS, DEFAULT_WAITING);
            chosen = own;
        }
        return new FhirHttpServer(
                server, new TreeMap<>(mounts), chosen, own, requestTimeout, writeTimeout, closeTimeout);
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
}
