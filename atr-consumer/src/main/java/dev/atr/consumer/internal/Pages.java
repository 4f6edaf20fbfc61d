package dev.atr.consumer.internal;

import dev.atr.core.error.ProtocolException;
import dev.atr.core.error.TransportException;
import dev.atr.core.json.JsonValue;
import dev.atr.http.HttpHeaders;
import dev.atr.http.client.HttpCall;
import dev.atr.http.client.HttpReply;
import java.net.URI;
import java.util.HashSet;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Goes through a Bundle that comes in pages: the answer to a search, or a history. For one thread. */
public final class Pages {
    /** Pages of one answer that are read at most: 10 000. */
    public static final int MAX = 10_000;

    /** Largest page, in bytes: 8 MB, or some thousand summaries. */
    public static final int MAX_BYTES = 8 << 20;

    private static final HttpCall.Limits LIMITS = new HttpCall.Limits(
            MAX_BYTES,
            HttpCall.Limits.DOCUMENT.answerTimeout(),
            HttpCall.Limits.DOCUMENT.idleTimeout(),
            HttpCall.Limits.DOCUMENT.totalTimeout());
    private static final HttpHeaders HEADERS = HttpHeaders.of("Accept", "application/fhir+json");

    private final FhirPeer peer;
    private final String what;
    private final IntPredicate empty;
    private boolean brokenOff;

    /**
     * Prepares to go through pages.
     *
     * @param what what is read, for messages
     * @param empty which statuses stand for an answer without entries
     */
    public Pages(FhirPeer peer, String what, IntPredicate empty) {
        this.peer = peer;
        this.what = what;
        this.empty = empty;
    }

    /**
     * Goes through the entries of all pages.
     *
     * @param goOn takes an entry, and says whether to go on
     * @throws ProtocolException when a page is no Bundle, or a link leads elsewhere or in a circle
     */
    public void forEach(URI first, Predicate<JsonValue> goOn) throws InterruptedException {
        Set<URI> read = new HashSet<>();
        URI page = first;
        while (page != null) {
            if (!read.add(page) || read.size() > MAX) {
                throw new ProtocolException(what + ": the next links do not end");
            }
            JsonValue bundle = bundle(page);
            for (JsonValue entry : bundle.items("entry")) {
                if (!goOn.test(entry)) {
                    return;
                }
            }
            page = next(bundle, page);
        }
    }

    private JsonValue bundle(URI page) throws InterruptedException {
        HttpCall call = new HttpCall("GET", page, HEADERS, new byte[0], 0, LIMITS);
        try (HttpReply reply = peer.send(call, true)) {
            if (empty.test(reply.status())) {
                return JsonValue.JsonObject.EMPTY;
            }
            if (reply.status() != 200) {
                throw peer.failure(what, reply);
            }
            JsonValue bundle = JsonValue.parse(body(reply));
            if (!bundle.text("resourceType").orElse("").equals("Bundle")) {
                throw new ProtocolException(what + ": expected a Bundle");
            }
            return bundle;
        }
    }

    private byte[] body(HttpReply reply) {
        try {
            return reply.bytes();
        } catch (TransportException e) {
            brokenOff = true;
            throw e;
        }
    }

    /** Returns whether a page began to come and did not come whole, or was too large. */
    public boolean hasBrokenOff() {
        return brokenOff;
    }

    private @Nullable URI next(JsonValue bundle, URI page) {
        for (JsonValue link : bundle.items("link")) {
            if (link.text("relation").orElse("").equals("next")) {
                URI next =
                        peer.named(what + ": next link", page, link.text("url").orElse(""));
                if (!peer.isHere(next)) {
                    throw new ProtocolException(what + ": the next link leads to another origin");
                }
                return next;
            }
        }
        return null;
    }
}
