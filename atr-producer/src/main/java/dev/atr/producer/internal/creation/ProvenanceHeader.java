package dev.atr.producer.internal.creation;

import dev.atr.core.error.InvalidContentException;
import dev.atr.core.fhir.FhirVersion;
import dev.atr.core.json.JsonValue;
import dev.atr.core.json.JsonValue.JsonObject;
import dev.atr.producer.internal.routing.Call;
import dev.atr.producer.internal.routing.Reason;
import dev.atr.producer.internal.routing.Refusal;
import dev.atr.producer.spi.creation.ProvenanceNote;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@code X-Provenance}: a Provenance on one line, whose target is the server's to fill in (C-84).
 *
 * @see <a href="https://hl7.org/fhir/R4/provenance.html#header">FHIR R4, "Using the HTTP Header"</a>
 */
final class ProvenanceHeader {
    private static final String NAME = "X-Provenance";

    private static final Set<String> ELEMENTS = Set.of(
            "resourceType",
            "language",
            "extension",
            "occurredPeriod",
            "occurredDateTime",
            "recorded",
            "policy",
            "location",
            "reason",
            "activity",
            "agent",
            "entity",
            "signature");

    private ProvenanceHeader() {}

    /**
     * Returns what the client says about the source of what it creates; absent when it says nothing.
     *
     * @throws Refusal when it is no Provenance, or has a target
     */
    static @Nullable ProvenanceNote read(Call call, FhirVersion version) {
        List<String> headers = call.request().headers().all(NAME);
        if (headers.isEmpty()) {
            return null;
        }
        if (version != FhirVersion.R4) {
            throw Refusal.of(Reason.NOT_SUPPORTED, "A Provenance is taken in R4 only.")
                    .at(NAME);
        }
        if (headers.size() > 1) {
            throw Refusal.of(Reason.INVALID, "This header may be given once only.")
                    .at(NAME);
        }
        JsonObject provenance = parse(headers.get(0));
        return (id, created, number) -> {
            JsonObject target = JsonValue.object()
                    .put("reference", created.reference() + "/_history/" + number)
                    .build();
            return provenance
                    .with("id", JsonValue.of(id))
                    .with("target", JsonValue.array(target))
                    .toBytes();
        };
    }

    private static JsonObject parse(String header) {
        JsonObject provenance;
        try {
            provenance = JsonValue.parseObject(header.getBytes(StandardCharsets.UTF_8));
        } catch (InvalidContentException e) {
            throw Refusal.of(Reason.STRUCTURE, "The header can't be read: " + e.getMessage() + ".")
                    .at(NAME);
        }
        if (provenance.text("resourceType").filter("Provenance"::equals).isEmpty()) {
            throw Refusal.of(Reason.INVALID, "The header must hold a Provenance.")
                    .at(NAME);
        }
        if (provenance.find("target").isPresent()) {
            throw Refusal.of(Reason.INVALID, "Leave the target out: it is what this request creates.")
                    .at("Provenance.target");
        }
        boolean complete = provenance.text("recorded").isPresent()
                && !provenance.items("agent").isEmpty()
                && provenance.items("agent").stream()
                        .allMatch(agent -> agent.find("who").isPresent());
        if (!complete) {
            throw Refusal.of(Reason.REQUIRED, "Say when it was recorded, and who the agents are.")
                    .at("Provenance");
        }
        if (!ELEMENTS.containsAll(provenance.properties().keySet())) {
            throw Refusal.of(Reason.INVALID, "The header holds an element that is not served here; leave it out.")
                    .at("Provenance");
        }
        return provenance;
    }
}
