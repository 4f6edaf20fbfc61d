package dev.atr.cli;

import dev.atr.http.jdk.FhirHttpServer;
import dev.atr.http.jdk.FhirHttpServerBuilder;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.UnrecoverableKeyException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Where a command listens. */
final class WebPort {
    /** Set beside {@code --tls-keystore}. */
    static final String KEYSTORE_PASSWORD = "ATR_TLS_KEYSTORE_PASSWORD";

    private WebPort() {}

    /** Checks the value of {@code --port}. */
    static void check(int port) {
        if (port < 0 || port > 65_535) {
            throw new UsageException("--port is a number from 0 to 65535.");
        }
    }

    /**
     * Starts a web server: https on all addresses with a key store, plain http on the loopback address without, for tokens
     * and member data pass by.
     *
     * @throws UsageException when the port is in use, or the key store can't be used
     */
    static FhirHttpServer bind(FhirHttpServerBuilder builder, int port, @Nullable Path keystore) throws IOException {
        if (keystore != null) {
            use(builder, keystore);
        }
        InetAddress host = keystore == null
                ? InetAddress.getByAddress(new byte[] {127, 0, 0, 1})
                : InetAddress.getByAddress(new byte[4]);
        try {
            return builder.address(new InetSocketAddress(host, port)).start();
        } catch (BindException e) {
            throw new UsageException("port " + port + " is in use; choose another with --port, or 0 for any.");
        }
    }

    /** Returns where this machine itself reaches such a server. */
    static String local(int port, @Nullable Path keystore) {
        return (keystore == null ? "http" : "https") + "://127.0.0.1:" + port;
    }

    private static void use(FhirHttpServerBuilder builder, Path keystore) throws IOException {
        NamedFile.requireFile("--tls-keystore", keystore);
        try {
            builder.tls(
                    keystore,
                    Objects.requireNonNullElse(System.getenv(KEYSTORE_PASSWORD), "")
                            .toCharArray());
        } catch (IOException e) {
            throw new UsageException("--tls-keystore: " + keystore
                    + (e.getCause() instanceof UnrecoverableKeyException
                            ? " does not open with the password in " + KEYSTORE_PASSWORD + "."
                            : " is no PKCS #12 key store with a private key."));
        }
    }
}
