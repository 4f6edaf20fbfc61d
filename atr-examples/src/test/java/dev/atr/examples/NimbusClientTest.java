package dev.atr.examples;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jwt.SignedJWT;
import com.nimbusds.oauth2.sdk.ClientCredentialsGrant;
import com.nimbusds.oauth2.sdk.Scope;
import com.nimbusds.oauth2.sdk.TokenRequest;
import com.nimbusds.oauth2.sdk.TokenResponse;
import com.nimbusds.oauth2.sdk.auth.JWTAuthenticationClaimsSet;
import com.nimbusds.oauth2.sdk.auth.PrivateKeyJWT;
import com.nimbusds.oauth2.sdk.http.HTTPResponse;
import com.nimbusds.oauth2.sdk.id.Audience;
import com.nimbusds.oauth2.sdk.id.ClientID;
import com.nimbusds.oauth2.sdk.token.AccessToken;
import com.nimbusds.oauth2.sdk.token.AccessTokenType;
import dev.atr.core.fhir.FhirVersion;
import dev.atr.core.json.JsonValue;
import dev.atr.requirements.Requirement;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A token client that knows nothing of us gets a token of our Producer, and reads with it. */
class NimbusClientTest {
    @TempDir
    private Path folder;

    private RunningProducer producer;

    @BeforeEach
    void start() throws Exception {
        producer = RunningProducer.withSample(RunningProducer.Database.H2, folder);
    }

    @AfterEach
    void stop() {
        producer.close();
    }

    private static HttpResponse<String> get(String address, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(address));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private URI tokenEndpoint() throws Exception {
        HttpResponse<String> found = get(producer.base(FhirVersion.R4) + "/.well-known/smart-configuration");
        return URI.create(JsonValue.parseObject(found.body().getBytes(StandardCharsets.UTF_8))
                .text("token_endpoint")
                .orElseThrow());
    }

    /** Asks as the library does, with the {@code typ} that SMART wants and the library leaves out by itself. */
    private TokenResponse ask(String scope) throws Exception {
        URI endpoint = tokenEndpoint();
        ECKey key = ECKey.parse(producer.clientKey().jwk());
        JWTAuthenticationClaimsSet claims =
                new JWTAuthenticationClaimsSet(new ClientID(RunningProducer.CLIENT_ID), new Audience(endpoint));
        SignedJWT assertion = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.ES384)
                        .keyID(key.getKeyID())
                        .type(JOSEObjectType.JWT)
                        .build(),
                claims.toJWTClaimsSet());
        assertion.sign(new ECDSASigner(key));
        HTTPResponse response = new TokenRequest.Builder(
                        endpoint, new PrivateKeyJWT(assertion), new ClientCredentialsGrant())
                .scope(Scope.parse(scope))
                .build()
                .toHTTPRequest()
                .send();
        return TokenResponse.parse(response);
    }

    @Test
    @Requirement({"ATR-SEC-001", "ATR-SEC-002", "ATR-SEC-005", "SMART-015", "SMART-026", "SMART-028", "SMART-029"})
    void getsATokenAndReadsWithIt() throws Exception {
        TokenResponse response = ask("system/*.read");

        AccessToken token = response.toSuccessResponse().getTokens().getAccessToken();
        assertThat(token.getType()).isEqualTo(AccessTokenType.BEARER);
        assertThat(token.getLifetime()).isBetween(1L, 300L);
        assertThat(token.getScope()).isEqualTo(Scope.parse("system/*.read"));
        assertThat(response.toSuccessResponse().getTokens().getRefreshToken()).isNull();
        assertThat(get(
                                producer.base(FhirVersion.R4) + "/Group/"
                                        + producer.openList().value(),
                                "Authorization",
                                token.toAuthorizationHeader())
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    @Requirement("SMART-033")
    void understandsARefusal() throws Exception {
        TokenResponse response = ask("patient/*.read");

        assertThat(response.indicatesSuccess()).isFalse();
        assertThat(response.toErrorResponse().getErrorObject().getCode()).isEqualTo("invalid_scope");
    }
}
