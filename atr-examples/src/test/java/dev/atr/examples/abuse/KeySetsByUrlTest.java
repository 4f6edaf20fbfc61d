package dev.atr.examples.abuse;

import static dev.atr.auth.ClientAssertion.quoted;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atr.auth.SigningKey;
import dev.atr.auth.TestKeys;
import dev.atr.auth.server.ClientKeys;
import dev.atr.core.json.JsonValue;
import dev.atr.egress.GuardedEgress;
import dev.atr.http.ScriptedPeer.Reply;
import dev.atr.http.client.RawServer;
import dev.atr.requirements.Requirement;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;

/** Section 4: key sets that are fetched from the address that a client registered. */
@Requirement({"SMART-010", "SMART-013", "SMART-022", "SMART-023", "SMART-024", "ATR-SEC-003"})
class KeySetsByUrlTest extends AbuseCases {
    private static final String ELSEWHERE = "/elsewhere.json";

    static List<Row> rows() {
        List<Row> rows = new ArrayList<>();
        for (String url : List.of(
                "http://client.example.org/jwks.json",
                "file:///etc/passwd",
                "https://user:secret@client.example.org/jwks.json",
                "https://10.0.0.1/jwks.json",
                "https://client.example.org:6379/jwks.json")) {
            rows.add(new Row("T60 " + url, payer -> unregistrable(payer, url), Expected.INVALID_CLIENT));
        }
        rows.add(new Row("T61 this machine", KeySetsByUrlTest::guarded, Expected.INVALID_CLIENT));
        for (int status : List.of(301, 302, 303, 307, 308)) {
            rows.add(new Row("T63 redirect " + status, payer -> redirected(payer, status), Expected.INVALID_CLIENT));
        }
        rows.addAll(tooMuch());
        rows.addAll(noKeySets());
        rows.addAll(lives());
        rows.addAll(rotation());
        rows.addAll(outages());
        rows.add(new Row("T70 an address that two clients share", KeySetsByUrlTest::shared, Expected.INVALID_CLIENT));
        return List.copyOf(rows);
    }

    private static Answer present(Payer payer, SigningKey key) throws IOException {
        return payer.present(payer.assertion(Payer.BY_URL, key).text());
    }

    private static Answer unregistrable(Payer payer, String url) throws IOException {
        assertThatThrownBy(() -> ClientKeys.ofUrl(URI.create(url), payer.egress, payer.clock))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("key set address: ");
        payer.remove(Payer.BY_URL);
        return present(payer, TestKeys.RSA);
    }

    /** The same client, whose keys come by way of a guard that was not told to allow this machine. */
    private static Answer guarded(Payer payer) throws IOException {
        GuardedEgress guard = payer.opened(GuardedEgress.builder().build());
        payer.register(Payer.BY_URL, ClientKeys.ofUrl(payer.peer.at(Payer.JWKS), guard, payer.clock), "system/*.read");
        Answer answer = present(payer, TestKeys.RSA);
        assertThat(payer.peer.asked()).isEmpty();
        assertThat(payer.lastRefusal().detail()).contains("not https");
        return answer;
    }

    private static Answer redirected(Payer payer, int status) throws IOException {
        payer.peer.on(ELSEWHERE, Reply.json(TestKeys.RSA.publicJwks()));
        payer.peer.on(
                Payer.JWKS,
                Reply.status(status).with("Location", payer.peer.at(ELSEWHERE).toString()));
        Answer answer = present(payer, TestKeys.RSA);
        assertThat(payer.peer.asked(ELSEWHERE)).isEmpty();
        return answer;
    }

    private static List<Row> tooMuch() {
        String good = TestKeys.RSA.publicJwks();
        return List.of(
                reply("T64 more than 256 kB", Reply.json(good + " ".repeat(300_000))),
                reply("T64 10 000 keys", Reply.json(manyKeys(10_000))),
                reply("T64 101 keys", Reply.json(manyKeys(101))),
                reply(
                        "T64 gzip bomb",
                        Reply.json("").with("Content-Encoding", "gzip").body(zipped(good + " ".repeat(100_000_000)))),
                reply("T64 cut short", Reply.json(good).cutShort()),
                new Row("T64 answers without end", KeySetsByUrlTest::endless, Expected.TOKEN));
    }

    private static Row reply(String name, Reply reply) {
        return new Row(
                name,
                payer -> {
                    payer.peer.on(Payer.JWKS, reply);
                    Expected.INVALID_CLIENT.check(present(payer, TestKeys.RSA));
                    payer.clock.turn(Duration.ofSeconds(29));
                    Answer answer = present(payer, TestKeys.RSA);
                    assertThat(payer.peer.asked(Payer.JWKS)).hasSize(1);
                    return answer;
                },
                Expected.INVALID_CLIENT);
    }

