package dev.atr.examples;

import dev.atr.core.json.JsonValue;
import dev.atr.http.HttpHeaders;
import dev.atr.http.client.Egress;
import dev.atr.http.client.HttpCall;
import dev.atr.http.client.HttpReply;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A way to a Producer on which it looks as if it broke rules: what is asked of it, and what it answers, is changed as the
 * test says. For one thread.
 */
final class SeededDefects implements Egress {
    /** An answer, read to its end. */
    record Reply(int status, HttpHeaders headers, String body) {
        Reply status(int value) {
            return new Reply(value, headers, body);
        }

        Reply with(String name, String value) {
            return new Reply(status, headers.without(name).with(name, value), body);
        }

        Reply without(String name) {
            return new Reply(status, headers.without(name), body);
        }

        Reply replacing(String pattern, String by) {
            return new Reply(status, headers, body.replaceAll(pattern, by));
        }

        Reply body(String text) {
            return new Reply(status, headers, text);
        }

        boolean isFile() {
            return headers.first("Content-Type").orElse("").contains("ndjson");
        }
    }

    /** Changes an answer, or not. */
    @FunctionalInterface
    interface Answering {
        Reply change(HttpCall call, Reply reply);
    }

    private final Egress egress;
    private final List<UnaryOperator<HttpCall>> asking = new ArrayList<>();
    private final List<Answering> answering = new ArrayList<>();
    private final List<String> secrets = new ArrayList<>();
    private @Nullable String token;

    SeededDefects(Egress egress) {
        this.egress = egress;
    }

    /** Changes what is asked. */
    SeededDefects asking(UnaryOperator<HttpCall> change) {
        asking.add(change);
        return this;
    }

    /** Changes the addresses that are asked. */
    SeededDefects address(String part, String pattern, String by) {
        return asking(call -> call.uri().toString().contains(part)
                ? at(call, call.uri().toString().replaceAll(pattern, by))
                : call);
    }

    /** Changes answers to requests whose address has a part. */
    SeededDefects answer(String part, UnaryOperator<Reply> change) {
        return answer(call -> call.uri().toString().contains(part), change);
    }

    SeededDefects answer(Predicate<HttpCall> which, UnaryOperator<Reply> change) {
        answering.add((call, reply) -> which.test(call) ? change.apply(reply) : reply);
        return this;
    }

    /** Changes every answer that is a file. */
    SeededDefects file(UnaryOperator<Reply> change) {
        answering.add((call, reply) -> reply.isFile() ? change.apply(reply) : reply);
        return this;
    }

    /** Lets everybody in who has no token, or a wrong one. */
    SeededDefects openToAll() {
        return asking(call -> {
            boolean ours = call.headers()
                    .first("Authorization")
                    .filter(value -> token != null && value.equals("Bearer " + token))
                    .isPresent();
            return ours || token == null || isForToken(call)
                    ? call
                    : headers(call, call.headers().without("Authorization").with("Authorization", "Bearer " + token));
        });
    }

    /** Returns the tokens that were given, and the ids of patients, none of which may be shown anywhere. */
    List<String> secrets() {
        return secrets;
    }

    static HttpCall headers(HttpCall call, HttpHeaders headers) {
        return new HttpCall(call.method(), call.uri(), headers, call.body(), call.redirects(), call.limits());
    }

    static HttpCall body(HttpCall call, String body) {
        return new HttpCall(
                call.method(),
                call.uri(),
                call.headers(),
                body.getBytes(StandardCharsets.UTF_8),
                call.redirects(),
                call.limits());
    }

    private static HttpCall at(HttpCall call, String address) {
        return new HttpCall(
                call.method(), URI.create(address), call.headers(), call.body(), call.redirects(), call.limits());
    }

    private static boolean isForToken(HttpCall call) {
        return new String(call.body(), StandardCharsets.UTF_8).contains("grant_type");
    }

    @Override
    public HttpReply send(HttpCall call) throws InterruptedException {
        HttpCall changed = headers(call, call.headers().without("Accept-Encoding"));
        for (UnaryOperator<HttpCall> change : asking) {
            changed = change.apply(changed);
        }
        Reply reply;
        try (HttpReply real = egress.send(changed)) {
            reply = new Reply(real.status(), real.headers(), new String(real.bytes(), StandardCharsets.UTF_8));
        }
        remember(call, reply);
        for (Answering change : answering) {
            reply = change.change(call, reply);
        }
        byte[] bytes = reply.body().getBytes(StandardCharsets.UTF_8);
        return new HttpReply(
                reply.status(),
                reply.headers().without("Content-Length"),
                call.uri(),
                new ByteArrayInputStream(bytes),
                true);
    }

    private void remember(HttpCall call, Reply reply) {
        if (isForToken(call) && reply.status() == 200) {
            token = JsonValue.parse(reply.body().getBytes(StandardCharsets.UTF_8))
                    .text("access_token")
                    .orElseThrow();
            secrets.add(token);
        }
        if (reply.isFile() && reply.body().startsWith("{\"resourceType\":\"Patient\"")) {
            reply.body()
                    .lines()
                    .map(line -> JsonValue.parse(line.getBytes(StandardCharsets.UTF_8)))
                    .forEach(patient -> {
                        secrets.add(patient.text("id").orElseThrow());
                        patient.all("name.family")
                                .forEach(name -> secrets.add(name.text().orElseThrow()));
                        patient.all("identifier.value")
                                .forEach(value -> secrets.add(value.text().orElseThrow()));
                    });
        }
    }
}
