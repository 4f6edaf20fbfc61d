package dev.atr.consumer.check;

import dev.atr.core.Backport;
import dev.atr.core.Canonicals;
import dev.atr.core.fhir.ResourceType;
import dev.atr.core.json.JsonValue;
import dev.atr.http.HttpHeaders;
import dev.atr.http.Origin;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** What a Producer says of itself to everybody: metadata and SMART configuration. */
final class PublishedDocuments implements Probe {
    private static final List<String> OPERATIONS = List.of(
            "davinci-data-export", "member-add", "member-remove", "attribution-status", "confirm-attribution-list");
    private static final Set<String> CREATED = Set.of("Organization", "Patient", "Practitioner", "PractitionerRole");
    private static final String BULK_STATEMENT = "http://hl7.org/fhir/uv/bulkdata/CapabilityStatement/bulk-data";
    private static final HttpHeaders ANY_TYPE = HttpHeaders.of("Accept", "text/html");

    @Override
    public String name() {
        return "metadata and SMART configuration";
    }

    @Override
    public void look(Visit visit) throws InterruptedException {
        transport(visit);
        configuration(visit);
        metadata(visit);
    }

    private static void transport(Visit visit) {
        Origin origin = Origin.of(visit.peer.base());
        if (origin.scheme().equals("https")) {
            visit.notes.conforms("BULK-CAP-004");
        } else {
            visit.notes.notLookedAt("asked over plain http on this machine", "BULK-CAP-004");
        }
    }

    private static void configuration(Visit visit) throws InterruptedException {
        Notes notes = visit.notes;
        Answer answer = visit.getBare(visit.peer.at(".well-known/smart-configuration"), ANY_TYPE);
        JsonValue document = answer.json();
        boolean isThere = answer.status() == 200 && document instanceof JsonValue.JsonObject;
        notes.expect("ATR-SEC-001", isThere, "[base]/.well-known/smart-configuration: status " + answer.status());
        if (!isThere) {
            notes.broken("SMART-001", "asked without a token: status " + answer.status());
            return;
        }
        notes.expect(
                "SMART-001",
                answer.mediaType().equals("application/json"),
                "not application/json when asked with Accept: text/html");
        missing(
                notes,
                "SMART-002",
                document,
                "token_endpoint",
                "grant_types_supported",
                "capabilities",
                "code_challenge_methods_supported");
        lists(notes, "SMART-002", document, "grant_types_supported", "client_credentials");
        lists(notes, "SMART-002", document, "code_challenge_methods_supported", "S256");
        if (texts(document, "code_challenge_methods_supported").contains("plain")) {
            notes.broken("SMART-002", "code_challenge_methods_supported lists plain");
        }
        missing(
                notes,
                "ATR-SEC-002",
                document,
                "token_endpoint",
                "scopes_supported",
                "token_endpoint_auth_methods_supported",
                "token_endpoint_auth_signing_alg_values_supported");
        lists(notes, "SMART-003", document, "capabilities", "client-confidential-asymmetric");
        lists(notes, "SMART-003", document, "token_endpoint_auth_methods_supported", "private_key_jwt");
        Set<String> algorithms = texts(document, "token_endpoint_auth_signing_alg_values_supported");
        boolean signs = algorithms.contains("RS384") || algorithms.contains("ES384");
        notes.expect("SMART-003", signs, "neither RS384 nor ES384 among the signing algorithms");
        Set<String> scopes = texts(document, "scopes_supported");
        notes.expect("SMART-004", !scopes.isEmpty(), "scopes_supported lists nothing");
        lists(notes, "SMART-005", document, "capabilities", "permission-v2");
        scope(notes, "ATR-SEC-005", scopes, "system/*.read", "system/*.rs");
        scope(notes, "ATR-SEC-006", scopes, "system/*.write", "system/*.cud");
        for (String name : List.of("token_endpoint", "introspection_endpoint", "authorization_endpoint", "jwks_uri")) {
            document.text(name).ifPresent(url -> notes.expect("SMART-006", isAbsolute(url), name + " is not absolute"));
        }
    }

