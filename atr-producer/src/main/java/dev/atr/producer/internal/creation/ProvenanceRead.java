package dev.atr.producer.internal.creation;

import dev.atr.core.fhir.FhirVersion;
import dev.atr.core.fhir.ResourceKey;
import dev.atr.core.fhir.ResourceType;
import dev.atr.core.json.JsonValue;
import dev.atr.core.json.JsonValue.JsonObject;
import dev.atr.http.FhirResponse;
import dev.atr.producer.internal.discovery.ResourceRead;
import dev.atr.producer.internal.discovery.Versions;
import dev.atr.producer.internal.routing.Call;
import dev.atr.producer.internal.routing.Query;
import dev.atr.producer.internal.routing.Reason;
import dev.atr.producer.internal.routing.Refusal;
import dev.atr.producer.internal.routing.Replies;
import dev.atr.producer.spi.StoredResource;
import dev.atr.producer.spi.creation.ProvenanceRecords;
import java.net.URI;
import java.util.List;
import java.util.Set;

/** {@code GET [base]/Provenance/[id]} and {@code GET [base]/Provenance?target=[type]/[id]}, in R4. */
public final class ProvenanceRead {
    private final ProvenanceRecords records;
    private final URI base;
    private final Replies replies = new Replies(FhirVersion.R4);

    /** Creates both over what is kept. */
    public ProvenanceRead(ProvenanceRecords records, URI base) {
        this.records = records;
        this.base = base;
    }

    /** Answers a read. */
    public FhirResponse read(Call call) {
        call.require(ResourceType.PROVENANCE, "r");
        call.query().only(Set.of(), call.preferences());
        StoredResource record = records.read(call.caller(), call.variable(0))
                .orElseThrow(() -> ResourceRead.unknown(ResourceType.PROVENANCE));
        Versions versions = new Versions(record.version(), record.lastUpdated());
        return versions.notModified(call.request())
                .orElseGet(() -> new FhirResponse(
                        200,
                        versions.headers().with("Content-Type", call.contentType()),
                        FhirResponse.Body.of(record.json())));
    }

    /** Answers a search, which names the one target. */
    public FhirResponse search(Call call) {
        call.require(ResourceType.PROVENANCE, "s");
        Query used = call.query().only(Set.of("target"), call.preferences());
        ResourceKey target = used.single("target")
                .flatMap(ResourceKey::ofReference)
                .orElseThrow(() -> Refusal.of(Reason.REQUIRED, "Name one list or resource, as [type]/[id].")
                        .at("target"));
        List<StoredResource> found = records.about(call.caller(), target);
        JsonObject self = JsonValue.object()
                .put("relation", "self")
                .put("url", base + "/Provenance?" + used.text())
                .build();
        JsonObject bundle = JsonValue.object()
                .put("resourceType", "Bundle")
                .put("type", "searchset")
                .put("total", found.size())
                .put("link", JsonValue.array(self))
                .putItems("entry", found.stream().map(this::entry).toList())
                .build();
        return replies.json(200, call.contentType(), bundle.toBytes());
    }

    private JsonObject entry(StoredResource record) {
        return JsonValue.object()
                .put("fullUrl", base + "/" + record.key().reference())
                .put("resource", JsonValue.parse(record.json()))
                .put("search", JsonValue.object().put("mode", "match").build())
                .build();
    }
}
