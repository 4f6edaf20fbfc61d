package dev.atr.auth.server;

import dev.atr.http.FhirRequest;
import dev.atr.http.MediaType;
import dev.atr.http.QueryParameters;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * A token request of the right shape.
 *
 * @param assertion the client assertion, not looked into yet
 * @param clientId the client id beside the assertion; usually absent
 * @param scope the requested scopes, not blank
 */
record TokenRequest(String assertion, Optional<String> clientId, String scope) {
    private static final int MAX_BODY = 64 << 10;
    private static final int MAX_PARAMETERS = 50;
    private static final String ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

    static TokenRequest read(FhirRequest request) throws TokenRefusal {
        if (!request.method().equals("POST")) {
            throw TokenRefusal.invalidRequest(405, "method", "Token requests are sent by POST.");
        }
        if (request.rawQuery() != null && !request.rawQuery().isEmpty()) {
            throw TokenRefusal.invalidRequest("query", "Parameters belong into the body.");
        }
        QueryParameters form = form(request);
        for (String name : form.names()) {
            if (form.all(name).size() > 1) {
                throw TokenRefusal.invalidRequest("parameter", "A parameter is sent twice.");
            }
        }
        Optional<String> assertion = value(form, "client_assertion");
        if (assertion.isPresent()
                && (request.headers().first("Authorization").isPresent()
                        || value(form, "client_secret").isPresent())) {
            throw TokenRefusal.invalidRequest("authentication", "Two ways of client authentication are used at once.");
        }
        String grantType = value(form, "grant_type")
                .orElseThrow(() -> TokenRefusal.invalidRequest("grant-type", "The parameter grant_type is missing."));
        if (!grantType.equals("client_credentials")) {
            throw TokenRefusal.unsupportedGrantType();
        }
        if (assertion.isEmpty() && usesBasic(request)) {
            throw TokenRefusal.basicAuthentication();
        }
        if (assertion.isEmpty() || !value(form, "client_assertion_type").equals(Optional.of(ASSERTION_TYPE))) {
            throw TokenRefusal.invalidClient("authentication");
        }
        String scope = value(form, "scope")
                .filter(text -> !text.isBlank())
                .orElseThrow(() -> TokenRefusal.invalidScope("no-scope", "The parameter scope is missing."));
        return new TokenRequest(assertion.get(), value(form, "client_id"), scope);
    }

    private static boolean usesBasic(FhirRequest request) {
        return request.headers()
                .first("Authorization")
                .filter(value -> value.regionMatches(true, 0, "Basic ", 0, 6))
                .isPresent();
    }

    private static QueryParameters form(FhirRequest request) throws TokenRefusal {
        byte[] body = body(request);
        boolean isForm = request.headers()
                .first("Content-Type")
                .flatMap(MediaType::parse)
                .filter(type -> type.is("application/x-www-form-urlencoded"))
                .isPresent();
        if (!isForm) {
            throw TokenRefusal.invalidRequest("form", "The body must be application/x-www-form-urlencoded.");
        }
        try {
            // Bytes beyond ASCII become characters that the parser refuses.
            QueryParameters form = QueryParameters.parse(new String(body, StandardCharsets.ISO_8859_1));
            if (form.entries().size() > MAX_PARAMETERS) {
                throw TokenRefusal.invalidRequest("parameter", "There are too many parameters.");
            }
            return form;
        } catch (IllegalArgumentException e) {
            throw TokenRefusal.invalidRequest("form", "The body is not a well-formed form.");
        }
    }

    private static byte[] body(FhirRequest request) throws TokenRefusal {
        try {
            byte[] body = request.body().readNBytes(MAX_BODY + 1);
            if (body.length > MAX_BODY) {
                throw TokenRefusal.invalidRequest(413, "body", "The body is too long.");
            }
            return body;
        } catch (IOException e) {
            throw TokenRefusal.invalidRequest("body", "The body broke off.");
        }
    }

    /** A parameter without a value counts as absent: RFC 6749, section 3.2. */
    private static Optional<String> value(QueryParameters form, String name) {
        return form.first(name).filter(text -> !text.isEmpty());
    }

    /** Returns nothing: the assertion is a credential. */
    @Override
    public String toString() {
        return "TokenRequest";
    }
}
