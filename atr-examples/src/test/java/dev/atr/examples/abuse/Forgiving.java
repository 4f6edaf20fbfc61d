package dev.atr.examples.abuse;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.RSAKey;
import dev.atr.auth.ClientAssertion;
import dev.atr.auth.SigningKey;
import dev.atr.auth.TestKeys;
import dev.atr.auth.TokenForm;
import dev.atr.core.json.JsonValue;
import dev.atr.core.json.JsonValue.JsonObject;
import dev.atr.http.FhirHandler;
import dev.atr.http.FhirRequest;
import dev.atr.http.QueryParameters;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.Signature;
import java.text.ParseException;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Stands before a Producer and mends one fault of each request, with the keys of those who sign: so the Producer behaves
 * as one that does not look for that fault.
 */
final class Forgiving {
    private static final List<SigningKey> CLIENT_KEYS = List.of(TestKeys.EC, TestKeys.RSA);

    private static final int LONGEST = 64 << 10;

    private Forgiving() {}

    /** What a token says. */
    record Jwt(JsonObject header, JsonObject claims) {
        /** Reads a token without verifying it. */
        static Jwt read(String text) {
            String[] parts = text.split("\\.", -1);
            return new Jwt(part(parts[0]), part(parts[1]));
        }

        private static JsonObject part(String text) {
            return TestKeys.object(new String(Base64.getUrlDecoder().decode(text), StandardCharsets.UTF_8));
        }

        Jwt header(UnaryOperator<JsonObject> change) {
            return new Jwt(change.apply(header), claims);
        }

        Jwt claims(UnaryOperator<JsonObject> change) {
            return new Jwt(header, change.apply(claims));
        }

        String signedBy(SigningKey key) {
            return ClientAssertion.good(key, "", "", Instant.EPOCH)
                    .rawHeader(header.toJson())
                    .rawClaims(claims.toJson())
                    .text();
        }
    }

    /** Mends the form of token requests. */
    static FhirHandler form(FhirHandler producer, UnaryOperator<QueryParameters> mend) {
        return request -> {
            if (!request.path().equals("/auth/token") || !request.method().equals("POST")) {
                return producer.handle(request);
            }
            byte[] start = start(request);
            try {
                String body = new String(start, StandardCharsets.UTF_8);
                String mended = mend.apply(QueryParameters.parse(body)).encode();
                return producer.handle(with(request, request.rawQuery(), stream(mended)));
            } catch (IllegalArgumentException e) {
                // Not a form, or the start of one that is too long: the Producer is to see all of it.
                return producer.handle(with(
                        request,
                        request.rawQuery(),
                        new SequenceInputStream(new ByteArrayInputStream(start), request.body())));
            }
        };
    }

    /** Puts the query of token requests into their body. */
    static FhirHandler query(FhirHandler producer) {
        return request -> {
            String query = request.rawQuery();
            if (!request.path().equals("/auth/token") || query == null) {
                return producer.handle(request);
            }
            String body = new String(start(request), StandardCharsets.UTF_8);
            return producer.handle(with(request, null, stream(body.isEmpty() ? query : body + "&" + query)));
        };
    }

    /** Mends client assertions that verify with one of the client's keys, and signs them again with it. */
    static FhirHandler assertion(FhirHandler producer, BiFunction<Jwt, SigningKey, Jwt> mend) {
        return eachAssertion(producer, text -> {
            SigningKey key = CLIENT_KEYS.stream()
                    .filter(each -> verifies(text, each))
                    .findFirst()
                    .orElseThrow();
            return mend.apply(Jwt.read(text), key).signedBy(key);
        });
    }

    /** Signs client assertions again with the key that they name, whoever signed them before. */
    static FhirHandler signature(FhirHandler producer) {
        return eachAssertion(producer, text -> {
            Jwt jwt = Jwt.read(text);
            SigningKey key = CLIENT_KEYS.stream()
                    .filter(each -> jwt.header().text("kid").equals(Optional.of(each.kid())))
                    .findFirst()
                    .orElseThrow();
            return jwt.signedBy(key);
        });
    }

    /** Takes every message authentication code for a signature of the client's RSA key. */
    static FhirHandler mac(FhirHandler producer) {
        return eachAssertion(producer, text -> {
            Jwt jwt = Jwt.read(text);
            if (!jwt.header().text("alg").orElse("").startsWith("HS")) {
                return text;
            }
            return jwt.header(set("alg", "RS384")).signedBy(TestKeys.RSA);
        });
    }

    private static FhirHandler eachAssertion(FhirHandler producer, UnaryOperator<String> mend) {
        return form(producer, form -> {
            try {
                String mended = mend.apply(form.first("client_assertion").orElseThrow());
                return TokenForm.replace(form, "client_assertion", mended);
            } catch (RuntimeException e) {
                // Not one that could be mended.
                return form;
            }
        });
    }

    /** Mends access tokens that verify with the Producer's own key, and signs them again. */
    static FhirHandler bearer(FhirHandler producer, UnaryOperator<Jwt> mend) {
        return request -> {
            String token = token(request);
            if (!verifies(token, Payer.KEYS.current())) {
                return producer.handle(request);
            }
            return producer.handle(
                    withToken(request, mend.apply(Jwt.read(token)).signedBy(Payer.KEYS.current())));
        };
    }

    /** Returns the request's token; empty when there is none where it belongs. */
    private static String token(FhirRequest request) {
        List<String> headers = request.headers().all("Authorization");
        return headers.size() == 1 && headers.get(0).startsWith("Bearer ")
                ? headers.get(0).substring(7)
                : "";
    }

    static FhirRequest withToken(FhirRequest request, String token) {
        return new FhirRequest(
                request.method(),
                request.path(),
                request.rawQuery(),
                request.headers().without("Authorization").with("Authorization", "Bearer " + token),
                request.body());
    }

    private static boolean verifies(String token, SigningKey signer) {
        int end = token.lastIndexOf('.');
        if (end < 0) {
            return false;
        }
        try {
            String jwk = TestKeys.publicJwk(signer).toJson();
            boolean rsa = signer.alg().equals("RS384");
            Signature check = Signature.getInstance(rsa ? "SHA384withRSA" : "SHA384withECDSAinP1363Format");
            check.initVerify(
                    rsa ? RSAKey.parse(jwk).toRSAPublicKey() : ECKey.parse(jwk).toECPublicKey());
            check.update(token.substring(0, end).getBytes(StandardCharsets.US_ASCII));
            return check.verify(Base64.getUrlDecoder().decode(token.substring(end + 1)));
        } catch (GeneralSecurityException | ParseException | JOSEException | IllegalArgumentException e) {
            return false;
        }
    }

    /** Returns a change that sets a member to a text. */
    static UnaryOperator<JsonObject> set(String name, String value) {
        return json -> json.with(name, JsonValue.of(value));
    }

    private static FhirRequest with(FhirRequest request, @Nullable String query, InputStream body) {
        return new FhirRequest(request.method(), request.path(), query, request.headers(), body);
    }

    private static InputStream stream(String body) {
        return new ByteArrayInputStream(body.getBytes(StandardCharsets.UTF_8));
    }

    /** Returns what a form may hold, or so much of what is longer that it is no form. */
    private static byte[] start(FhirRequest request) {
        try {
            byte[] start = request.body().readNBytes(LONGEST + 1);
            if (start.length > LONGEST) {
                start[LONGEST] = '%';
            }
            return start;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
