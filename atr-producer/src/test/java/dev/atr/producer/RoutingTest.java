package dev.atr.producer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atr.auth.Scopes;
import dev.atr.auth.server.AuthenticatedClient;
import dev.atr.core.error.TransportException;
import dev.atr.http.FhirRequest;
import dev.atr.http.HttpHeaders;
import dev.atr.producer.ProducerFixture.Answer;
import dev.atr.producer.internal.routing.Route;
import dev.atr.producer.tck.InMemoryBackend;
import dev.atr.producer.tck.SampleLists;
import dev.atr.requirements.Requirement;
import java.io.InputStream;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class RoutingTest extends SampleProducerTest {
    private static final List<String> OPEN = List.of("/metadata", "/.well-known/smart-configuration", "/auth/token");

    @Test
    @Requirement({"ATR-SEC-008", "ATR-EXP-020", "BULK-STAT-016", "ATR-EXP-018"})
    void everyRouteButThePublicOnesWantsAToken() {
        List<Route> guarded = fixture.producer.routes().stream()
                .filter(route -> !OPEN.contains(route.template()))
                .toList();

        assertThat(guarded).hasSizeGreaterThan(12).noneMatch(Route::isOpen);
        for (Route route : guarded) {
            for (String method : route.methods()) {
                Answer answer =
                        fixture.send(method, route.template().replaceAll("\\{[a-z]+}", "x1"), "", "Accept", "*/*");

                assertThat(answer.status()).as("%s %s", method, route).isEqualTo(401);
                assertThat(answer.header("WWW-Authenticate")).startsWith("Bearer");
                assertThat(answer.issue()).isEqualTo("login");
            }
        }
    }

    @Test
    @Requirement("FHIR-021")
    void aRequestIdIsTakenOverOrMade() {
        String mine = "3f2504e0-4f89-41d3-9a0c-0305e82c3301";

        Answer taken = fixture.get("/Group?_summary=count", "X-Request-Id", mine);
        Answer made = fixture.get("/Group/no-such-list");

        assertThat(taken.header("X-Request-Id")).isEqualTo(mine);
        assertThat(taken.headers().first("X-Correlation-Id")).isEmpty();
        assertThat(made.header("X-Request-Id")).hasSize(36).isNotEqualTo(mine);
    }

    @Test
    @Requirement("FHIR-021")
    void theLogHasTheRequestIdAndNoOtherTextOfTheClient() {
        String mine = "3f2504e0-4f89-41d3-9a0c-0305e82c3301";

        Answer odd = fixture.get("/metadata", "X-Request-Id", "member-M-nobody");
        Answer broken = fixture.get("/metadata", "X-Request-Id", "x\u00e4 y");
        fixture.get("/metadata", "X-Request-Id", mine);

        assertThat(odd.header("X-Correlation-Id")).isEqualTo("member-M-nobody");
        assertThat(broken.headers().first("X-Correlation-Id")).isEmpty();
        assertThat(CapturedLog.text())
                .contains(mine, odd.header("X-Request-Id"))
                .doesNotContain("M-nobody");
    }

    @Test
    void unknownAddressesWantATokenToo() {
        assertThat(fixture.send("GET", "/Observation/1", "").status()).isEqualTo(401);
        assertThat(fixture.get("/Observation/1").status()).isEqualTo(404);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "//Group/list-open",
                "/Group//list-open",
                "/./Group/list-open",
                "/Group/../Group/list-open",
                "/Group/%2e%2e/Group/list-open",
                "/Group/list-open/",
                "/Group/list-open;x=y",
                "/Group/list-open%00",
                "/Group%2flist-open",
                "/Group%2Flist-open",
                "/%47roup/list-open",
                "/Group/list%2Dopen",
                "/group/list-open",
                "/GROUP/list-open",
                "/Group/list-open/$Davinci-data-export",
                "/Group/list-open\\x",
                "/Group/list open",
                "",
                "/",
                "Group/list-open"
            })
    void aVariantOfAPathLeadsNowhere(String path) {
        assertThat(fixture.get(path).status()).isEqualTo(404);
    }

    @Test
    void anEscapedDollarIsADollar() {
        assertThat(fixture.send("GET", "/Group/list-open/%24davinci-data-export", "")
                        .status())
                .isEqualTo(401);
        assertThat(fixture.get("/Group/list-open/%24davinci-data-export").status())
                .isEqualTo(202);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Basic dXNlcjpwYXNz",
                "Bearer",
                "Bearer ",
                "Bearer a b",
                "Bearer a,b",
                "Bearer tök",
                "token-sample-consumer-0",
                "Bearer unknown"
            })
    @Requirement("ATR-EXP-020")
    void onlyOneGoodBearerTokenCounts(String header) {
        Answer answer = fixture.send("GET", "/Group", "", "Authorization", header);

        assertThat(answer.status()).isEqualTo(401);
        assertThat(answer.header("WWW-Authenticate")).startsWith("Bearer");
        assertThat(answer.issue()).isEqualTo("login");
    }

    @Test
    void aTokenOf64KilobytesIsNotLookedAt() {
        assertThat(fixture.send("GET", "/Group", "", "Authorization", "Bearer " + "a".repeat(65536))
                        .status())
                .isEqualTo(401);
    }

    @Test
    void theSchemeIsReadWithoutCase() {
        String token = fixture.as(SampleLists.CONSUMER)[1].substring("Bearer ".length());

        assertThat(fixture.send("GET", "/Group", "", "Authorization", "bearer " + token)
                        .status())
                .isEqualTo(200);
    }

    @Test
    void aTokenInTheQueryIsRefused() {
        String token = fixture.as(SampleLists.CONSUMER)[1].substring("Bearer ".length());

        assertThat(fixture.send("GET", "/Group?access_token=" + token, "").status())
                .isEqualTo(401);
        assertThat(fixture.get("/Group?access_token=" + token).status()).isEqualTo(401);
    }

    @Test
    void aTokenInTheFormIsRefused() {
        String[] headers = ProducerFixture.and(
                fixture.as(SampleLists.CONSUMER), "Content-Type", "application/x-www-form-urlencoded");

        assertThat(fixture.send("POST", "/Group/_search", "access_token=abc", headers)
                        .status())
                .isEqualTo(401);
    }

    @ParameterizedTest
    @CsvSource({",5", "PT20S,20", "PT2.5S,3"})
    void tokensThatCannotBeCheckedRightNowLeadTo503(@Nullable Duration wait, String retryAfter) {
        DirectoryExportFiles exportFiles = DirectoryExportFiles.open(otherFiles);
        AtrProducer producer = AtrProducer.builder(new InMemoryBackend(SampleLists.standard()))
                .baseUrl(URI.create(ProducerFixture.BASE))
                .accessTokens(token -> {
                    throw new TransportException("no connection", null, wait);
                })
                .exportFiles(exportFiles)
                .readOnly()
                .build();
        try (exportFiles;
                producer) {
            Answer answer = Answer.of(producer.handle(new FhirRequest(
                    "GET",
                    "/Group",
                    null,
                    HttpHeaders.of("Authorization", "Bearer x"),
                    InputStream.nullInputStream())));

            assertThat(answer.status()).isEqualTo(503);
            assertThat(answer.issue()).isEqualTo("transient");
            assertThat(answer.header("Retry-After")).isEqualTo(retryAfter);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "TRACE, /Group/list-open",
        "TRACE, /metadata",
        "PUT, /Group/list-open",
        "DELETE, /Coverage/c-10",
        "PATCH, /Patient/10",
        "OPTIONS, /Group",
        "POST, /metadata",
        "HEAD, /Group/list-open/$davinci-data-export",
        "BREW, /Group"
    })
    @Requirement("FHIR-020")
    void otherMethodsAreNotAllowed(String method, String path) {
        Answer answer = fixture.send(method, path, "", fixture.as(SampleLists.CONSUMER));

        assertThat(answer.status()).isEqualTo(405);
        assertThat(answer.header("Allow")).isNotEmpty().doesNotContain(method);
    }

    @Test
    void aMethodOverrideIsIgnored() {
        String[] headers = ProducerFixture.and(fixture.as(SampleLists.CONSUMER), "X-HTTP-Method-Override", "GET");

        assertThat(fixture.send("POST", "/Group/list-open", "", headers).status())
                .isEqualTo(405);
    }

    static Stream<Arguments> scopes() {
        return Stream.of(
                Arguments.of("/Group", "system/Group.r", 403),
                Arguments.of("/Group", "system/Group.s", 200),
                Arguments.of("/Group/list-open", "system/Group.s", 403),
                Arguments.of("/Group/list-open", "system/Group.r", 200),
                Arguments.of("/Patient/10", "system/Group.rs", 403),
                Arguments.of("/Patient/10", "system/Patient.r", 200),
                Arguments.of("/Patient/10", "system/*.read", 200),
                Arguments.of("/Patient/10", "system/*.write", 403),
                Arguments.of("/Group/list-open/$davinci-data-export", "system/Group.rs", 403),
                Arguments.of("/Group/list-open/$davinci-data-export", "system/Patient.rs system/Coverage.rs", 403),
                Arguments.of(
                        "/Group/list-open/$davinci-data-export",
                        "system/Group.r system/Patient.rs system/Coverage.rs",
                        202),
                Arguments.of(
                        "/Group/list-open/$davinci-data-export?_type=Group,Patient,Coverage,Location",
                        "system/Group.r system/Patient.rs system/Coverage.rs",
                        403));
    }

    @ParameterizedTest
    @MethodSource("scopes")
    @Requirement({"ATR-SEC-005", "ATR-EXP-019", "BULK-KICK-032", "SMART-035", "SMART-037", "SMART-039"})
    void scopesDecideWhatMayBeAsked(String target, String scopes, int status) {
        Answer answer = fixture.send("GET", target, "", fixture.as(SampleLists.CONSUMER, scopes));

        assertThat(answer.status()).isEqualTo(status);
        if (status == 403) {
            assertThat(answer.issue()).isEqualTo("forbidden");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/Group/ID", "/Group/ID?_summary=true", "/Group/ID/$davinci-data-export", "/Group/ID/$export"})
    @Requirement({"ATR-SEC-010", "ATR-SEC-012", "ATR-DISC-011", "FHIR-015", "BULK-KICK-033"})
    void anothersListIsAnsweredLikeAnUnknownOne(String template) {
        Answer foreign = fixture.get(template.replace("ID", SampleLists.FOREIGN.value()));
        Answer unknown = fixture.get(template.replace("ID", "no-such-list"));

        assertThat(foreign.status()).isEqualTo(404);
        assertThat(foreign.issue()).isEqualTo("not-found");
        assertThat(foreign.text()).isEqualTo(unknown.text());
        assertThat(foreign.headers().without("X-Request-Id").map())
                .isEqualTo(unknown.headers().without("X-Request-Id").map());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "application/fhir+json; application/fhir+json",
                "application/json; application/json",
                "*/*; application/fhir+json",
                "application/fhir+xml, application/json@q=0.5; application/json",
                "application/fhir+json@fhirVersion=4.0; application/fhir+json",
                "application/json@q=0.1, application/fhir+json; application/fhir+json"
            })
    @Requirement({"FHIR-002", "FHIR-003"})
    void jsonComesByTheNameThatIsAskedFor(String accept, String expected) {
        Answer answer = fixture.get("/Group", "Accept", accept.replace('@', ';'));

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("Content-Type")).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/fhir+xml",
                "text/html",
                "application/fhir+json; fhirVersion=3.0",
                "application/fhir+json;q=0"
            })
    @Requirement({"FHIR-003", "FHIR-020"})
    void otherFormsAreNotAcceptable(String accept) {
        Answer answer = fixture.get("/Group", "Accept", accept);

        assertThat(answer.status()).isEqualTo(406);
        assertThat(answer.header("Content-Type")).isEqualTo("application/fhir+json");
    }

    @ParameterizedTest
    @CsvSource({"json, 200", "application/fhir%2Bjson, 200", "application/fhir+json, 200", "xml, 406", "ttl, 406"})
    @Requirement("FHIR-004")
    void formatOverridesAccept(String format, int status) {
        assertThat(fixture.get("/Group?_format=" + format, "Accept", "application/fhir+xml")
                        .status())
                .isEqualTo(status);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/Group?name=%", "/Group?name=%4", "/Group?name=%ff", "/Group?name=a%00b", "/Group?name=%zz"})
    void aBrokenQueryIsRefused(String target) {
        assertThat(fixture.get(target).status()).isEqualTo(400);
    }

    @Test
    void everyAnswerKeepsOutOfCachesAndIsNotSniffed() {
        for (Answer answer : List.of(
                fixture.get("/metadata"), fixture.get("/Group/list-open"), fixture.get("/x"), fixture.get("//"))) {
            assertThat(answer.header("Cache-Control")).isEqualTo("no-store");
            assertThat(answer.header("X-Content-Type-Options")).isEqualTo("nosniff");
        }
    }

    @Test
    @Requirement("ATR-SEC-009")
    void aFailureOfThePayersSystemLeaksNothing() {
        BrokenBackend broken = new BrokenBackend(fixture.sample);
        broken.failing = true;
        try (ProducerFixture over = ProducerFixture.over(broken, otherFiles)) {
            Answer answer = over.get("/Patient/10");

            assertThat(answer.status()).isEqualTo(500);
            assertThat(answer.issue()).isEqualTo("exception");
            assertThat(answer.text()).doesNotContain(BrokenBackend.SECRET).containsPattern("Incident [0-9a-f]{16}");
        }
    }

    @Test
    void addressesNeverComeFromTheRequest() {
        String[] headers = {"Host", "evil.example", "X-Forwarded-Host", "evil.example", "Forwarded", "host=evil.example"
        };

        assertThat(fixture.get("/Group", headers).text()).doesNotContain("evil");
        assertThat(fixture.get("/Group/list-open/$davinci-data-export", headers).header("Content-Location"))
                .startsWith(ProducerFixture.BASE);
    }

    @Test
    void permittedListsNarrowWhatTheBackendAllows() {
        DirectoryExportFiles exportFiles = DirectoryExportFiles.open(otherFiles);
        AtrProducer producer = AtrProducer.builder(new InMemoryBackend(SampleLists.standard()))
                .baseUrl(URI.create(ProducerFixture.BASE))
                .accessTokens(token -> Optional.of(new AuthenticatedClient(
                        SampleLists.CONSUMER, Scopes.READ_ALL, Set.of(SampleLists.DRAFT.value(), "not an id"))))
                .exportFiles(exportFiles)
                .readOnly()
                .build();
        Map<String, Integer> expected = Map.of("/Group/list-draft", 200, "/Group/list-open", 404);
        try (exportFiles;
                producer) {
            expected.forEach((path, status) -> assertThat(producer.handle(new FhirRequest(
                                    "GET",
                                    path,
                                    null,
                                    HttpHeaders.of("Authorization", "Bearer x"),
                                    InputStream.nullInputStream()))
                            .status())
                    .isEqualTo(status));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://fhir.payer.example/r4",
                "https://me@fhir.payer.example/r4",
                "https://fhir.payer.example/r4?a=b",
                "/r4",
                "ftp://fhir.payer.example/r4"
            })
    void baseIsAtASafeAddressWhoeverIssuesTheTokens(String base) {
        AtrProducer.Builder builder = foreign().baseUrl(URI.create(base));

        assertThatThrownBy(builder::build)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith("baseUrl must be an https address");
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://login.payer.example/token", "https://me@login.payer.example/token", "/token"})
    void clientsAreSentToASafeTokenEndpoint(String endpoint) {
        AtrProducer.Builder builder =
                foreign().baseUrl(URI.create(ProducerFixture.BASE)).tokenEndpoint(URI.create(endpoint));

        assertThatThrownBy(builder::build)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith("tokenEndpoint must be an https address");
    }

    private static AtrProducer.Builder foreign() {
        return AtrProducer.builder(new InMemoryBackend(SampleLists.standard())).accessTokens(token -> Optional.empty());
    }
}