    private static String manyKeys(int count) {
        List<JsonValue> keys = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            // Short, so that it is their number that counts.
            keys.add(JsonValue.object().put("kid", "k" + i).build());
        }
        keys.set(0, TestKeys.publicJwk(TestKeys.RSA));
        return TestKeys.jwks(keys.toArray(JsonValue[]::new));
    }

    private static byte[] zipped(String text) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream out = new GZIPOutputStream(bytes)) {
            out.write(text.getBytes(US_ASCII));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /** Clients whose key hosts never come to an end, all at once: each is given up, and the others do not wait. */
    private static Answer endless(Payer payer) throws Exception {
        Map<String, RawServer.Answer> hosts = Map.of(
                "silent", (request, out) -> new CountDownLatch(1).await(),
                "slow-header", (request, out) -> trickle(out, "HTTP/1.1 200 OK\r\nX-A: ", "a"),
                "endless-headers", (request, out) -> trickle(out, "HTTP/1.1 200 OK\r\n", "X-A: a\r\n".repeat(100)),
                "slow-body", (request, out) -> trickle(out, json() + "Content-Length: 1000\r\n\r\n", " "),
                "endless-body", (request, out) -> trickle(out, json() + "\r\n", " ".repeat(10_000)));
        ExecutorService threads = Executors.newFixedThreadPool(hosts.size());
        payer.opened(threads::shutdownNow);
        List<Future<Answer>> answers = new ArrayList<>();
        for (Map.Entry<String, RawServer.Answer> host : hosts.entrySet()) {
            RawServer server = payer.opened(new RawServer(host.getValue()));
            payer.register(
                    host.getKey(),
                    ClientKeys.ofUrl(server.uri(Payer.JWKS), payer.egress, payer.clock),
                    "system/*.read");
            answers.add(threads.submit(() ->
                    payer.present(payer.assertion(host.getKey(), TestKeys.RSA).text())));
            server.request();
        }
        Expected.TOKEN.check(present(payer, TestKeys.RSA));
        for (Future<Answer> answer : answers) {
            Expected.INVALID_CLIENT.check(answer.get());
        }
        return payer.present(payer.assertion().text());
    }

    private static String json() {
        return "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Type: application/json\r\n";
    }

    private static void trickle(OutputStream out, String first, String more) throws IOException, InterruptedException {
        out.write(first.getBytes(US_ASCII));
        while (true) {
            out.write(more.getBytes(US_ASCII));
            out.flush();
            // Until the other side hangs up.
            new CountDownLatch(1).await(50, TimeUnit.MILLISECONDS);
        }
    }

    private static List<Row> noKeySets() {
        String good = TestKeys.RSA.publicJwks();
        Map<String, Reply> replies = Map.of(
                "not JSON", Reply.json("keys"),
                "HTML", Reply.status(200).with("Content-Type", "text/html").body("<html>"),
                "keys null", Reply.json("{\"keys\":null}"),
                "byte order mark", Reply.json("\ufeff" + good),
                "wrong content type",
                        Reply.status(200).with("Content-Type", "text/plain").body(good),
                "no content type", Reply.status(200).body(good),
                "doubled name", Reply.json(good.replaceFirst("\\{", "{\"keys\":[],")),
                "404", Reply.status(404),
                "500", Reply.status(500));
        List<Row> rows = new ArrayList<>();
        new TreeMap<>(replies).forEach((name, reply) -> {
            rows.add(reply("T65 " + name, reply));
            rows.add(new Row(
                    "T65 " + name + ": the old set serves until its own end",
                    payer -> {
                        Expected.TOKEN.check(present(payer, TestKeys.RSA));
                        payer.peer.on(Payer.JWKS, reply);
                        payer.clock.turn(Duration.ofSeconds(200));
                        Expected.INVALID_CLIENT.check(present(payer, TestKeys.EC));
                        payer.clock.turn(Duration.ofSeconds(99));
                        Expected.TOKEN.check(present(payer, TestKeys.RSA));
                        payer.clock.turn(Duration.ofSeconds(1));
                        return present(payer, TestKeys.RSA);
                    },
                    Expected.INVALID_CLIENT));
        });
        return rows;
    }

    private static List<Row> lives() {
        Map<String, Integer> seconds = Map.of(
                "public, max-age=600", 600,
                "max-age=2", 2,
                "max-age=315360000", 86_400,
                "max-age=99999999999999999999", 86_400,
                "max-age=soon", 300,
                "public", 300,
                "no-store", 30,
                "max-age=0", 30,
                "no-cache, max-age=600", 30);
        List<Row> rows = new ArrayList<>();
        new TreeMap<>(seconds)
                .forEach((cacheControl, life) -> rows.add(new Row(
                        "T66 " + cacheControl,
                        payer -> {
                            payer.peer.on(
                                    Payer.JWKS,
                                    Reply.json(TestKeys.RSA.publicJwks()).with("Cache-Control", cacheControl));
                            Expected.TOKEN.check(present(payer, TestKeys.RSA));
                            payer.clock.turn(Duration.ofSeconds(life - 1));
                            Expected.TOKEN.check(present(payer, TestKeys.RSA));
                            assertThat(payer.peer.asked(Payer.JWKS)).hasSize(1);
                            payer.clock.turn(Duration.ofSeconds(1));
                            Answer answer = present(payer, TestKeys.RSA);
                            assertThat(payer.peer.asked(Payer.JWKS)).hasSize(2);
                            return answer;
                        },
                        Expected.TOKEN)));
        return rows;
    }

    private static List<Row> rotation() {
        return List.of(
                new Row(
                        "T67 a key used a second after it was published",
                        payer -> {
                            Expected.TOKEN.check(present(payer, TestKeys.RSA));
                            payer.peer.on(
                                    Payer.JWKS, Reply.json(SigningKey.publicJwks(List.of(TestKeys.RSA, TestKeys.EC))));
                            payer.clock.turn(Duration.ofSeconds(1));
                            Expected.TOKEN.check(present(payer, TestKeys.EC));
                            return present(payer, TestKeys.RSA);
                        },
                        Expected.TOKEN),
                new Row(
                        "T67 a removed key within max-age",
                        payer -> {
                            String old = "max-age=60";
                            payer.peer.on(
                                    Payer.JWKS,
                                    Reply.json(TestKeys.RSA.publicJwks()).with("Cache-Control", old),
                                    Reply.json(TestKeys.EC.publicJwks()).with("Cache-Control", old));
                            Expected.TOKEN.check(present(payer, TestKeys.RSA));
                            payer.clock.turn(Duration.ofMinutes(1));
                            Expected.INVALID_CLIENT.check(present(payer, TestKeys.RSA));
                            Expected.TOKEN.check(present(payer, TestKeys.EC));
                            return present(payer, TestKeys.RSA);
                        },
                        Expected.INVALID_CLIENT),
                new Row(
                        "T37 a set that shows a private key, until it does not",
                        payer -> {
                            payer.peer.on(
                                    Payer.JWKS,
                                    Reply.json(TestKeys.jwks(
                                            TestKeys.publicJwk(TestKeys.RSA), TestKeys.object(TestKeys.EC.jwk()))),
                                    Reply.json(TestKeys.RSA.publicJwks()));
                            Expected.INVALID_CLIENT.check(present(payer, TestKeys.RSA));
                            assertThat(payer.lastRefusal().reason()).isEqualTo("private-key");
                            payer.clock.turn(Duration.ofMinutes(5));
                            return present(payer, TestKeys.RSA);
                        },
                        Expected.TOKEN));
    }

    private static List<Row> outages() {
        return List.of(
                new Row(
                        "T68 key host down: keys that are still good",
                        payer -> {
                            Expected.TOKEN.check(present(payer, TestKeys.RSA));
                            payer.peer.close();
                            payer.clock.turn(Duration.ofSeconds(299));
                            return present(payer, TestKeys.RSA);
                        },
                        Expected.TOKEN),
                new Row(
                        "T68 key host down: keys that are not",
                        payer -> {
                            Expected.TOKEN.check(present(payer, TestKeys.RSA));
                            payer.peer.close();
                            payer.clock.turn(Duration.ofMinutes(5));
                            return present(payer, TestKeys.RSA);
                        },
                        Expected.INVALID_CLIENT),
                new Row(
                        "T68 a hundred requests at once, one fetch",
                        payer -> {
                            ExecutorService threads = Executors.newFixedThreadPool(25);
                            payer.opened(threads::shutdownNow);
                            List<Future<Answer>> answers = new ArrayList<>();
                            for (int i = 0; i < 100; i++) {
                                answers.add(threads.submit(() -> present(payer, TestKeys.RSA)));
                            }
                            for (Future<Answer> answer : answers) {
                                Expected.TOKEN.check(answer.get());
                            }
                            assertThat(payer.peer.asked(Payer.JWKS)).hasSize(1);
                            return present(payer, TestKeys.RSA);
                        },
                        Expected.TOKEN),
                new Row(
                        "T68 a thousand requests while it is down, one fetch in 30 s",
                        payer -> {
                            payer.peer.on(Payer.JWKS, Reply.status(503));
                            String assertion =
                                    payer.assertion(Payer.BY_URL, TestKeys.RSA).text();
                            for (int i = 0; i < 1_000; i++) {
                                Expected.INVALID_CLIENT.check(payer.present(assertion));
                            }
                            assertThat(payer.peer.asked(Payer.JWKS)).hasSize(1);
                            payer.peer.on(Payer.JWKS, Reply.json(TestKeys.RSA.publicJwks()));
                            payer.clock.turn(Duration.ofSeconds(30));
                            return payer.present(assertion);
                        },
                        Expected.TOKEN));
    }

    /** Each gets what is its own; the name in the assertion decides, not the key. */
    private static Answer shared(Payer payer) throws IOException {
        ClientKeys same = payer.registration(Payer.BY_URL).keys();
        payer.register("twin", same, "system/Location.rs");
        Answer twins = payer.present(payer.assertion("twin", TestKeys.RSA).text());
        assertThat(twins.text("scope")).isEqualTo("system/Location.read");
        assertThat(present(payer, TestKeys.RSA).text("scope")).isEqualTo("system/*.read");
        return payer.present(payer.assertion("twin", TestKeys.RSA)
                .claim("sub", quoted(Payer.BY_URL))
                .text());
    }
}
