package dev.atr.producer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atr.auth.audit.AuditEvent;
import dev.atr.auth.audit.AuditEvent.Kind;
import dev.atr.auth.server.AccessTokens;
import dev.atr.core.error.TransportException;
import dev.atr.producer.ProducerFixture.Answer;
import dev.atr.producer.tck.SampleLists;
import dev.atr.requirements.Requirement;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each refusal of access is one event, and nothing else is. */
@Requirement("ATR-SEC-009")
class AuditTest {
    private static final String LIST = "/Group/" + SampleLists.OPEN.value();

    private final List<AuditEvent> events = new ArrayList<>();

    @TempDir
    private Path files;

    private ProducerFixture fixture;

    @BeforeEach
    void open() {
        fixture = ProducerFixture.of(files, builder -> builder.auditTrail(events::add));
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    static Stream<Arguments> badHeaders() {
        return Stream.of(
                Arguments.of("no-token", new String[0]),
                Arguments.of("header", new String[] {"Authorization", "Basic YTpi"}),
                Arguments.of("header", new String[] {"Authorization", "Bearer "}),
                Arguments.of("token", new String[] {"Authorization", "Bearer unknown"}));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("badHeaders")
    void refusedTokensAreEventsWithoutTheToken(String reason, String[] headers) {
        fixture.send("GET", LIST + "?_summary=true", "", headers);

        assertThat(events).containsExactly(event(Kind.BEARER, null, reason, "/Group/{id}"));
        assertThat(events.get(0).toString()).doesNotContain("unknown", "_summary", "YTpi");
    }

    @Test
    void refusedTokensAtUnknownAddressesAreEventsWithoutARoute() {
        fixture.send("GET", "/Observation/1", "");

        assertThat(events).containsExactly(event(Kind.BEARER, null, "no-token", null));
    }

    @Test
    void tokensInTheQueryAreEventsOfTheirClient() {
        fixture.get(LIST + "?access_token=secret");

        assertThat(events).containsExactly(event(Kind.BEARER, SampleLists.CONSUMER, "placement", "/Group/{id}"));
    }

    @Test
    void smallScopesAreEvents() {
        fixture.send("GET", LIST, "", fixture.as(SampleLists.CONSUMER, "system/Patient.rs"));

        assertThat(events).containsExactly(event(Kind.SCOPE, SampleLists.CONSUMER, "scope", "/Group/{id}"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("hidden")
    @Requirement("ATR-SEC-010")
    void whatIsNotTheClientsIsAnEvent(String path, String reason, String route) {
        Answer answer = fixture.get(path);

        assertThat(answer.status()).isEqualTo(404);
        assertThat(events).containsExactly(event(Kind.LIST, SampleLists.CONSUMER, reason, route));
    }

    static Stream<Arguments> hidden() {
        return Stream.of(
                Arguments.of("/Group/" + SampleLists.FOREIGN.value(), "list", "/Group/{id}"),
                Arguments.of(
                        "/Group/unknown/$davinci-data-export?exportType=hl7.fhir.us.davinci-atr",
                        "list",
                        "/Group/{id}/$davinci-data-export"),
                Arguments.of("/Patient/nobodys", "resource", "/Patient/{id}"),
                Arguments.of("/$export-status/unknown", "job", "/$export-status/{job}"),
                Arguments.of("/$export-file/unknown/a.ndjson", "job", "/$export-file/{job}/{name}"));
    }

    @Test
    void whatIsAnsweredOrMistakenIsNoEvent() {
        fixture.get(LIST);
        fixture.get("/Group?unknown=1");
        fixture.get("/Observation/1");
        fixture.send("PUT", LIST, "", fixture.as(SampleLists.CONSUMER));
        fixture.send("GET", "/metadata", "");

        assertThat(events).isEmpty();
    }

    @Test
    void aTrailThatFailsChangesNoAnswer() {
        ProducerFixture failing = ProducerFixture.of(
                files.resolve("other"),
                builder -> builder.auditTrail(event -> {
                    throw new IllegalStateException("the trail is full");
                }));
        try (failing) {
            assertThat(failing.send("GET", LIST, "").status()).isEqualTo(401);
        }
    }

    @Test
    void tokensThatCannotBeCheckedAreEvents() {
        AccessTokens away = token -> {
            throw new TransportException("no connection", null);
        };
        ProducerFixture failing = ProducerFixture.of(
                files.resolve("other"), builder -> builder.accessTokens(away).auditTrail(events::add));
        try (failing) {
            failing.get(LIST);
        }

        assertThat(events).containsExactly(event(Kind.BEARER, null, "unavailable", "/Group/{id}"));
    }

    private AuditEvent event(Kind kind, @Nullable String client, String reason, @Nullable String route) {
        return AuditEvent.refused(fixture.clock.instant(), kind, client, reason, route);
    }
}