    private static void scope(Notes notes, String id, Set<String> scopes, String words, String letters) {
        if (scopes.contains(words) || scopes.contains(letters) || scopes.contains("system/*.cruds")) {
            notes.conforms(id);
        } else {
            notes.doubtful(id, words + " is not among scopes_supported; scopes that are not listed may work too");
        }
    }

    private static void metadata(Visit visit) throws InterruptedException {
        Notes notes = visit.notes;
        Answer answer = visit.getBare(visit.peer.at("metadata"), Visit.FHIR);
        if (answer.status() == 401 || answer.status() == 403) {
            notes.doubtful("FHIR-001", "asked without a token: status " + answer.status());
            answer = visit.get("metadata");
        }
        boolean isStatement = answer.status() == 200 && answer.resourceType().equals("CapabilityStatement");
        notes.expect("FHIR-001", isStatement, "no CapabilityStatement, status " + answer.status());
        if (!isStatement) {
            return;
        }
        visit.metadata = answer.json();
        notes.expect(
                "FHIR-002",
                answer.mediaType().equals("application/fhir+json"),
                "Content-Type of metadata is not application/fhir+json");
        Answer asJson = visit.getBare(visit.peer.at("metadata?_format=json"), ANY_TYPE);
        notes.expect(
                "FHIR-004",
                asJson.status() == 200 && asJson.resourceType().equals("CapabilityStatement"),
                "_format=json with Accept: text/html: status " + asJson.status() + ", or no JSON");
        notes.expect("ATR-GEN-008", visit.isR4(), "fhirVersion is not 4.0.x");
        boolean json = texts(visit.metadata, "format").stream().anyMatch(format -> format.contains("json"));
        notes.expect("ATR-GEN-016", json, "metadata.format lists no JSON");
        resources(visit);
    }

    private static void resources(Visit visit) {
        Notes notes = visit.notes;
        for (ResourceType type : ResourceType.ATTRIBUTION_TYPES) {
            Set<String> interactions = interactions(visit.metadata, type.code());
            boolean isGroup = type.equals(ResourceType.GROUP);
            interaction(notes, "ATR-CAP-001", interactions, type, "read");
            interaction(notes, isGroup ? "ATR-CAP-005" : "ATR-CAP-002", interactions, type, "history-instance");
            if (CREATED.contains(type.code())) {
                interaction(notes, "ATR-CAP-007", interactions, type, "create");
                interaction(notes, "ATR-CAP-008", interactions, type, "delete");
            }
            String profile = Canonicals.ATR_STRUCTURE + "atr-" + type.code().toLowerCase(Locale.ROOT);
            boolean hasProfile = resource(visit.metadata, type.code()).stream()
                    .flatMap(resource -> texts(resource, "supportedProfile").stream())
                    .anyMatch(listed -> listed.equals(profile) || listed.startsWith(profile + "|"));
            notes.expect("ATR-CAP-019", hasProfile, "metadata lists no ATR profile of " + type);
        }
        Set<String> group = interactions(visit.metadata, "Group");
        interaction(notes, "ATR-CAP-003", group, ResourceType.GROUP, "search-type");
        interaction(notes, "ATR-CAP-004", group, ResourceType.GROUP, "vread");
        interaction(notes, "ATR-CAP-006", group, ResourceType.GROUP, "create");
        interaction(notes, "ATR-CAP-006", group, ResourceType.GROUP, "delete");
        searchParameter(visit, "ATR-CAP-009", "identifier");
        searchParameter(visit, "ATR-CAP-010", "characteristic");
        searchParameter(visit, "ATR-CAP-011", "characteristic-value");
        operations(visit);
        subscriptions(visit);
    }

