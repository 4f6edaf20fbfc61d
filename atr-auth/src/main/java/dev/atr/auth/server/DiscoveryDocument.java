package dev.atr.auth.server;

import dev.atr.core.fhir.ResourceType;
import dev.atr.core.json.JsonValue;
import dev.atr.core.json.JsonValue.JsonArray;
import dev.atr.http.FhirResponse;
import dev.atr.http.HttpHeaders;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The document at {@code [base]/.well-known/smart-configuration}, which needs no token.
 *
 * @see <a href="https://hl7.org/fhir/smart-app-launch/STU2.2/conformance.html">SMART App Launch 2.2.0, "Using
 *     Well-Known"</a>
 */
public final class DiscoveryDocument {
    /** Scopes for reading, in both syntaxes. */
    public static final List<String> READING_SCOPES = readingScopes();

    private DiscoveryDocument() {}

    /**
     * Returns the document for an authorization server that speaks SMART Backend Services.
     *
     * @param tokenEndpoint its token endpoint
     * @param scopesSupported the scopes to list
     */
    public static FhirResponse of(URI tokenEndpoint, List<String> scopesSupported) {
        return of(null, tokenEndpoint, scopesSupported);
    }

    /** The same, with what stands as {@code issuer}: for clients that make out their assertions for it. */
    static FhirResponse of(@Nullable URI issuer, URI tokenEndpoint, List<String> scopesSupported) {
        String document = JsonValue.object()
                .putIfPresent("issuer", issuer == null ? null : issuer.toString())
                .put("token_endpoint", tokenEndpoint.toString())
                .put("grant_types_supported", texts(List.of("client_credentials")))
                .put("token_endpoint_auth_methods_supported", texts(List.of("private_key_jwt")))
                .put("token_endpoint_auth_signing_alg_values_supported", texts(List.of("RS384", "ES384")))
                .put("scopes_supported", texts(scopesSupported))
                .put("code_challenge_methods_supported", texts(List.of("S256")))
                .put("capabilities", texts(List.of("client-confidential-asymmetric", "permission-v1", "permission-v2")))
                .build()
                .toJson();
        return FhirResponse.of(200, HttpHeaders.of("Cache-Control", "max-age=3600"), "application/json", document);
    }

    private static JsonArray texts(List<String> texts) {
        return JsonValue.array(texts.stream().map(JsonValue::of).toList());
    }

    private static List<String> readingScopes() {
        List<String> scopes = new ArrayList<>(List.of("system/*.read", "system/*.rs"));
        ResourceType.ATTRIBUTION_TYPES.forEach(type -> scopes.add("system/" + type.code() + ".rs"));
        return List.copyOf(scopes);
    }
}
