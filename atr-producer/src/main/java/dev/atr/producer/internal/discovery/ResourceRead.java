package dev.atr.producer.internal.discovery;

import dev.atr.core.fhir.FhirVersion;
import dev.atr.core.fhir.ResourceKey;
import dev.atr.core.fhir.ResourceType;
import dev.atr.core.json.VersionMapping;
import dev.atr.http.FhirResponse;
import dev.atr.producer.internal.routing.Call;
import dev.atr.producer.internal.routing.Refusal;
import dev.atr.producer.spi.ProducerBackend;
import dev.atr.producer.spi.ResourceHistory;
import dev.atr.producer.spi.StoredResource;
import dev.atr.producer.spi.Version;
import dev.atr.producer.spi.VersionQuery;
import java.util.Optional;
import java.util.Set;

/**
 * {@code GET [base]/[type]/[id]} and {@code GET [base]/[type]/[id]/_history/[vid]} for the types beside Group: the payer's
 * bytes as they stand.
 */
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
        ResourceKey key = new ResourceKey(type, call.variable(0));
        return answer(call, backend.read(call.caller(), key).orElseThrow(() -> missing(call, key)));
    }

    /** Answers a read of one version, the newest one included. */
    public FhirResponse readVersion(ResourceType type, Call call) {
        call.require(type, "r");
        ResourceKey key = new ResourceKey(type, call.variable(0));
        ResourceHistory history = backend.resourceHistory().orElseThrow();
        int number = VersionNumber.of(call.variable(1));
        Version<StoredResource> version = history.version(call.caller(), key, number)
                .orElseThrow(() -> history.versions(call.caller(), key, VersionQuery.newest())
                                .isPresent()
                        ? VersionNumber.unknown()
                        : unknown(type));
        StoredResource resource = version.content();
        if (resource == null) {
            throw VersionNumber.gone();
        }
        return answer(call, resource);
    }

    /** Returns the refusal of what is not there for the caller: deleted, or unknown. */
    private Refusal missing(Call call, ResourceKey key) {
        boolean deleted = backend.resourceHistory()
                .flatMap(history -> history.versions(call.caller(), key, VersionQuery.newest()))
                .isPresent();
        return deleted ? VersionNumber.gone() : unknown(key.type());
    }

    /** Returns the refusal of a resource that is another client's, or nobody's. */
    public static Refusal unknown(ResourceType type) {
        return Refusal.hidden("resource", "No " + type.code() + " with this id is available to the client.");
    }

    private FhirResponse answer(Call call, StoredResource resource) {
        call.query().only(Set.of(), call.preferences());
        Versions versions = new Versions(resource.version(), resource.lastUpdated());
        Optional<FhirResponse> unchanged = versions.notModified(call.request());
        if (unchanged.isPresent()) {
            return unchanged.get();
        }
        return new FhirResponse(
                200,
                versions.headers().with("Content-Type", call.contentType()),
                FhirResponse.Body.of(json(resource, version)));
    }

    /** Returns the JSON of a resource in a FHIR version. */
    public static byte[] json(StoredResource resource, FhirVersion version) {
        return version == FhirVersion.R4 ? resource.json() : VersionMapping.toStu3(resource.json());
    }
}
