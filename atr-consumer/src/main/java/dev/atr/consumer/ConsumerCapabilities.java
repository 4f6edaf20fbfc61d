package dev.atr.consumer;

import dev.atr.core.Canonicals;
import dev.atr.core.Release;
import dev.atr.core.fhir.FhirVersion;
import dev.atr.core.fhir.ResourceType;
import dev.atr.core.json.JsonValue;
import dev.atr.core.json.JsonValue.JsonObject;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What a Consumer made of this library asks of Producers, as a document for whoever wants to know. */
public final class ConsumerCapabilities {
    private ConsumerCapabilities() {}

    /**
     * Returns an R4 CapabilityStatement of a client, which instantiates that of the guide: the interactions and operations
     * that the clients of this library have. An embedder who publishes it may add {@code url}, {@code name} and
     * {@code publisher}.
     *
     * @param date when the embedder took this version
     * @see <a href="http://hl7.org/fhir/us/davinci-atr/CapabilityStatement/atr-consumer">ATR 2.1.0, CapabilityStatement of
     *     the Consumer</a>
     */
    public static JsonObject statement(LocalDate date) {
        List<JsonObject> resources = new ArrayList<>();
        for (ResourceType type : ResourceType.ATTRIBUTION_TYPES) {
            resources.add(
                    type.equals(ResourceType.GROUP)
                            ? group()
                            : resource(type, "read", "history-instance").build());
        }
        JsonObject rest = JsonValue.object()
                .put("mode", "client")
                .put("resource", JsonValue.array(resources))
                .build();
        return JsonValue.object()
                .put("resourceType", "CapabilityStatement")
                .put("status", "active")
                .put("date", date.toString())
                .put("kind", "capability")
                .put("instantiates", JsonValue.array(JsonValue.of(Canonicals.CONSUMER_STATEMENT)))
                .put(
                        "software",
                        JsonValue.object()
                                .put("name", "atr-consumer")
                                .put("version", Release.version())
                                .build())
                .put("fhirVersion", FhirVersion.R4.number())
                .put("format", JsonValue.array(JsonValue.of("json")))
                .put("implementationGuide", JsonValue.array(JsonValue.of(Canonicals.IMPLEMENTATION_GUIDE)))
                .put("rest", JsonValue.array(rest))
                .build();
    }

    private static JsonObject group() {
        return resource(ResourceType.GROUP, "read", "vread", "history-instance", "search-type", "create", "delete")
                .put(
                        "searchParam",
                        JsonValue.array(
                                JsonValue.object()
                                        .put("name", "identifier")
                                        .put("definition", "http://hl7.org/fhir/SearchParameter/Group-identifier")
                                        .put("type", "token")
                                        .build(),
                                // Base FHIR R4 has none of this name (C-43)
                                JsonValue.object()
                                        .put("name", "name")
                                        .put("type", "string")
                                        .build()))
                .put(
                        "operation",
                        JsonValue.array(
                                operation("davinci-data-export"),
                                operation("member-add"),
                                operation("member-remove"),
                                operation("attribution-status"),
                                operation("confirm-attribution-list")))
                .build();
    }

    private static JsonValue.ObjectBuilder resource(ResourceType type, String... interactions) {
        List<JsonObject> codes = new ArrayList<>();
        for (String code : interactions) {
            codes.add(JsonValue.object().put("code", code).build());
        }
        String profile = Canonicals.ATR_STRUCTURE + "atr-" + type.code().toLowerCase(Locale.ROOT);
        return JsonValue.object()
                .put("type", type.code())
                .put("supportedProfile", JsonValue.array(JsonValue.of(profile)))
                .put("interaction", JsonValue.array(codes));
    }

    private static JsonObject operation(String name) {
        return JsonValue.object()
                .put("name", name)
                .put("definition", Canonicals.ATR_OPERATION + name)
                .build();
    }
}
