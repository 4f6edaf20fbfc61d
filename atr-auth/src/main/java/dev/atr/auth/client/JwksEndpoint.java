package dev.atr.auth.client;

import dev.atr.auth.SigningKey;
import dev.atr.auth.internal.PublicKeySet;
import dev.atr.http.FhirHandler;
import dev.atr.http.FhirRequest;
import dev.atr.http.FhirResponse;
import dev.atr.http.HttpHeaders;
import java.util.List;
import java.util.function.Supplier;

/**
 * Serves our public keys, to be mounted behind TLS at the address registered with the Producers. Answers anybody;
 * private members never leave. Thread-safe.
 *
 * @see <a href="https://hl7.org/fhir/smart-app-launch/STU2.2/client-confidential-asymmetric.html">SMART App Launch
 *     2.2.0, "Registering a client (communicating public keys)"</a>
 */
public final class JwksEndpoint implements FhirHandler {
    private final Supplier<String> publicJwks;

    /**
     * Serves the keys of a ring as they are at each moment: the next one before it signs, the last one a while after.
     */
    public JwksEndpoint(KeyRing keys) {
        this.publicJwks = keys::publicJwks;
    }

    /**
     * Serves keys that stay as they are.
     *
     * @param keys the key in use; during a change of keys the next one too, at least 10 minutes before it signs
     */
    public JwksEndpoint(List<SigningKey> keys) {
        String text = SigningKey.publicJwks(keys);
        this.publicJwks = () -> text;
    }

    /**
     * Serves a key set that is asked for at each request: for keys in a device or key service, behind {@code Signer}.
     *
     * @param publicJwks gives a JSON Web Key Set of public keys: the one in use; during a change of keys the next one too,
     *     at least 10 minutes before it signs
     * @throws IllegalArgumentException when that is no key set, or shows what only a key's owner should have; later on
     *     such a set is not served, and a request for it fails
     */
    public JwksEndpoint(Supplier<String> publicJwks) {
        checked(publicJwks.get());
        this.publicJwks = () -> checked(publicJwks.get());
    }

    private static String checked(String jwks) {
        PublicKeySet.check("public key set", jwks);
        return jwks;
    }

    @Override
    public FhirResponse handle(FhirRequest request) {
        if (!request.method().equals("GET") && !request.method().equals("HEAD")) {
            return FhirResponse.of(405, HttpHeaders.of("Allow", "GET, HEAD"));
        }
        return FhirResponse.of(
                200, HttpHeaders.of("Cache-Control", "max-age=600"), "application/json", publicJwks.get());
    }
}
