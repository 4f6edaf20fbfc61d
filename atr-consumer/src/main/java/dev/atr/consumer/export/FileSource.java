package dev.atr.consumer.export;

import dev.atr.consumer.internal.FhirPeer;
import dev.atr.core.error.ProtocolException;
import dev.atr.core.error.RejectedException;
import dev.atr.http.HttpHeaders;
import dev.atr.http.client.ContentCoding;
import dev.atr.http.client.HttpCall;
import dev.atr.http.client.HttpReply;
import java.io.InputStream;
import java.util.List;
import java.util.Locale;

/** Asks for export files and hands out their decoded bytes. Thread-safe. */
final class FileSource {
    static final int MAX_REDIRECTS = 5;

    private static final HttpHeaders HEADERS =
            HttpHeaders.of("Accept", "application/fhir+ndjson", "Accept-Encoding", ContentCoding.OFFER);

    private final FhirPeer peer;

    FileSource(FhirPeer peer) {
        this.peer = peer;
    }

    /**
     * Opens a file. The token goes along only when the manifest asks for it and the origin may have it; the outgoing
     * client drops it on a redirect to another origin.
     *
     * @return the decoded bytes; closing them gives the connection back
     * @throws ProtocolException when nothing would tell a whole file from one that was cut short: no count, no length
     */
    InputStream open(ExportFile file) throws InterruptedException {
        HttpCall call = new HttpCall("GET", file.url(), HEADERS, new byte[0], MAX_REDIRECTS, HttpCall.Limits.FILE);
        HttpReply reply = peer.send(call, file.requiresAccessToken());
        try {
            InputStream decoded = decoded(file, reply);
            reply = null;
            return decoded;
        } finally {
            if (reply != null) {
                reply.close();
            }
        }
    }

    private InputStream decoded(ExportFile file, HttpReply reply) {
        String what = "file of " + file.type();
        int status = reply.status();
        if (status != 200) {
            boolean tokenStayedHome = file.requiresAccessToken() && !peer.mayReceiveToken(reply.uri());
            if ((status == 401 || status == 403) && (tokenStayedHome || !file.requiresAccessToken())) {
                // New credentials would not help: none were sent.
                throw new RejectedException(
                        what + ": refused with " + status + ", asked without a token"
                                + (tokenStayedHome
                                        ? ", as its origin is not on the list of those that may get it"
                                        : ""),
                        status,
                        List.of(),
                        null);
            }
            throw peer.failure(what, reply);
        }
        String type = reply.headers().first("Content-Type").orElse("").toLowerCase(Locale.ROOT);
        if (type.startsWith("text/html")) {
            throw new ProtocolException(what + ": expected NDJSON, got a web page");
        }
        boolean zipped = reply.headers().first("Content-Encoding").isPresent();
        if (!reply.endMarked() && file.count() == null && !zipped) {
            throw new ProtocolException(what + ": neither a count nor a length tells where it ends");
        }
        return ContentCoding.decode(reply, HttpCall.Limits.FILE.maxBytes());
    }
}
