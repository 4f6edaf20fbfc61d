package dev.atr.auth.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atr.auth.Scopes;
import dev.atr.auth.TestKeys;
import dev.atr.auth.TokenForm;
import dev.atr.auth.server.TokenEndpoint.Answer;
import dev.atr.requirements.Requirement;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Abuse cases T80 to T87: what a client gets of what it asks for. */
class ScopeGrantTest {
    private static final String SOME = "system/Group.rs system/Patient.rs system/Coverage.rs";

    @ParameterizedTest(name = "{0}: {1} of {2} gives {3}")
    @CsvSource({
        "v2 as asked,        system/Group.rs system/Patient.rs, system/*.read, system/Group.rs system/Patient.rs",
        "order of the request, system/Patient.r system/Group.s, system/*.read, system/Patient.r system/Group.s",
        "v1 asked v1 given,  system/Patient.read, system/*.rs, system/Patient.read",
        "v1 wildcard,        system/*.read, system/*.cruds, system/*.read",
        "v1 all narrowed,    system/Patient.*, system/*.rs, system/Patient.read",
        "v1 all,             system/*.*, system/*.cruds, system/*.*",
        "v1 write,           system/Group.write, system/*.read system/*.write, system/Group.write",
        "v1 with no v1 name, system/Group.write, system/Group.cu, system/Group.cu",
        "mixed syntaxes,     system/Patient.read system/Group.rs, system/*.rs, system/Patient.read system/Group.rs",
        "T81 rest of unknown, launch openid system/Patient.sr system/Group.rs, system/*.rs, system/Group.rs",
        "T84 read of write,  system/Patient.read system/Patient.write, system/*.rs, system/Patient.read",
        "T86 restricted left out, system/Patient.rs?x=y system/Group.rs, system/*.rs, system/Group.rs",
        "named by registration, system/Claim.rs, system/Claim.rs, system/Claim.rs",
    })
    @Requirement({"SMART-031", "SMART-038", "ATR-SEC-005"})
    void grantsWhatIsAskedAndRegistered(String name, String asked, String registered, String expected)
            throws TokenRefusal {
        ScopeGrant grant = ScopeGrant.of(asked, Scopes.parse(registered), AuthorizationServer.DEFAULT_RESOURCE_TYPES);

        assertThat(grant.text()).isEqualTo(expected);
    }

    @Test
    @Requirement("SMART-031")
    void t85WildcardIsNarrowedNeverWidened() throws TokenRefusal {
        ScopeGrant grant =
                ScopeGrant.of("system/*.read", Scopes.parse(SOME), AuthorizationServer.DEFAULT_RESOURCE_TYPES);

        assertThat(grant.text()).isEqualTo("system/Coverage.read system/Group.read system/Patient.read");
    }

    @ParameterizedTest(name = "T80, T81, T84, T86 [{0}]")
    @ValueSource(
            strings = {
                "",
                " ",
                "   ",
                "launch",
                "openid fhirUser",
                "user/Patient.read",
                "patient/Patient.rs",
                "system/Martian.rs",
                "system/Claim.read",
                "system/Patient.xyz",
                "system/Patient.sr",
                "system/Patient.write",
                "system/Patient.c",
                "system/Patient.u",
                "system/Patient.d",
                "system/Patient.cud",
                "system/Patient.rs?category=x",
                "system/Patient.rs system/Patient.rs",
                "system/Patient.rs\u00e4",
                "system/\"Patient\".rs",
            })
    @Requirement({"SMART-031", "SMART-033", "SMART-040"})
    void refusesWhatCantBeGranted(String scope) {
        Answer answer = new TokenEndpoint().ask(scope);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.error()).isEqualTo("invalid_scope");
        assertThat(answer.body()).doesNotContain("access_token");
    }

    @Test
    void t80MissingScopeIsRefused() {
        TokenEndpoint endpoint = new TokenEndpoint();

        Answer answer = endpoint.post("grant_type=client_credentials&client_assertion_type="
                + TokenForm.ASSERTION_TYPE + "&client_assertion="
                + endpoint.assertion().text());

        assertThat(answer.error()).isEqualTo("invalid_scope");
    }

    @Test
    void t87ManyScopesAreRefused() {
        String many = IntStream.range(0, 3_000)
                .mapToObj(i -> "system/X" + "y".repeat(i % 9))
                .collect(Collectors.joining(" "));

        assertThat(new TokenEndpoint().ask(many).error()).isEqualTo("invalid_scope");
    }

    @Test
    @Requirement({"SMART-031", "SMART-026"})
    void t83AnswerSaysWhatTheTokenCarries() throws TokenRefusal {
        Random random = new Random(83);
        List<String> types = List.of("*", "Group", "Patient", "Coverage", "Location");
        List<String> permissions = List.of("read", "write", "*", "r", "rs", "cud", "cruds", "sr");

        for (int i = 0; i < 10_000; i++) {
            String one = "system/" + types.get(random.nextInt(5)) + "." + permissions.get(random.nextInt(8));
            String other = "system/Patient." + permissions.get(random.nextInt(7));
            String asked = one + " " + other;
            Scopes registered = Scopes.parse("system/Patient.rs system/" + types.get(random.nextInt(5)) + "."
                    + permissions.get(random.nextInt(7)));
            if (one.equals(other) || Scopes.parse(asked).intersect(registered).isEmpty()) {
                continue;
            }

            ScopeGrant grant = ScopeGrant.of(asked, registered, AuthorizationServer.DEFAULT_RESOURCE_TYPES);

            assertThat(Scopes.parse(grant.text())).isEqualTo(grant.scopes());
            assertThat(registered.covers(grant.scopes())).isTrue();
            assertThat(Scopes.parse(asked).covers(grant.scopes())).isTrue();
        }
    }

    @Test
    @Requirement("SMART-004")
    void everyScopeInTheDiscoveryDocumentIsGranted() {
        TokenEndpoint endpoint = new TokenEndpoint();
        Answer document = Answer.of(endpoint.server.smartConfiguration(DiscoveryDocument.READING_SCOPES));

        for (var scope : document.json().items("scopes_supported")) {
            assertThat(endpoint.ask(scope.text().orElseThrow()).json().text("scope"))
                    .isEqualTo(scope.text());
        }
    }

    @Test
    @Requirement("ATR-SEC-006")
    void writeScopesAreGrantedToThoseWhoHaveThem() {
        ClientRegistration writer = new ClientRegistration(
                TokenEndpoint.CLIENT,
                ClientKeys.ofJwks(TestKeys.EC.publicJwks()),
                Scopes.parse("system/*.read system/*.write"),
                null,
                true);
        TokenEndpoint endpoint = new TokenEndpoint(ClientRegistry.of(List.of(writer)));

        assertThat(endpoint.ask("system/*.read system/*.write").json().text("scope"))
                .hasValue("system/*.read system/*.write");
    }
}