    private static void operations(Visit visit) {
        Set<String> operations = visit.metadata.all("rest.resource").stream()
                .flatMap(resource -> resource.all("operation.name").stream())
                .flatMap(name -> name.text().stream())
                .collect(Collectors.toSet());
        for (String operation : OPERATIONS) {
            visit.notes.expect("ATR-CAP-013", operations.contains(operation), "metadata does not list $" + operation);
            visit.notes.expect("ATR-CAP-019", operations.contains(operation), "metadata does not list $" + operation);
        }
        visit.notes.expect(
                "BULK-CAP-001", operations.contains("davinci-data-export"), "metadata lists no bulk operation");
        if (operations.contains("export") || operations.contains("group-export")) {
            visit.notes.expect(
                    "BULK-CAP-003",
                    texts(visit.metadata, "instantiates").contains(BULK_STATEMENT),
                    "instantiates does not name the Bulk Data statement");
        } else {
            visit.notes.notLookedAt("metadata does not list the plain $export", "BULK-CAP-003");
        }
    }

    private static void subscriptions(Visit visit) {
        List<JsonValue> entries = resource(visit.metadata, "Subscription");
        Set<String> interactions = interactions(visit.metadata, "Subscription");
        visit.notes.expect(
                "ATR-CAP-012",
                interactions.containsAll(Set.of("create", "update")),
                "metadata does not list create and update of Subscription");
        if (entries.isEmpty()) {
            visit.notes.notLookedAt("metadata does not list Subscription", "SUBB-003", "SUBB-006", "SUBB-002");
            return;
        }
        boolean topic = entries.stream()
                .flatMap(entry -> entry.items("extension").stream())
                .anyMatch(extension -> extension.text("url").orElse("").equals(Backport.ADVERTISED_TOPIC));
        visit.notes.expect("SUBB-003", topic, "no topic is advertised on Subscription");
        boolean profile = entries.stream()
                .flatMap(entry -> texts(entry, "supportedProfile").stream())
                .anyMatch(Backport.PROFILE::equals);
        visit.notes.expect("SUBB-006", profile, "supportedProfile of Subscription lacks backport-subscription");
        boolean status = entries.stream()
                .flatMap(entry -> entry.all("operation.name").stream())
                .anyMatch(name -> name.text().orElse("").contains("status"));
        visit.notes.expect("SUBB-002", status, "metadata does not list $status of Subscription");
    }

    private static void interaction(
            Notes notes, String id, Set<String> interactions, ResourceType type, String wanted) {
        notes.expect(id, interactions.contains(wanted), "metadata does not list " + wanted + " of " + type);
    }

    private static void searchParameter(Visit visit, String id, String parameter) {
        boolean listed = resource(visit.metadata, "Group").stream()
                .flatMap(resource -> resource.all("searchParam.name").stream())
                .anyMatch(name -> name.text().orElse("").equals(parameter));
        visit.notes.expect(id, listed, "metadata does not list the search parameter " + parameter);
        visit.notes.expect("ATR-CAP-019", listed, "metadata does not list the search parameter " + parameter);
    }

    private static List<JsonValue> resource(JsonValue metadata, String type) {
        return metadata.all("rest.resource").stream()
                .filter(resource -> resource.text("type").orElse("").equals(type))
                .toList();
    }

    private static Set<String> interactions(JsonValue metadata, String type) {
        return resource(metadata, type).stream()
                .flatMap(resource -> resource.all("interaction.code").stream())
                .flatMap(code -> code.text().stream())
                .collect(Collectors.toSet());
    }

    private static Set<String> texts(JsonValue document, String name) {
        return document.items(name).stream()
                .flatMap(value -> value.text().stream())
                .collect(Collectors.toSet());
    }

    private static void missing(Notes notes, String id, JsonValue document, String... names) {
        for (String name : names) {
            notes.expect(id, document.find(name).isPresent(), name + " is missing");
        }
    }

    private static void lists(Notes notes, String id, JsonValue document, String name, String value) {
        notes.expect(id, texts(document, name).contains(value), name + " does not list " + value);
    }

    private static boolean isAbsolute(String url) {
        try {
            return URI.create(url).isAbsolute();
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
