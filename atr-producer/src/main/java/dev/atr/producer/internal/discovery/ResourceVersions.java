package dev.atr.producer.internal.discovery;

import dev.atr.core.fhir.FhirVersion;
import dev.atr.core.fhir.ResourceKey;
import dev.atr.core.fhir.ResourceType;
import dev.atr.http.FhirResponse;
import dev.atr.producer.internal.routing.Call;
import dev.atr.producer.internal.routing.Query;
import dev.atr.producer.spi.ProducerBackend;
import dev.atr.producer.spi.StoredResource;
import dev.atr.producer.spi.VersionPage;
import java.net.URI;
import java.time.Clock;
import java.util.Set;

/** {@code GET [base]/[type]/[id]/_history} for the types beside Group: their versions, newest first. */
public final class ResourceVersions {
    /** Few, since each may be large and a page is held whole. */
    private static final int DEFAULT_PAGE = 20;

    private static final int MAX_PAGE = 50;
    private static final Set<String> SERVED = Set.of("_count", "_since", "_page");

    private final ProducerBackend backend;
    private final FhirVersion version;
    private final Clock clock;
    private final HistoryBundle bundle;

    /** Creates the history over a payer's resources, whose versions must be kept. */
    public ResourceVersions(ProducerBackend backend, URI base, FhirVersion version, Clock clock) {
        this.backend = backend;
        this.version = version;
        this.clock = clock;
        this.bundle = new HistoryBundle(base, version);
    }

    /** Answers a request for the history of a resource. */
    public FhirResponse history(ResourceType type, Call call) {
        call.require(type, "r");
        Query used = call.query().only(SERVED, call.preferences());
        HistoryRequest request = HistoryRequest.of(used, clock.instant(), DEFAULT_PAGE, MAX_PAGE);
        ResourceKey key = new ResourceKey(type, call.variable(0));
        VersionPage<StoredResource> page = backend.resourceHistory()
                .orElseThrow()
                .versions(call.caller(), key, request.query())
                .orElseThrow(() -> ResourceRead.unknown(type));
        return bundle.of(call, key, request, page, resource -> ResourceRead.json(resource, version));
    }
}
