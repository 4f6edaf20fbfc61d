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
import java.util.Optional;

/** Asks for export files and hands out their bytes. Thread-safe. */
final class FileSource {
    static final int MAX_REDIRECTS = 5;

    private static final HttpHeaders HEADERS = HttpHeaders.of("Accept", "application/fhir+ndjson");

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
        HttpReply reply = send(file, HEADERS.with("Accept-Encoding", ContentCoding.OFFER));
        try {
            check(file, reply);
            InputStream decoded = ContentCoding.decode(reply, HttpCall.Limits.FILE.maxBytes());
            reply = null;
            return decoded;
        } finally {
            if (reply != null) {
                reply.close();
            }
        }
    }

    /**
     * Asks for a file as it is sent, as {@link #open} does.
     *
     * @return the bytes as they come; the caller closes it
     */
    FileReply fetch(ExportFile file) throws InterruptedException {
        HttpReply reply = send(file, HEADERS.with("Accept-Encoding", ContentCoding.OFFER));
        try {
            check(file, reply);
            FileReply whole = FileReply.whole(reply);
            reply = null;
            return whole;
        } finally {
            if (reply != null) {
                reply.close();
            }
        }
    }

    /**
     * Asks for the rest of a file.
     *
     * @param from the first byte that is missing of what is sent
     * @return the rest, or the file whole when the Producer sends that, with status 200; the caller closes it. Empty when
     *     there is no such rest
     */
    Optional<FileReply> fetchRest(ExportFile file, PartialFile open, long from) throws InterruptedException {
        HttpHeaders headers = HEADERS.with("Accept-Encoding", open.gzip() ? ContentCoding.OFFER : "identity")
                .with("Range", "bytes=" + from + "-")
                .with("If-Range", open.etag());
        HttpReply reply = send(file, headers);
        try {
            Optional<FileReply> sent;
            if (reply.status() == 206) {
                sent = FileReply.rest(reply, open, from);
            } else if (reply.status() == 416) {
                sent = Optional.empty();
            } else {
                check(file, reply);
                sent = Optional.of(FileReply.whole(reply));
            }
            if (sent.isPresent()) {
                reply = null;
            }
            return sent;
        } finally {
            if (reply != null) {
                reply.close();
            }
        }
    }

    private HttpReply send(ExportFile file, HttpHeaders headers) throws InterruptedException {
        HttpCall call = new HttpCall("GET", file.url(), headers, new byte[0], MAX_REDIRECTS, HttpCall.Limits.FILE);
        return peer.send(call, file.requiresAccessToken());
    }

    private void check(ExportFile file, HttpReply reply) {
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
    }
}
