package dev.atr.producer.internal.discovery;

import dev.atr.core.attribution.AttributionList;
import dev.atr.core.attribution.ListId;
import dev.atr.core.fhir.FhirVersion;
import dev.atr.core.fhir.ResourceType;
import dev.atr.core.json.GroupJson;
import dev.atr.http.FhirResponse;
import dev.atr.producer.internal.routing.Call;
import dev.atr.producer.internal.routing.Query;
import dev.atr.producer.internal.routing.Refusal;
import dev.atr.producer.spi.Caller;
import dev.atr.producer.spi.ProducerBackend;
import dev.atr.producer.spi.VersionPage;
import dev.atr.producer.spi.VersionQuery;
import java.net.URI;
import java.time.Clock;
import java.util.Set;

/**
 * {@code GET [base]/Group/[id]/_history}: the versions of a list, newest first. As in a search, Groups come without their
 * rows and are tagged {@code SUBSETTED}; the rows of a version are read by its id.
 */
public final class GroupHistory {
    private static final int DEFAULT_PAGE = 100;
    private static final int MAX_PAGE = 1000;
    private static final Set<String> SERVED = Set.of("_count", "_since", "_page", "_summary", "_elements");

    private final ProducerBackend backend;
    private final FhirVersion version;
    private final Clock clock;
    private final HistoryBundle bundle;

    /** Creates the history over a payer's lists, whose versions must be kept. */
    public GroupHistory(ProducerBackend backend, URI base, FhirVersion version, Clock clock) {
        this.backend = backend;
        this.version = version;
        this.clock = clock;
        this.bundle = new HistoryBundle(base, version);
    }

    /** Answers a request for the history of a list. */
    public FhirResponse history(Call call) {
        call.require(ResourceType.GROUP, "r");
        Query used = call.query().only(SERVED, call.preferences());
        boolean countOnly = used.single("_summary").filter("count"::equals).isPresent();
        GroupView view = countOnly ? GroupView.ALL : GroupView.of(used);
        HistoryRequest request =
                HistoryRequest.of(used, clock.instant(), countOnly ? 0 : DEFAULT_PAGE, countOnly ? 0 : MAX_PAGE);
        ListId id = new ListId(call.variable(0));
        VersionPage<AttributionList> page = backend.listHistory()
                .orElseThrow()
                .versions(call.caller(), id, request.query())
                .orElseThrow(GroupHistory::unknown);
        return bundle.of(call, id.key(), request, page, list -> GroupJson.header(view.of(list), version, true));
    }

    /** Returns the refusal of a list that is not there for the caller: deleted, or unknown. */
    static Refusal missing(ProducerBackend backend, Caller caller, ListId id) {
        boolean deleted = backend.listHistory()
                .flatMap(history -> history.versions(caller, id, VersionQuery.newest()))
                .isPresent();
        return deleted ? VersionNumber.gone() : unknown();
    }

    /** Returns the refusal of a list that is another client's, or nobody's. */
    public static Refusal unknown() {
        return Refusal.hidden("list", "No attribution list with this id is available to the client.");
    }
}
