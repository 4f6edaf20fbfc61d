package dev.atr.auth.server;

import static dev.atr.auth.ClientAssertion.quoted;
import static org.assertj.core.api.Assertions.assertThat;

import dev.atr.auth.ClientAssertion;
import dev.atr.auth.Scopes;
import dev.atr.auth.SigningKey;
import dev.atr.auth.SpoiltAssertion;
import dev.atr.auth.TestKeys;
import dev.atr.auth.server.TokenEndpoint.Answer;
import dev.atr.requirements.Requirement;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Abuse cases T14 and T20 to T49: what an assertion must be. */
class AssertionCheckTest {
    private final TokenEndpoint endpoint = new TokenEndpoint();

    static List<SpoiltAssertion> accepted() {
        return SpoiltAssertion.accepted();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("accepted")
    @Requirement({"SMART-015", "SMART-010", "SMART-021"})
    void goodVariantsAreAccepted(SpoiltAssertion variant) {
        Answer answer = endpoint.present(variant.of(endpoint.assertion()));

        assertThat(answer.status()).isEqualTo(200);
    }

    static Stream<SpoiltAssertion> refused() {
        return Stream.of(SpoiltAssertion.badHeaders(), SpoiltAssertion.badSignatures(), SpoiltAssertion.badClaims())
                .flatMap(List::stream);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("refused")
    @Requirement({"SMART-015", "SMART-019", "SMART-021", "SMART-022", "SMART-033"})
    void badAssertionsAreRefusedAllAlike(SpoiltAssertion spoilt) {
        Answer answer = endpoint.present(spoilt.of(endpoint.assertion()));

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.body())
                .isEqualTo("{\"error\":\"invalid_client\","
                        + "\"error_description\":\"The client assertion was not accepted.\"}");
    }

    @Test
    void t35ReencodedAssertionsAreNoNewOnes() {
        String text = endpoint.assertion().text();
        assertThat(endpoint.present(text).status()).isEqualTo(200);

        for (String again : SpoiltAssertion.respelt(text)) {
            assertThat(endpoint.present(again).error()).isEqualTo("invalid_client");
        }
    }

    @Test
    @Requirement("SMART-033")
    void t14UnknownDisabledWrongKeyAndExpiredGetTheSameAnswer() {
        String unknown = ClientAssertion.good(TestKeys.EC, "nobody", TokenEndpoint.AUDIENCE, endpoint.clock.instant())
                .text();
        String disabled = ClientAssertion.good(
                        TestKeys.EC, "disabled", TokenEndpoint.AUDIENCE, endpoint.clock.instant())
                .text();
        String wrongKey = endpoint.assertion().signedBy(TestKeys.OTHER_EC).text();
        String expired =
                endpoint.assertion().time("exp", -100).time("iat", -200).text();

        assertThat(Stream.of(unknown, disabled, wrongKey, expired)
                        .map(endpoint::present)
                        .map(Answer::toString)
                        .distinct())
                .hasSize(1);
    }

    @ParameterizedTest(name = "T43 {0} {1}")
    @CsvSource({
        "TOKEN_ENDPOINT, https://payer.example.com/fhir/auth/token, 200",
        "TOKEN_ENDPOINT, https://payer.example.com/fhir, 400",
        "ISSUER, https://payer.example.com/fhir/auth/token, 400",
        "ISSUER, https://payer.example.com/fhir, 200",
        "ISSUER, https://payer.example.com/fhir/, 400",
        "BOTH, https://payer.example.com/fhir/auth/token, 200",
        "BOTH, https://payer.example.com/fhir, 200",
        "BOTH, https://payer.example.com, 400",
    })
    @Requirement("SMART-019")
    void audienceIsTheOneThatIsConfigured(AssertionAudience mode, String audience, int status) {
        AuthorizationServer server = endpoint.builder(TokenEndpoint.registry())
                .assertionAudience(mode)
                .build();
        String assertion = endpoint.assertion().claim("aud", quoted(audience)).text();

        assertThat(endpoint.at(server).present(assertion).status()).isEqualTo(status);
    }

    @ParameterizedTest(name = "T43 {0}")
    @EnumSource
    @Requirement("SMART-019")
    void twoAudiencesAreRefusedInEveryMode(AssertionAudience mode) {
        AuthorizationServer server = endpoint.builder(TokenEndpoint.registry())
                .assertionAudience(mode)
                .build();
        String assertion = endpoint.assertion()
                .claim("aud", "[" + quoted(TokenEndpoint.AUDIENCE) + "," + quoted(TokenEndpoint.BASE.toString()) + "]")
                .text();

        assertThat(endpoint.at(server).present(assertion).error()).isEqualTo("invalid_client");
    }

    @Test
    @Requirement("SMART-022")
    void keyMayHaveAnyIdThatWasRegistered() {
        SigningKey key = TestKeys.named(TestKeys.EC, "clinic key 1, spring");
        ClientRegistration client = new ClientRegistration(
                TokenEndpoint.CLIENT, ClientKeys.ofJwks(key.publicJwks()), Scopes.READ_ALL, null, true);

        assertThat(new TokenEndpoint(ClientRegistry.of(List.of(client)))
                        .present(endpoint.assertion(key).text())
                        .status())
                .isEqualTo(200);
    }

    @Test
    void discoveryNamesTheIssuerWhereAssertionsAreForIt() {
        for (AssertionAudience audience : AssertionAudience.values()) {
            AuthorizationServer server = endpoint.builder(TokenEndpoint.registry())
                    .assertionAudience(audience)
                    .build();

            assertThat(Answer.of(server.smartConfiguration(DiscoveryDocument.READING_SCOPES))
                            .json()
                            .text("issuer"))
                    .isEqualTo(
                            audience == AssertionAudience.TOKEN_ENDPOINT
                                    ? Optional.empty()
                                    : Optional.of(TokenEndpoint.BASE.toString()));
        }
    }

    @Test
    @Requirement("SMART-019")
    void exampleOfTheGuideIsAccepted() {
        // The published example: its key set, its assertion, and a minute before its end.
        String jwks = "{\"keys\":[{\"kty\":\"EC\",\"use\":\"sig\",\"key_ops\":[\"verify\"],\"alg\":\"ES384\","
                + "\"kid\":\"cvmg-2026-01\",\"crv\":\"P-384\","
                + "\"x\":\"23oxMj1UNDl5cwv65aY1uBaB1XYLsRTv-uUocAbjvW6fJnpDaFRheAeR7YJ9o8WJ\","
                + "\"y\":\"CMz_AQbyi8QUkwTBoJef9wR8wlvxcaRZLqTd9nfeXFtid4HjLlLoKYDZRfK_lU0G\"}]}";
        String assertion = "eyJhbGciOiJFUzM4NCIsImtpZCI6ImN2bWctMjAyNi0wMSIsInR5cCI6IkpXVCJ9."
                + "eyJpc3MiOiJjdm1nLWF0ci1jbGllbnQiLCJzdWIiOiJjdm1nLWF0ci1jbGllbnQiLCJhdWQiOiJodHRwczovL3BheWVyLmV4YW1w"
                + "bGUuY29tL2F1dGgvdG9rZW4iLCJleHAiOjE3NzI0NDIzMDAsImp0aSI6IjVmMGQ3ZjBlLTNjMWItNGI4Yi05ZDljLTJhNmY1YTBj"
                + "N2UxMSJ9."
                + "-3IlpuPxtbIVNE8pn3MkfExJjILq8XQwt8ZfIjeS9jthtEG7gw-biU5metFpSncNeiqIuSUBZpeCV5azclAlO1hSN_IHZaKBwiIJ"
                + "QvRAO7pp-Q27mflJejeNB4itBUF5";
        ClientRegistration client =
                new ClientRegistration(TokenEndpoint.CLIENT, ClientKeys.ofJwks(jwks), Scopes.READ_ALL, null, true);
        AuthorizationServer server = AuthorizationServer.builder(
                        URI.create("https://payer.example.com"), ClientRegistry.of(List.of(client)))
                .clock(endpoint.clock)
                .signingKeys(TokenEndpoint.KEYS)
                .replayMemory(ReplayMemory.inProcess(endpoint.clock, endpoint.clock.instant()))
                .build();
        endpoint.clock.turn(Duration.ofMinutes(4));

        assertThat(endpoint.at(server).present(assertion).status()).isEqualTo(200);
    }
}
