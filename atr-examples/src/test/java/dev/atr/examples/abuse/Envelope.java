package dev.atr.examples.abuse;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atr.auth.SigningKey;
import dev.atr.auth.TestKeys;
import dev.atr.auth.audit.AuditEvent;
import dev.atr.auth.audit.AuditEvent.Kind;
import dev.atr.core.json.JsonValue.JsonObject;
import dev.atr.examples.abuse.Payer.Exchange;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Runs a row against a Producer of its own and checks what must hold around every one: no failure of the server's side,
 * errors in the registered form, nothing of the server's inside in an answer, no secret in the log, a good client still
 * served afterwards.
 */
final class Envelope {
    /** RFC 6749, section 5.2. */
    private static final Set<String> ERRORS = Set.of(
            "invalid_request",
            "invalid_client",
            "invalid_grant",
            "unauthorized_client",
            "unsupported_grant_type",
            "invalid_scope");

    private static final Pattern INSIDE =
            Pattern.compile("dev\\.atr|com\\.nimbusds|java[x]?\\.|org\\.h2|org\\.postgresql|Exception|\\tat |\\.java:");

    /** Tokens, assertions, signatures, key members: all are long runs of base64url. */
    private static final Pattern SECRET = Pattern.compile("[A-Za-z0-9_-]{40,}");

    private Envelope() {}

    /** Runs a row; throws an {@link AssertionError} when something is not as it must be. */
    static void check(Row row, Path folder, Defect defect) throws Exception {
        try (CapturedLog log = new CapturedLog();
                Payer payer = new Payer(folder, defect)) {
            Answer answer = row.attempt().send(payer);

            row.expected().check(answer);
            List<Exchange> exchanges = payer.exchanges();
            exchanges.forEach(Envelope::checkAnswer);
            checkAudit(payer.refusals(), exchanges);
            if (answer.status() >= 400) {
                checkReason(row, answer, payer.refusals());
            }
            assertThat(payer.isHealthy()).as("a good client gets its token").isTrue();
            checkLog(log.text(), exchanges);
        }
    }

    private static void checkAnswer(Exchange exchange) {
        Answer answer = exchange.answer();
        if (answer.equals(Answer.NONE)) {
            return;
        }
        if (!mayBeUnavailable(answer)) {
            assertThat(answer.status()).as("%s: %s", exchange.request(), answer).isLessThan(500);
        }
        // What can't even be parsed the JDK's web server answers by itself, naming its own exception.
        if (answer.status() >= 400 && !answer.body().startsWith("<h1>400 Bad Request</h1>")) {
            assertThat(answer.body()).doesNotContainPattern(INSIDE).doesNotContain(Payer.CANARY);
        }
        // TRACE never reaches a handler.
        if (exchange.request().isForTokens() && !exchange.request().method().equals("TRACE")) {
            checkTokenAnswer(exchange);
        }
    }

    /** Where something that the Producer needs is down, it says so, and gives nothing out. */
    private static boolean mayBeUnavailable(Answer answer) {
        return answer.status() == 503
                && answer.headers().first("Retry-After").isPresent()
                && answer.body().isEmpty();
    }

    /** Abuse case T13. */
    private static void checkTokenAnswer(Exchange exchange) {
        Answer answer = exchange.answer();
        String what = exchange.request() + ": " + answer;
        assertThat(answer.header("Cache-Control")).as(what).isEqualTo("no-store");
        if (answer.status() == 503) {
            return;
        }
        assertThat(answer.header("Pragma")).as(what).isEqualTo("no-cache");
        if (exchange.request().method().equals("HEAD")) {
            return;
        }
        assertThat(answer.header("Content-Type")).as(what).isEqualTo("application/json");
        JsonObject body = answer.json();
        if (answer.status() == 200) {
            assertThat(body.properties()).containsOnlyKeys("access_token", "token_type", "expires_in", "scope");
        } else {
            assertThat(body.properties()).containsOnlyKeys("error", "error_description");
            assertThat(body.text("error").orElse("")).as(what).isIn(ERRORS);
        }
    }

    /** One event for each refusal, no more and no less. */
    private static void checkAudit(List<AuditEvent> events, List<Exchange> exchanges) {
        Map<Kind, Long> expected = new EnumMap<>(Kind.class);
        Map<Kind, Long> recorded = new EnumMap<>(Kind.class);
        exchanges.stream()
                .flatMap(exchange -> refused(exchange).stream())
                .forEach(kind -> expected.merge(kind, 1L, Long::sum));
        events.stream()
                .map(AuditEvent::kind)
                // What is not the client's looks to it like what is not there at all.
                .filter(kind -> kind != Kind.LIST)
                .forEach(kind -> recorded.merge(kind, 1L, Long::sum));
        assertThat(recorded).as("refusals in the audit trail").isEqualTo(expected);
    }

    private static Optional<Kind> refused(Exchange exchange) {
        Answer answer = exchange.answer();
        if (exchange.request().isForTokens() && !exchange.request().method().equals("TRACE")) {
            return answer.status() == 200 ? Optional.empty() : Optional.of(Kind.TOKEN);
        }
        return switch (answer.status()) {
            case 401 -> Optional.of(Kind.BEARER);
            case 403 -> Optional.of(Kind.SCOPE);
            default -> Optional.empty();
        };
    }

    private static void checkReason(Row row, Answer answer, List<AuditEvent> events) {
        // What the web server refuses by itself is no decision about access.
        if (!events.isEmpty()) {
            String reason = events.get(events.size() - 1).reason();
            assertThat(Reasons.fit(row.id(), reason))
                    .as("%s, refused for %s: %s", row, reason, answer)
                    .isTrue();
        }
    }

    private static void checkLog(String log, List<Exchange> exchanges) throws IOException {
        assertThat(log).isNotEmpty().doesNotContain(Payer.CANARY);
        Set<String> secrets = new TreeSet<>();
        for (Exchange exchange : exchanges) {
            Request request = exchange.request();
            addSecrets(secrets, request.target() + " " + request.headers() + " " + request.body());
            addSecrets(secrets, exchange.answer().body());
        }
        for (SigningKey key : List.of(Payer.KEYS.current(), TestKeys.RSA, TestKeys.EC)) {
            addSecrets(secrets, TestKeys.object(key.jwk()).text("d").orElseThrow());
        }
        for (Exchange exchange : exchanges) {
            // The id of a job may be logged: it opens nothing without a token.
            String job = exchange.answer().header("Content-Location");
            secrets.remove(job.substring(job.lastIndexOf('/') + 1));
        }
        assertThat(SECRET.matcher(log)
                        .results()
                        .map(run -> run.group())
                        .filter(secrets::contains)
                        .collect(Collectors.toSet()))
                .as("secrets in the log")
                .isEmpty();
    }

    private static void addSecrets(Set<String> secrets, String text) {
        // The id of a job may be logged: it opens nothing without a token.
        SECRET.matcher(text.replaceAll("\\$export-(status|file)/[A-Za-z0-9_-]+", ""))
                .results()
                .forEach(run -> secrets.add(run.group()));
    }
}
