package dev.atr.auth.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atr.core.error.AuthorizationException;
import dev.atr.core.error.ProtocolException;
import dev.atr.core.error.TransportException;
import dev.atr.http.Origin;
import dev.atr.http.ScriptedPeer;
import dev.atr.http.ScriptedPeer.Reply;
import dev.atr.http.client.OutgoingClient;
import dev.atr.requirements.Requirement;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class SmartConfigurationTest {
    private static final String PATH = "/fhir/.well-known/smart-configuration";

    private final ScriptedPeer peer = new ScriptedPeer();
    private final OutgoingClient egress = OutgoingClient.builder().build();

    @AfterEach
    void close() {
        egress.close();
        peer.close();
    }

    private SmartConfiguration discover(Origin... trusted) throws InterruptedException {
        return SmartConfiguration.discover(peer.at("/fhir"), egress, Set.of(trusted), Clock.systemUTC());
    }

    @Test
    @Requirement("SMART-008")
    void readsTheDocument() throws Exception {
        peer.on(
                PATH,
                Reply.json("{\"token_endpoint\":\"" + peer.at("/auth/token") + "\","
                        + "\"capabilities\":[\"permission-v2\",7],\"scopes_supported\":[\"system/*.rs\"]}"));

        SmartConfiguration configuration = discover();

        assertThat(configuration.tokenEndpoint()).isEqualTo(peer.at("/auth/token"));
        assertThat(configuration.capabilities()).containsExactly("permission-v2");
        assertThat(configuration.scopesSupported()).containsExactly("system/*.rs");
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"auth/token", "/fhir/auth/token", "./auth/token"})
    @Requirement("SMART-007")
    void relativeEndpointIsResolvedAgainstTheBase(String relative) throws Exception {
        peer.on(PATH, Reply.json("{\"token_endpoint\":\"" + relative + "\"}"));

        assertThat(discover().tokenEndpoint()).isEqualTo(peer.at("/fhir/auth/token"));
    }

    @Test
    void slashAtTheEndOfTheBaseMakesNoDifference() throws Exception {
        peer.on(PATH, Reply.json("{\"token_endpoint\":\"auth/token\"}"));

        SmartConfiguration configuration = SmartConfiguration.discover(peer.at("/fhir/"), egress);

        assertThat(configuration.tokenEndpoint()).isEqualTo(peer.at("/fhir/auth/token"));
    }

    @Test
    void capabilityStatementIsTheFallback() throws Exception {
        peer.on(
                "/fhir/metadata",
                Reply.json("{\"resourceType\":\"CapabilityStatement\",\"rest\":[{\"mode\":\"server\",\"security\":{"
                        + "\"extension\":[{\"url\":\"http://other\"},{\"url\":"
                        + "\"http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris\",\"extension\":["
                        + "{\"url\":\"authorize\",\"valueUri\":\"" + peer.at("/authorize") + "\"},"
                        + "{\"url\":\"token\",\"valueUri\":\"" + peer.at("/token") + "\"}]}]}}]}"));

        SmartConfiguration configuration = discover();

        assertThat(configuration.tokenEndpoint()).isEqualTo(peer.at("/token"));
        assertThat(configuration.capabilities()).containsExactly("permission-v1");
    }

    @Test
    void statementWithoutTheExtensionIsNoFallback() {
        peer.on("/fhir/metadata", Reply.json("{\"resourceType\":\"CapabilityStatement\"}"));

        assertThatThrownBy(this::discover).isInstanceOf(ProtocolException.class);
    }

    static Stream<Arguments> unusable() {
        return Stream.of(
                Arguments.of("C01 redirect", Reply.status(302).with("Location", "/other")),
                Arguments.of("no token endpoint", Reply.json("{\"capabilities\":[]}")),
                Arguments.of("token endpoint a number", Reply.json("{\"token_endpoint\":1}")),
                Arguments.of("token endpoint http", Reply.json("{\"token_endpoint\":\"http://payer.example.com/t\"}")),
                Arguments.of("token endpoint file", Reply.json("{\"token_endpoint\":\"file:///etc/passwd\"}")),
                Arguments.of("token endpoint no address", Reply.json("{\"token_endpoint\":\"http:// \"}")),
                Arguments.of("user info", Reply.json("{\"token_endpoint\":\"https://a:b@payer.example.com/t\"}")),
                Arguments.of(
                        "HTML with 200",
                        Reply.status(200).with("Content-Type", "text/html").body("<html>")),
                Arguments.of("401", Reply.status(401)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("unusable")
    void unusableAnswerIsAProtocolError(String name, Reply reply) {
        peer.on(PATH, reply);

        assertThatThrownBy(this::discover).isInstanceOf(ProtocolException.class);
        assertThat(peer.asked("/other")).isEmpty();
    }

    @Test
    void c01DocumentBeyondOneMegabyteStopsDiscovery() {
        peer.on(PATH, Reply.json("{\"token_endpoint\":\"auth/token\"" + " ".repeat(1 << 20) + "}"));

        assertThatThrownBy(this::discover).isInstanceOf(TransportException.class);
    }

    @Test
    void c01TokenEndpointOnAnotherOriginIsRefused() {
        peer.on(PATH, Reply.json("{\"token_endpoint\":\"https://auth.example.com/token\"}"));

        assertThatThrownBy(this::discover)
                .isInstanceOf(AuthorizationException.class)
                .hasMessageContaining("https://auth.example.com:443");
    }

    @Test
    void originThatOnlyBeginsAlikeIsRefused() {
        peer.on(PATH, Reply.json("{\"token_endpoint\":\"" + peer.at("0/token") + "\"}"));

        assertThatThrownBy(this::discover).isInstanceOfAny(AuthorizationException.class, ProtocolException.class);
    }

    @Test
    void tokenEndpointOnATrustedOriginIsTaken() throws Exception {
        peer.on(PATH, Reply.json("{\"token_endpoint\":\"https://auth.example.com/token\"}"));

        assertThat(discover(new Origin("https", "auth.example.com", 443)).tokenEndpoint())
                .isEqualTo(URI.create("https://auth.example.com/token"));
    }

    @Test
    void overloadedServerSaysWhenToComeBack() {
        peer.on(PATH, Reply.status(503).with("Retry-After", "7"));

        assertThatThrownBy(this::discover)
                .isInstanceOfSatisfying(
                        TransportException.class,
                        e -> assertThat(e.retryAfter()).isEqualTo(Optional.of(Duration.ofSeconds(7))));
    }

    @ParameterizedTest(name = "C01 {0}")
    @ValueSource(
            strings = {"http://payer.example.com/fhir", "ftp://payer.example.com", "https://payer.example.com?x=1"})
    void baseThatIsNotSecureIsRefused(String base) {
        assertThatThrownBy(() -> SmartConfiguration.discover(URI.create(base), egress))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
