package dev.atr.examples.abuse;

import static dev.atr.auth.ClientAssertion.quoted;
import static org.assertj.core.api.Assertions.assertThat;

import dev.atr.auth.ClientAssertion;
import dev.atr.auth.SpoiltAssertion;
import dev.atr.auth.SpoiltKey;
import dev.atr.auth.TestKeys;
import dev.atr.auth.server.ClientKeys;
import dev.atr.core.json.JsonValue;
import dev.atr.core.json.JsonValue.JsonObject;
import dev.atr.http.ScriptedPeer.Reply;
import dev.atr.requirements.Requirement;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** Section 2: header and signature of an assertion. */
@Requirement({"SMART-010", "SMART-013", "SMART-015", "SMART-022", "SMART-033"})
class AssertionHeaderTest extends AbuseCases {
    private static final String OTHER_JWKS = "/other.json";

    static List<Row> rows() {
        List<Row> rows = new ArrayList<>();
        SpoiltAssertion.accepted().stream()
                .filter(good -> good.name().compareTo("T40") < 0)
                .forEach(good -> rows.add(Row.of(good, Expected.TOKEN)));
        SpoiltAssertion.badHeaders().forEach(bad -> rows.add(Row.of(bad, Expected.INVALID_CLIENT)));
        SpoiltAssertion.badSignatures().forEach(bad -> rows.add(Row.of(bad, Expected.INVALID_CLIENT)));
        rows.addAll(unknownKeys());
        rows.addAll(namedKeySets());
        rows.addAll(foreignKeys());
        rows.add(new Row("T35 the same content in other spellings", AssertionHeaderTest::respelt, Expected.TOKEN));
        rows.add(tooLong("T26 kid of 100 kB", a -> a.header("kid", quoted("k".repeat(100_000)))));
        rows.add(tooLong("T36 assertion of 1 MB", a -> a.claim("x", quoted("x".repeat(1_000_000)))));
        rows.add(tooLong("T36 jti of 100 kB", a -> a.claim("jti", quoted("j".repeat(100_000)))));
        SpoiltKey.all().forEach(key -> rows.addAll(registered(key)));
        rows.add(privateKey("T37 private RSA key beside a good one", TestKeys.object(TestKeys.RSA.jwk())));
        rows.add(privateKey(
                "T37 half a private key beside a good one",
                TestKeys.publicJwk(TestKeys.RSA).with("p", JsonValue.of("AQ"))));
        return List.copyOf(rows);
    }

    private static Row tooLong(String name, UnaryOperator<ClientAssertion> change) {
        return new Row(
                name,
                payer -> payer.present(change.apply(payer.assertion()).text()),
                Expected.refused(413, "invalid_request"));
    }

    private static List<Row> unknownKeys() {
        return List.of(
                new Row(
                        "T25 an unknown kid fetches the key set once more",
                        payer -> {
                            payer.token(Payer.BY_URL, TestKeys.RSA);
                            Answer answer = payer.present(unknownKid(payer, "new"));
                            assertThat(payer.peer.asked(Payer.JWKS)).hasSize(2);
                            return answer;
                        },
                        Expected.INVALID_CLIENT),
                new Row(
                        "T25 1 000 unknown kids in a minute",
                        payer -> {
                            payer.token(Payer.BY_URL, TestKeys.RSA);
                            for (int i = 0; i < 1_000; i++) {
                                Expected.INVALID_CLIENT.check(payer.present(unknownKid(payer, "new-" + i)));
                                payer.clock.turn(Duration.ofMillis(59));
                            }
                            assertThat(payer.peer.asked(Payer.JWKS)).hasSizeBetween(2, 3);
                            return payer.present(
                                    payer.assertion(Payer.BY_URL, TestKeys.RSA).text());
                        },
                        Expected.TOKEN));
    }

    /** Cheap to make: nobody gets as far as its signature. */
    private static String unknownKid(Payer payer, String kid) {
        return payer.assertion(Payer.BY_URL, TestKeys.RSA)
                        .header("kid", quoted(kid))
                        .signedPart() + "." + ClientAssertion.encode(new byte[256]);
    }

    private static List<Row> namedKeySets() {
        List<Row> rows = new ArrayList<>();
        rows.add(new Row(
                "T27 two keys with the same kid and type",
                payer -> {
                    payer.register(
                            Payer.CLIENT,
                            keys(
                                    TestKeys.publicJwk(TestKeys.EC),
                                    TestKeys.publicJwk(TestKeys.OTHER_EC),
                                    TestKeys.publicJwk(TestKeys.RSA)),
                            "system/*.read");
                    Expected.INVALID_CLIENT.check(payer.present(
                            payer.assertion().signedBy(TestKeys.OTHER_EC).text()));
                    return payer.present(payer.assertion().text());
                },
                Expected.INVALID_CLIENT));
        rows.add(new Row(
                "T28 jku equal to the registered address",
                payer -> payer.present(withJku(payer, payer.peer.at(Payer.JWKS).toString())),
                Expected.TOKEN));
        rows.add(jku("of another host", url -> "http://localhost:1/jwks.json"));
        rows.add(jku("of another path", url -> url.replace(Payer.JWKS, OTHER_JWKS)));
        rows.add(jku("with a query", url -> url + "?x=1"));
        rows.add(jku("with a slash more", url -> url + "/"));
        rows.add(jku("with user info", url -> url.replace("127", "u@127")));
        rows.add(jku("with upper-case scheme and host", url -> url.replace("http://127.0.0.1", "HTTP://LOCALHOST")));
        rows.add(jku("with a trailing dot", url -> url.replace("0.0.1", "0.0.1.")));
        rows.add(jku("with https", url -> url.replace("http:", "https:")));
        rows.add(jku("empty", url -> ""));
        return rows;
    }

