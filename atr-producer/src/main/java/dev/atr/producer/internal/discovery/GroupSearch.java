package dev.atr.producer.internal.discovery;

import dev.atr.core.attribution.AttributionList;
import dev.atr.core.fhir.FhirVersion;
import dev.atr.core.fhir.ResourceType;
import dev.atr.core.json.GroupJson;
import dev.atr.core.json.JsonValue;
import dev.atr.core.json.JsonValue.JsonObject;
import dev.atr.http.FhirResponse;
import dev.atr.producer.internal.routing.Bodies;
import dev.atr.producer.internal.routing.Call;
import dev.atr.producer.internal.routing.Preferences;
import dev.atr.producer.internal.routing.Query;
import dev.atr.producer.internal.routing.Reason;
import dev.atr.producer.internal.routing.Refusal;
import dev.atr.producer.internal.routing.Replies;
import dev.atr.producer.spi.ListPage;
import dev.atr.producer.spi.ListQuery;
import dev.atr.producer.spi.ProducerBackend;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * {@code GET [base]/Group?…} and {@code POST [base]/Group/_search}. Groups come without their rows, however small the
 * list, and are tagged {@code SUBSETTED}: the rows are read or exported.
 */
public final class GroupSearch {
    private final ProducerBackend backend;
    private final URI base;
    private final FhirVersion version;
    private final Replies replies;

    /** Creates the search over a payer's lists. */
    public GroupSearch(ProducerBackend backend, URI base, FhirVersion version) {
        this.backend = backend;
        this.base = base;
        this.version = version;
        this.replies = new Replies(version);
    }

    /** Answers a search by {@code GET}. */
    public FhirResponse byGet(Call call) {
        return search(call, call.query());
    }

    /** Answers a search by {@code POST}; parameters of form and address count alike. */
    public FhirResponse byPost(Call call) {
        return search(call, call.query().and(Bodies.form(call.request())));
    }

    /**
     * Reads the condition of a conditional create.
     *
     * @param text a search as in an address; what some clients send before its question mark is left aside
     * @throws dev.atr.producer.internal.routing.Refusal when it is no search of lists
     */
    public static ListQuery condition(String text) {
        try {
            Query query = Query.parse(text.replaceFirst("^[^?=]*\\?", ""));
            GroupSearchRequest request = GroupSearchRequest.of(query, new Preferences(Set.of()));
            if (request.identifiers().isEmpty()
                    && request.ids() == null
                    && request.names().isEmpty()) {
                throw Refusal.of(Reason.REQUIRED, "Name the list that must not exist, best by identifier.");
            }
            return request.query();
        } catch (Refusal refusal) {
            throw refusal.at("If-None-Exist");
        }
    }

    private FhirResponse search(Call call, Query query) {
        call.require(ResourceType.GROUP, "s");
        GroupSearchRequest request = GroupSearchRequest.of(query, call.preferences());
        ListPage page = backend.search(call.caller(), request.query());
        List<AttributionList> lists = request.countOnly() ? List.of() : page.lists();

        List<JsonObject> links = new ArrayList<>();
        links.add(link("self", request.used()));
        if (lists.size() > request.pageSize()) {
            lists = lists.subList(0, request.pageSize());
            links.add(link("next", request.next(lists.get(lists.size() - 1).id())));
        }
        JsonObject bundle = JsonValue.object()
                .put("resourceType", "Bundle")
                .put("type", "searchset")
                .put("total", page.total())
                .put("link", JsonValue.array(links))
                .putItems("entry", entries(lists, request.view()))
                .build();
        return replies.json(200, call.contentType(), bundle.toBytes());
    }

    private List<JsonObject> entries(List<AttributionList> lists, GroupView view) {
        return lists.stream().map(list -> entry(list, view)).toList();
    }

    private JsonObject entry(AttributionList list, GroupView view) {
        return JsonValue.object()
                .put("fullUrl", base + "/" + list.id().key().reference())
                .put("resource", JsonValue.parse(GroupJson.header(view.of(list), version, true)))
                .put("search", JsonValue.object().put("mode", "match").build())
                .build();
    }

    private JsonObject link(String relation, Query parameters) {
        String query = parameters.text();
        return JsonValue.object()
                .put("relation", relation)
                .put("url", base + "/Group" + (query.isEmpty() ? "" : "?" + query))
                .build();
    }
}
