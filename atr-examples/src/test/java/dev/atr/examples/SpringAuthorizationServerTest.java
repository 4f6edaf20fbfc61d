package dev.atr.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jwt.SignedJWT;
import dev.atr.auth.Scopes;
import dev.atr.auth.SigningKey;
import dev.atr.auth.client.BackendServices;
import dev.atr.auth.client.JwksEndpoint;
import dev.atr.core.error.AuthorizationException;
import dev.atr.http.client.OutgoingClient;
import dev.atr.http.jdk.FhirHttpServer;
import dev.atr.requirements.Requirement;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import org.apache.catalina.LifecycleException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.security.oauth2.core.ClientAuthenticationMethod;
import org.springframework.security.oauth2.jose.jws.SignatureAlgorithm;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClient;
import org.springframework.security.oauth2.server.authorization.settings.ClientSettings;

/** Our Consumer gets tokens from an authorization server that knows nothing of us. */
class SpringAuthorizationServerTest {
    private static final URI BASE = URI.create("https://fhir.payer.example/r4");
    private static final String SCOPE = "system/Group.rs system/Patient.rs";
    private static final SigningKey RSA = SigningKey.generate("RS384");
    private static final SigningKey EC = SigningKey.generate("ES384");

    @TempDir
    static Path folder;

    private static OutgoingClient egress;
    private static FhirHttpServer keyHost;
    private static SpringAuthorizationServer spring;

    @BeforeAll
    static void start() throws IOException, LifecycleException {
        egress = OutgoingClient.builder().build();
        keyHost = FhirHttpServer.builder(new JwksEndpoint(List.of(RSA, EC))).start();
        spring = new SpringAuthorizationServer(
                folder,
                BASE,
                client("RS384", SignatureAlgorithm.RS384),
                client("ES384", SignatureAlgorithm.ES384),
                register("se:cret")
                        .clientSecret("{noop}p\u00e4 ss:+/%")
                        .clientAuthenticationMethod(ClientAuthenticationMethod.CLIENT_SECRET_BASIC)
                        .build());
    }

    @AfterAll
    static void stop() throws LifecycleException {
        spring.close();
        keyHost.close();
        egress.close();
    }

    private static RegisteredClient client(String clientId, SignatureAlgorithm algorithm) {
        return register(clientId)
                .clientAuthenticationMethod(ClientAuthenticationMethod.PRIVATE_KEY_JWT)
                .clientSettings(ClientSettings.builder()
                        .jwkSetUrl("http://127.0.0.1:" + keyHost.port() + "/jwks.json")
                        .tokenEndpointAuthenticationSigningAlgorithm(algorithm)
                        .build())
                .build();
    }

    private static RegisteredClient.Builder register(String clientId) {
        return RegisteredClient.withId(clientId)
                .clientId(clientId)
                .authorizationGrantType(AuthorizationGrantType.CLIENT_CREDENTIALS)
                .scopes(scopes -> scopes.addAll(List.of(SCOPE.split(" ", -1))));
    }

    private static BackendServices.Builder tokens(String clientId, SigningKey key) {
        return BackendServices.builder(BASE, clientId, key)
                .egress(egress)
                .tokenEndpoint(spring.tokenEndpoint())
                .clientIdInForm()
                .scope(SCOPE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"RS384", "ES384"})
    @Requirement({"ATR-SEC-003", "ATR-SEC-004", "SMART-011", "SMART-013", "SMART-014", "SMART-018", "SMART-025"})
    void keyAtAnAddressGetsAToken(String algorithm) throws Exception {
        BackendServices source =
                tokens(algorithm, algorithm.equals("RS384") ? RSA : EC).build();

        SignedJWT token = SignedJWT.parse(source.token());

        JWKSet keys = JWKSet.load(spring.jwksUrl().toURL());
        assertThat(token.verify(
                        new RSASSAVerifier(keys.getKeys().get(0).toRSAKey().toRSAPublicKey())))
                .isTrue();
        assertThat(token.getJWTClaimsSet().getSubject()).isEqualTo(algorithm);
        assertThat(source.grantedScopes()).hasValue(Scopes.parse(SCOPE));
    }

    @Test
    void secretGetsAToken() throws Exception {
        BackendServices source = BackendServices.withSecret(BASE, "se:cret", "p\u00e4 ss:+/%")
                .egress(egress)
                .tokenEndpoint(spring.tokenEndpoint())
                .scope(SCOPE)
                .build();

        assertThat(SignedJWT.parse(source.token()).getJWTClaimsSet().getSubject())
                .isEqualTo("se:cret");
    }

    @Test
    @Requirement("SMART-033")
    void keyThatIsNotRegisteredIsRefused() {
        BackendServices source = tokens("RS384", SigningKey.generate("RS384")).build();

        assertThatThrownBy(source::token)
                .isInstanceOf(AuthorizationException.class)
                .hasMessage("token request: refused with 401 invalid_client");
    }

    @Test
    @Requirement("SMART-033")
    void scopeThatIsNotRegisteredIsRefused() {
        BackendServices source =
                tokens("RS384", RSA).scope("system/Coverage.rs").build();

        assertThatThrownBy(source::token)
                .isInstanceOf(AuthorizationException.class)
                .hasMessage("token request: refused with 400 invalid_scope");
    }
}