    /** The stranger's key set is where the jku says, and the assertion is signed with the stranger's key. */
    private static Row jku(String name, UnaryOperator<String> change) {
        return new Row(
                "T28 jku " + name,
                payer -> {
                    payer.peer.on(OTHER_JWKS, Reply.json(TestKeys.OTHER_RSA.publicJwks()));
                    String jku = change.apply(payer.peer.at(Payer.JWKS).toString());
                    Expected.INVALID_CLIENT.check(payer.present(withJku(payer, jku)));
                    Answer answer = payer.present(payer.assertion(Payer.BY_URL, TestKeys.OTHER_RSA)
                            .header("jku", quoted(jku))
                            .text());
                    assertThat(payer.peer.asked(OTHER_JWKS)).isEmpty();
                    return answer;
                },
                Expected.INVALID_CLIENT);
    }

    private static String withJku(Payer payer, String jku) {
        return payer.assertion(Payer.BY_URL, TestKeys.RSA)
                .header("jku", quoted(jku))
                .text();
    }

    private static List<Row> foreignKeys() {
        return List.of(
                new Row(
                        "T30 x5u is never fetched",
                        payer -> {
                            payer.peer.on("/x5u", Reply.json(TestKeys.OTHER_EC.publicJwks()));
                            String x5u = quoted(payer.peer.at("/x5u").toString());
                            Expected.TOKEN.check(payer.present(
                                    payer.assertion().header("x5u", x5u).text()));
                            Answer answer = payer.present(payer.assertion()
                                    .signedBy(TestKeys.OTHER_EC)
                                    .header("x5u", x5u)
                                    .text());
                            assertThat(payer.peer.asked("/x5u")).isEmpty();
                            return answer;
                        },
                        Expected.INVALID_CLIENT),
                new Row(
                        "T30 signed by the certificate in the header",
                        payer -> payer.present(payer.assertion()
                                .signedBy(TestKeys.OTHER_EC)
                                .header("x5c", "[\"MIIBszCCARygAwIBAgIBADANBg==\"]")
                                .text()),
                        Expected.INVALID_CLIENT),
                new Row(
                        "T34 key of another client, by its own name",
                        payer -> payer.present(payer.assertion(Payer.CLIENT, TestKeys.OTHER_RSA)
                                .text()),
                        Expected.INVALID_CLIENT),
                new Row(
                        "T34 a retired key",
                        payer -> {
                            Expected.TOKEN.check(payer.present(
                                    payer.assertion(Payer.CLIENT, TestKeys.RSA).text()));
                            payer.register(Payer.CLIENT, ClientKeys.ofJwks(TestKeys.EC.publicJwks()), "system/*.read");
                            Expected.TOKEN.check(payer.present(payer.assertion().text()));
                            return payer.present(
                                    payer.assertion(Payer.CLIENT, TestKeys.RSA).text());
                        },
                        Expected.INVALID_CLIENT));
    }

    /** Whichever spelling comes first, there is one token for all of them. */
    private static Answer respelt(Payer payer) throws IOException {
        String first = payer.assertion().text();
        Answer token = payer.present(first);
        for (String again : SpoiltAssertion.respelt(first)) {
            assertThat(payer.present(again).text("error")).isEqualTo("invalid_client");
        }
        String second = payer.assertion().text();
        int tokens = 0;
        for (String spelling : Stream.concat(SpoiltAssertion.respelt(second).stream(), Stream.of(second))
                .toList()) {
            tokens += payer.present(spelling).status() == 200 ? 1 : 0;
        }
        assertThat(tokens).isEqualTo(1);
        return token;
    }

    private static List<Row> registered(SpoiltKey key) {
        return List.of(
                new Row(
                        key.name(),
                        payer -> {
                            registerBeside(payer, key.jwk());
                            return payer.present(key.sign(payer.assertion()));
                        },
                        Expected.INVALID_CLIENT),
                new Row(
                        key.name() + ": the good key beside it works",
                        payer -> {
                            registerBeside(payer, key.jwk());
                            return payer.present(payer.assertion().text());
                        },
                        Expected.TOKEN));
    }

    /** Whoever shows one key may have shown others: no key of the set is believed until it is gone. */
    private static Row privateKey(String name, JsonObject shown) {
        return new Row(
                name,
                payer -> {
                    registerBeside(payer, shown);
                    Answer answer = payer.present(payer.assertion().text());
                    assertThat(payer.lastRefusal().reason()).isEqualTo("private-key");
                    payer.register(Payer.CLIENT, keys(TestKeys.publicJwk(TestKeys.EC)), "system/*.read");
                    Expected.TOKEN.check(payer.present(payer.assertion().text()));
                    return answer;
                },
                Expected.INVALID_CLIENT);
    }

    private static void registerBeside(Payer payer, JsonObject bad) {
        payer.register(Payer.CLIENT, keys(bad, TestKeys.publicJwk(TestKeys.EC)), "system/*.read");
    }

    private static ClientKeys keys(JsonObject... keys) {
        return ClientKeys.ofJwks(TestKeys.jwks(keys));
    }
}
