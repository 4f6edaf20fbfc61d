package dev.atr.producer.internal.capability;

import dev.atr.core.Backport;
import dev.atr.core.Canonicals;
import dev.atr.core.Release;
import dev.atr.core.fhir.FhirVersion;
import dev.atr.core.fhir.ResourceType;
import dev.atr.core.json.JsonValue;
import dev.atr.core.json.JsonValue.JsonObject;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The CapabilityStatement of this Producer and its own SearchParameter, in R4 or STU3. They list what is served and
 * nothing else; {@code instantiates} names the Bulk Data guide's statement with the plain {@code $export}, and not the
 * guide's Producer statement before its every SHALL is served.
 *
 * @see <a href="http://hl7.org/fhir/us/davinci-atr/STU2.1/CapabilityStatement-atr-producer.html">ATR 2.1.0, Producer
 *     capability statement</a>
 */
public final class CapabilityDocuments {
    private static final String SEARCH_PARAMETER = "http://hl7.org/fhir/SearchParameter/";
    private static final String OAUTH_URIS = "http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris";
    private static final String GUIDE_VERSION = "2.1.0";
    private static final String BULK_DATA = "http://hl7.org/fhir/uv/bulkdata/CapabilityStatement/bulk-data";

    private static final List<String> RECONCILIATION =
            List.of("member-add", "member-remove", "attribution-status", "confirm-attribution-list");

    private final URI base;
    private final FhirVersion version;
    private final Interactions interactions;
    private final boolean plainExport;
    private final String exportDocumentation;
    private final @Nullable URI tokenEndpoint;
    private final Instant date;

    /**
     * Creates the documents.
     *
     * @param base the FHIR base
     * @param version the FHIR version that is spoken
     * @param interactions what is done with resources
     * @param plainExport whether the plain {@code $export} of a Group is served
     * @param exportDocumentation what an export is like
     * @param tokenEndpoint where tokens are issued; absent when that happens elsewhere
     * @param date when this Producer took its present configuration
     */
    public CapabilityDocuments(
            URI base,
            FhirVersion version,
            Interactions interactions,
            boolean plainExport,
            String exportDocumentation,
            @Nullable URI tokenEndpoint,
            Instant date) {
        this.base = base;
        this.version = version;
        this.interactions = interactions;
        this.plainExport = plainExport;
        this.exportDocumentation = exportDocumentation;
        this.tokenEndpoint = tokenEndpoint;
        this.date = date;
    }

    /** Returns the CapabilityStatement. */
    public JsonObject statement() {
        boolean r4 = version == FhirVersion.R4;
        JsonValue.ObjectBuilder statement = JsonValue.object()
                .put("resourceType", "CapabilityStatement")
                .put("status", "active")
                .put("date", date.toString())
                .put("kind", "instance");
        List<String> others = new ArrayList<>();
        if (plainExport) {
            others.add(BULK_DATA);
        }
        if (!interactions.topics().isEmpty()) {
            others.add(Backport.SERVER_STATEMENT);
        }
        if (!others.isEmpty()) {
            statement.put("instantiates", texts(others));
        }
        if (r4) {
            statement
                    .put("software", software())
                    .put("implementation", implementation())
                    .put("fhirVersion", version.number())
                    .put("format", formats())
                    .put("implementationGuide", texts(List.of(Canonicals.IMPLEMENTATION_GUIDE + "|" + GUIDE_VERSION)));
        } else {
            // In STU3 the guide has no profiles: none are claimed.
            statement
                    .put("software", software())
                    .put("implementation", implementation())
                    .put("fhirVersion", version.number())
                    .put("acceptUnknown", "both")
                    .put("format", formats())
                    .put("implementationGuide", texts(List.of(Canonicals.IMPLEMENTATION_GUIDE)));
        }
        JsonValue.ObjectBuilder rest = JsonValue.object()
                .put("mode", "server")
                .putIfPresent("documentation", r4 ? null : exportDocumentation)
                .put("security", security())
                .put("resource", resources());
        if (!r4) {
            rest.put("operation", operations());
        }
        return statement.put("rest", JsonValue.array(rest.build())).build();
    }

    /** Returns the SearchParameter that defines {@code name} on Group, which base FHIR R4 and STU3 lack (C-43). */
    public JsonObject nameParameter() {
        return JsonValue.object()
                .put("resourceType", "SearchParameter")
                .put("id", "Group-name")
                .put("url", nameParameterUrl())
                .put("name", "name")
                .put("status", "active")
                .put("date", date.toString())
                .put("description", "The beginning of the name of the list, without regard to case and accents.")
                .put("code", "name")
                .put("base", texts(List.of("Group")))
                .put("type", "string")
                .put("expression", "Group.name")
                .put("xpath", "f:Group/f:name")
                .put("xpathUsage", "normal")
                .build();
    }

    private static JsonObject software() {
        return JsonValue.object()
                .put("name", "ATR Producer")
                .put("version", Release.version())
                .build();
    }

    private JsonObject implementation() {
        return JsonValue.object()
                .put("description", "Member attribution lists for Da Vinci Consumers")
                .put("url", base.toString())
                .build();
    }

    private static JsonValue formats() {
        return texts(List.of("application/fhir+json", "json"));
    }

