package dev.atr.producer.internal.discovery;

import dev.atr.core.fhir.FhirVersion;
import dev.atr.core.fhir.ResourceKey;
import dev.atr.core.fhir.ResourceType;
import dev.atr.core.json.VersionMapping;
import dev.atr.http.FhirResponse;
import dev.atr.producer.internal.routing.Call;
import dev.atr.producer.internal.routing.Refusal;
import dev.atr.producer.spi.ProducerBackend;
import dev.atr.producer.spi.StoredResource;
import java.util.Optional;
import java.util.Set;

/** {@code GET [base]/[type]/[id]} for the types beside Group: the payer's bytes as they stand. */
public final class ResourceRead {
    private final ProducerBackend backend;
    private final FhirVersion version;

    /** Creates the read. */
    public ResourceRead(ProducerBackend backend, FhirVersion version) {
        this.backend = backend;
        this.version = version;
    }

    /** Answers a read of a type. */
    public FhirResponse read(ResourceType type, Call call) {
        call.require(type, "r");
        StoredResource resource = backend.read(call.caller(), new ResourceKey(type, call.variable(0)))
                .orElseThrow(() ->
                        Refusal.hidden("resource", "No " + type.code() + " with this id is available to the client."));
        call.query().only(Set.of(), call.preferences());
        Versions versions = new Versions(resource.version(), resource.lastUpdated());
        Optional<FhirResponse> unchanged = versions.notModified(call.request());
        if (unchanged.isPresent()) {
            return unchanged.get();
        }
        byte[] json = version == FhirVersion.R4 ? resource.json() : VersionMapping.toStu3(resource.json());
        return new FhirResponse(
                200, versions.headers().with("Content-Type", call.contentType()), FhirResponse.Body.of(json));
    }
}
