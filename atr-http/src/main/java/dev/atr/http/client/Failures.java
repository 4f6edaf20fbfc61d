package dev.atr.http.client;

import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.net.http.HttpConnectTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.util.List;
import javax.net.ssl.SSLException;

/** Says in a few words why no answer came, for whoever implements {@link Egress}. */
public final class Failures {
    // Looked up in this order anywhere in the chain of causes: the JDK wraps the telling kinds in vague ones.
    private static final List<Kind> KINDS = List.of(
            new Kind(
                    HttpConnectTimeoutException.class,
                    "no connection within the time allowed; to an https address, perhaps plain http is spoken there"),
            new Kind(UnresolvedAddressException.class, "unknown host"),
            new Kind(UnknownHostException.class, "unknown host"),
            new Kind(SSLException.class, "no trusted TLS connection"),
            new Kind(SocketTimeoutException.class, "no connection, or no answer, within the time allowed"),
            new Kind(ConnectException.class, "connection refused, or no way to the host"));

    private Failures() {}

    private record Kind(Class<? extends Throwable> type, String words) {}

    /** Returns the words for a failure: nothing of its own message, which may hold an address. */
    public static String describe(Throwable failure) {
        for (Kind kind : KINDS) {
            for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
                if (kind.type().isInstance(cause)) {
                    return kind.words();
                }
            }
        }
        return "the connection broke before an answer came";
    }
}