    private JsonObject security() {
        String system = version == FhirVersion.R4
                ? "http://terminology.hl7.org/CodeSystem/restful-security-service"
                : "http://hl7.org/fhir/restful-security-service";
        JsonValue.ObjectBuilder security = JsonValue.object();
        if (tokenEndpoint != null) {
            JsonObject token = JsonValue.object()
                    .put("url", "token")
                    .put("valueUri", tokenEndpoint.toString())
                    .build();
            security.put(
                    "extension",
                    JsonValue.array(JsonValue.object()
                            .put("url", OAUTH_URIS)
                            .put("extension", JsonValue.array(token))
                            .build()));
        }
        JsonObject coding = JsonValue.object()
                .put("system", system)
                .put("code", "SMART-on-FHIR")
                .build();
        return security.put("cors", false)
                .put(
                        "service",
                        JsonValue.array(JsonValue.object()
                                .put("coding", JsonValue.array(coding))
                                .build()))
                .put("description", "SMART Backend Services: every request but this one needs a bearer token.")
                .build();
    }

    private JsonValue resources() {
        List<JsonObject> resources = new ArrayList<>();
        for (ResourceType type : ResourceType.ATTRIBUTION_TYPES) {
            JsonValue.ObjectBuilder resource = JsonValue.object().put("type", type.code());
            if (version == FhirVersion.R4) {
                String profile = Canonicals.ATR_STRUCTURE + "atr-" + type.code().toLowerCase(Locale.ROOT);
                resource.put("supportedProfile", texts(List.of(profile)));
            }
            boolean group = type.equals(ResourceType.GROUP);
            resource.put("interaction", interactions(interactions.codes(type)))
                    .put("versioning", "versioned")
                    .put("conditionalCreate", group && interactions.creates(type))
                    .put("conditionalRead", "full-support");
            if (group) {
                resource.put("searchParam", searchParameters());
                if (version == FhirVersion.R4) {
                    resource.put("operation", operations());
                }
            }
            resources.add(resource.build());
        }
        if (!interactions.topics().isEmpty()) {
            resources.add(subscriptions());
        }
        resources.add(JsonValue.object()
                .put("type", "SearchParameter")
                .put("interaction", interactions(List.of("read")))
                .build());
        return JsonValue.array(resources);
    }

    private JsonObject subscriptions() {
        List<JsonObject> topics = interactions.topics().stream()
                .map(topic -> JsonValue.object()
                        .put("url", Backport.ADVERTISED_TOPIC)
                        .put("valueCanonical", topic)
                        .build())
                .toList();
        List<String> profiles = List.of(Backport.PROFILE, Backport.ATR_PROFILE);
        return JsonValue.object()
                .putItems("extension", topics)
                .put("type", ResourceType.SUBSCRIPTION.code())
                .put("supportedProfile", texts(profiles))
                .put("interaction", interactions(List.of("read", "create", "update", "delete", "search-type")))
                .put("versioning", "versioned-update")
                .put("conditionalRead", "full-support")
                .put(
                        "searchParam",
                        JsonValue.array(
                                searchParameter("url", SEARCH_PARAMETER + "Subscription-url", "uri"),
                                searchParameter("status", SEARCH_PARAMETER + "Subscription-status", "token"),
                                searchParameter("_id", SEARCH_PARAMETER + "Resource-id", "token")))
                .put(
                        "operation",
                        JsonValue.array(
                                operation("status", Backport.STATUS_OPERATION, null),
                                operation("events", Backport.EVENTS_OPERATION, null)))
                .build();
    }

    private JsonValue searchParameters() {
        return JsonValue.array(
                searchParameter("identifier", SEARCH_PARAMETER + "Group-identifier", "token"),
                searchParameter("name", nameParameterUrl(), "string"),
                searchParameter("characteristic", SEARCH_PARAMETER + "Group-characteristic", "token"),
                searchParameter("characteristic-value", SEARCH_PARAMETER + "Group-characteristic-value", "composite"),
                searchParameter("_id", SEARCH_PARAMETER + "Resource-id", "token"),
                searchParameter("_lastUpdated", SEARCH_PARAMETER + "Resource-lastUpdated", "date"));
    }

    private String nameParameterUrl() {
        return base + "/SearchParameter/Group-name";
    }

    private static JsonObject searchParameter(String name, String definition, String type) {
        return JsonValue.object()
                .put("name", name)
                .put("definition", definition)
                .put("type", type)
                .build();
    }

    private JsonValue operations() {
        List<JsonObject> operations = new ArrayList<>();
        operations.add(
                operation("davinci-data-export", Canonicals.operation("davinci-data-export"), exportDocumentation));
        if (plainExport) {
            // Clients look for either name.
            operations.add(operation("export", Canonicals.GROUP_EXPORT, exportDocumentation));
            operations.add(operation("group-export", Canonicals.GROUP_EXPORT, exportDocumentation));
        }
        if (interactions.reconciles()) {
            RECONCILIATION.forEach(name -> operations.add(operation(name, Canonicals.operation(name), null)));
        }
        return JsonValue.array(operations);
    }

    private JsonObject operation(String name, String definition, @Nullable String documentation) {
        JsonValue.ObjectBuilder operation = JsonValue.object().put("name", name);
        return version == FhirVersion.R4
                ? operation
                        .put("definition", definition)
                        .putIfPresent("documentation", documentation)
                        .build()
                : operation
                        .put(
                                "definition",
                                JsonValue.object().put("reference", definition).build())
                        .build();
    }

    private static JsonValue interactions(List<String> codes) {
        List<JsonObject> interactions = new ArrayList<>();
        for (String code : codes) {
            interactions.add(JsonValue.object().put("code", code).build());
        }
        return JsonValue.array(interactions);
    }

    private static JsonValue texts(List<String> texts) {
        return JsonValue.array(texts.stream().map(JsonValue::of).toList());
    }
}
