package dev.atr.consumer.check;

import dev.atr.auth.Scopes;
import dev.atr.auth.client.AccessTokenSource;
import dev.atr.core.error.AtrException;
import dev.atr.core.json.JsonValue;
import dev.atr.http.HttpHeaders;
import dev.atr.http.client.HttpCall;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** The token endpoint: what it gives us, and whether it looks at what it is sent. */
final class TokenEndpoint implements Probe {
    private static final long LONGEST_LIFE = 300;
    private static final HttpHeaders FORM =
            HttpHeaders.of("Content-Type", "application/x-www-form-urlencoded", "Accept", "application/json");

    @Override
    public String name() {
        return "token endpoint";
    }

    @Override
    public void look(Visit visit) throws InterruptedException {
        AccessTokenSource credentials = visit.producer.credentials();
        String token = credentials.token();
        WatchedEgress.Exchange exchange = visit.egress.last();
        if (exchange == null) {
            visit.notes.notLookedAt(
                    "tokens come from somewhere else", "SMART-026", "SMART-028", "SMART-029", "SMART-031", "SMART-033");
            return;
        }
        answer(visit.notes, exchange.answer());
        refusal(visit, exchange.call());
        if (!WatchedEgress.isSigned(exchange.call())) {
            visit.notes.notLookedAt("we have a secret, not a key", "SMART-019", "SMART-020");
            return;
        }
        Answer again = visit.sendBare(exchange.call());
        visit.notes.expect(
                "SMART-020", again.isRefusal(), "an assertion was taken a second time: status " + again.status());
        spoiled(visit, credentials, token);
    }

    private static void answer(Notes notes, Answer answer) {
        JsonValue json = answer.json();
        for (String name : new String[] {"access_token", "token_type", "expires_in", "scope"}) {
            notes.expect("SMART-026", json.find(name).isPresent(), "the answer has no " + name);
        }
        notes.expect(
                "SMART-026", json.text("token_type").orElse("").equalsIgnoreCase("bearer"), "token_type is not bearer");
        String cacheControl = answer.headers().first("Cache-Control").orElse("").toLowerCase(Locale.ROOT);
        notes.expect("SMART-026", cacheControl.contains("no-store"), "the answer may be cached: no no-store");
        long life = json.find("expires_in").flatMap(JsonValue::number).orElse(0L);
        if (life > LONGEST_LIFE) {
            notes.doubtful("SMART-028", "expires_in is " + life + " seconds, more than 300");
        } else if (life > 0) {
            notes.conforms("SMART-028");
        }
        notes.expect("SMART-029", json.find("refresh_token").isEmpty(), "the answer has a refresh_token");
        boolean scoped = json.text("scope")
                .map(Scopes::parse)
                .filter(scopes -> !scopes.isEmpty())
                .isPresent();
        notes.expect("SMART-031", scoped, "the answer does not say which scopes are granted");
    }

    /** Asks without saying who we are, which changes nothing for anybody. */
    private static void refusal(Visit visit, HttpCall call) throws InterruptedException {
        byte[] form = "grant_type=client_credentials&scope=system%2FGroup.rs".getBytes(StandardCharsets.US_ASCII);
        Answer answer = visit.sendBare(HttpCall.post(call.uri(), FORM, form));
        visit.notes.expect(
                "SMART-033",
                answer.isRefusal() && answer.json().text("error").isPresent(),
                "a request without credentials: status " + answer.status() + ", expected 4xx with a JSON error");
    }

    private static void spoiled(Visit visit, AccessTokenSource credentials, String token) throws InterruptedException {
        credentials.refused(token);
        visit.egress.spoil(true);
        try {
            String given = credentials.token();
            credentials.refused(given);
            visit.notes.broken("SMART-019", "a token was given for an assertion whose signature is wrong");
        } catch (AtrException e) {
            WatchedEgress.Exchange last = visit.egress.last();
            boolean refused = last != null && last.answer().isRefusal();
            visit.notes.expect("SMART-019", refused, "an assertion whose signature is wrong is not answered by 4xx");
        } finally {
            visit.egress.spoil(false);
        }
    }
}
