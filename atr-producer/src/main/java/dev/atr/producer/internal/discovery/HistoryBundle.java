package dev.atr.producer.internal.discovery;

import dev.atr.core.fhir.FhirVersion;
import dev.atr.core.fhir.ResourceKey;
import dev.atr.core.json.JsonValue;
import dev.atr.core.json.JsonValue.JsonObject;
import dev.atr.http.FhirResponse;
import dev.atr.producer.internal.routing.Call;
import dev.atr.producer.internal.routing.Query;
import dev.atr.producer.internal.routing.Replies;
import dev.atr.producer.spi.Version;
import dev.atr.producer.spi.VersionPage;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Makes Bundles of versions, newest first. */
final class HistoryBundle {
    private final URI base;
    private final FhirVersion version;
    private final Replies replies;

    HistoryBundle(URI base, FhirVersion version) {
        this.base = base;
        this.version = version;
        this.replies = new Replies(version);
    }

    /** Returns one page of the history of a resource. */
    <T> FhirResponse of(
            Call call, ResourceKey key, HistoryRequest request, VersionPage<T> page, Function<T, byte[]> json) {
        List<Version<T>> versions = page.versions();
        List<JsonObject> links = new ArrayList<>();
        links.add(link(key, "self", request.used()));
        if (request.pageSize() == 0) {
            versions = List.of();
        } else if (versions.size() > request.pageSize()) {
            versions = versions.subList(0, request.pageSize());
            links.add(link(
                    key, "next", request.next(versions.get(versions.size() - 1).id())));
        }
        JsonObject bundle = JsonValue.object()
                .put("resourceType", "Bundle")
                .put("type", "history")
                .put("total", page.total())
                .put("link", JsonValue.array(links))
                .putItems(
                        "entry",
                        versions.stream().map(one -> entry(key, one, json)).toList())
                .build();
        return replies.json(200, call.contentType(), bundle.toBytes());
    }

    private <T> JsonObject entry(ResourceKey key, Version<T> one, Function<T, byte[]> json) {
        T content = one.content();
        boolean first = one.id().equals("1");
        String method = content == null ? "DELETE" : first ? "POST" : "PUT";
        String status = content == null ? "204" : first ? "201" : "200";
        JsonObject request = JsonValue.object()
                .put("method", method)
                .put("url", first ? key.type().code() : key.reference())
                .build();
        JsonObject response = JsonValue.object()
                .put("status", status)
                .put("etag", "W/\"" + one.id() + "\"")
                .put("lastModified", one.lastUpdated().toString())
                .build();
        return JsonValue.object()
                .put("fullUrl", base + "/" + key.reference())
                .putIfPresent("resource", resource(content, json))
                .put("request", request)
                // STU3 has responses in the answers to batches and transactions only.
                .putIfPresent("response", version == FhirVersion.R4 ? response : null)
                .build();
    }

    private static <T> @Nullable JsonValue resource(@Nullable T content, Function<T, byte[]> json) {
        return content == null ? null : JsonValue.parse(json.apply(content));
    }

    private JsonObject link(ResourceKey key, String relation, Query parameters) {
        String query = parameters.text();
        return JsonValue.object()
                .put("relation", relation)
                .put("url", base + "/" + key.reference() + "/_history" + (query.isEmpty() ? "" : "?" + query))
                .build();
    }
}
