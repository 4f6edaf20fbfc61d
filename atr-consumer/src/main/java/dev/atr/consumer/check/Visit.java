package dev.atr.consumer.check;

import dev.atr.consumer.ProducerConnection;
import dev.atr.consumer.internal.FhirPeer;
import dev.atr.core.json.JsonValue;
import dev.atr.http.HttpHeaders;
import dev.atr.http.client.HttpCall;
import java.net.URI;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One check of one Producer: how to ask it, and what is known so far. For one thread. */
final class Visit {
    static final HttpHeaders FHIR = HttpHeaders.of("Accept", "application/fhir+json");

    /** An id that no Producer will have given. */
    static final String NOBODY = "atr-check-0b1d7e64-none";

    final ProducerConnection producer;
    final FhirPeer peer;
    final WatchedEgress egress;
    final Notes notes = new Notes();

    /** The metadata; empty until they were read. */
    JsonValue metadata = JsonValue.JsonObject.EMPTY;

    private @Nullable JsonValue list;

    Visit(ProducerConnection producer, WatchedEgress egress) {
        this.producer = producer;
        this.peer = new FhirPeer(producer);
        this.egress = egress;
    }

    /** Settles on the list by which the rest is looked at. */
    void settleOn(JsonValue summary) {
        list = summary;
    }

    boolean hasList() {
        return list != null;
    }

    /** Returns the list as a summary says it. */
    JsonValue list() {
        return Objects.requireNonNull(list, "list");
    }

    String listId() {
        return list().text("id").orElseThrow();
    }

    /** Asks with our token. */
    Answer get(String pathAndQuery) throws InterruptedException {
        return get(pathAndQuery, FHIR);
    }

    Answer get(String pathAndQuery, HttpHeaders headers) throws InterruptedException {
        return send(HttpCall.get(peer.at(pathAndQuery), headers));
    }

    Answer send(HttpCall call) throws InterruptedException {
        return Answer.of(peer.send(call, true));
    }

    /** Asks without a token. */
    Answer sendBare(HttpCall call) throws InterruptedException {
        return Answer.of(peer.send(call, false));
    }

    Answer getBare(URI address, HttpHeaders headers) throws InterruptedException {
        return sendBare(HttpCall.get(address, headers));
    }

    /** Returns whether the Producer speaks R4, for which the rules of content are. */
    boolean isR4() {
        return metadata.text("fhirVersion").orElse("").startsWith("4.0");
    }
}
