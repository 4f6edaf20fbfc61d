package dev.atr.examples.abuse;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atr.auth.Scopes;
import dev.atr.auth.TokenForm;
import dev.atr.auth.server.ClientRegistration;
import dev.atr.auth.server.ClientRegistry;
import dev.atr.auth.server.ReplayMemory;
import dev.atr.core.attribution.AttributionList;
import dev.atr.core.attribution.ListId;
import dev.atr.core.fhir.ResourceKey;
import dev.atr.core.json.JsonValue;
import dev.atr.core.json.JsonValue.JsonNull;
import dev.atr.examples.abuse.Forgiving.Jwt;
import dev.atr.http.FhirHandler;
import dev.atr.http.HttpHeaders;
import dev.atr.http.QueryParameters;
import dev.atr.http.client.Egress;
import dev.atr.http.client.HttpCall;
import dev.atr.http.client.HttpReply;
import dev.atr.producer.spi.Caller;
import dev.atr.producer.spi.ListPage;
import dev.atr.producer.spi.ListQuery;
import dev.atr.producer.spi.ListSnapshot;
import dev.atr.producer.spi.ProducerBackend;
import dev.atr.producer.spi.StoredResource;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The rows see what they are there to see: each broken Producer fails those about its defect, and no others. */
class BrokenVerifierTest {
    private static final long NOW = Instant.parse(Payer.START).getEpochSecond();
    private static final JsonValue NULL = new JsonNull();
    private static final HttpHeaders JSON = HttpHeaders.of("Content-Type", "application/json");

    @TempDir
    static Path folder;

    /**
     * A Producer with a defect.
     *
     * @param name what it gets wrong
     * @param defect makes it so, anew for each row
     * @param rows those that it is tried with
     * @param caught those that must fail
     */
    record Broken(String name, Supply defect, List<Row> rows, Predicate<Row> caught) {
        @Override
        public String toString() {
            return name;
        }
    }

    /** Makes a defect. */
    private interface Supply {
        Defect get();
    }

    static Stream<Broken> broken() {
        return Stream.of(
                        requestShape(),
                        signatures(),
                        claims(),
                        replays(),
                        keySets(),
                        scopes(),
                        bearers(),
                        entitlements())
                .flatMap(List::stream);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("broken")
    void isCaughtByTheRowsAboutIt(Broken broken) throws Exception {
        List<String> failed = new ArrayList<>();
        for (Row row : broken.rows()) {
            if (fails(row, broken.defect().get())) {
                failed.add(row.name());
            }
        }

        assertThat(failed)
                .isNotEmpty()
                .containsExactlyElementsOf(broken.rows().stream()
                        .filter(broken.caught())
                        .map(Row::name)
                        .toList());
    }

    private static boolean fails(Row row, Defect defect) throws Exception {
        try {
            Envelope.check(row, folder, defect);
            return false;
        } catch (AssertionError e) {
            return true;
        }
    }

    private static Broken behind(String name, UnaryOperator<FhirHandler> front, List<Row> rows, String... caught) {
        return behind(name, (payer, producer) -> front.apply(producer), rows, begins(caught));
    }

    private static Broken behind(
            String name, BiFunction<Payer, FhirHandler, FhirHandler> front, List<Row> rows, Predicate<Row> caught) {
        Defect defect = new Defect() {
            @Override
            public FhirHandler front(Payer payer, FhirHandler sound) {
                return front.apply(payer, sound);
            }
        };
        return new Broken(name, () -> defect, rows, caught);
    }

    private static Predicate<Row> begins(String... names) {
        return row -> Stream.of(names).anyMatch(row.name()::startsWith);
    }

    private static List<Row> rows(List<Row> all, String... ids) {
        return all.stream().filter(row -> Set.of(ids).contains(row.id())).toList();
    }

    private static List<Broken> requestShape() {
        List<Row> rows = rows(TokenRequestShapeTest.rows(), "T03", "T04", "T05", "T06", "T07", "T08", "T09");
        return List.of(
                behind(
                        "of two equal parameters the first counts",
                        producer -> Forgiving.form(producer, BrokenVerifierTest::firstOfEach),
                        rows,
                        "T06"),
                behind(
                        "the query is as good as the body",
                        producer -> Forgiving.query(Forgiving.form(producer, BrokenVerifierTest::firstOfEach)),
                        rows,
                        "T06",
                        "T07"),
                behind(
                        "client_id is not compared",
                        producer -> Forgiving.form(producer, form -> TokenForm.without(form, "client_id")),
                        rows,
                        "T08 client_id of another client"));
    }

    private static QueryParameters firstOfEach(QueryParameters form) {
        QueryParameters first = QueryParameters.none();
        for (QueryParameters.Parameter entry : form.entries()) {
            if (first.first(entry.name()).isEmpty()) {
                first = first.with(entry.name(), entry.value());
            }
        }
        return first;
    }

    private static Broken mended(String name, UnaryOperator<Jwt> mend, List<Row> rows, String... caught) {
        return behind(name, producer -> Forgiving.assertion(producer, (jwt, key) -> mend.apply(jwt)), rows, caught);
    }

    private static List<Broken> signatures() {
        List<Row> rows = rows(AssertionHeaderTest.rows(), "T20", "T21", "T22", "T23", "T24", "T31", "T32", "T34");
        return List.of(
                behind(
                        "the signature is not checked",
                        Forgiving::signature,
                        rows,
                        "T20 alg ES384",
                        "T23 ES384 with a P-256 key",
                        "T34 key",
                        "T34 all zeros",
                        "T34 r and s",
                        "T34 half",
                        "T34 longer",
                        "T34 in DER"),
                behind("a public key is a secret too", Forgiving::mac, rows, "T21"),
                behind(
                        "alg is not looked at",
                        producer -> Forgiving.assertion(
                                producer, (jwt, key) -> jwt.header(Forgiving.set("alg", key.alg()))),
                        rows,
                        "T22 alg",
                        "T23 RS384 naming an EC key"),
                mended(
                        "a missing kid is guessed",
                        jwt -> jwt.header(
                                header -> header.text("kid").orElse("").isEmpty()
                                        ? header.with("kid", JsonValue.of("ec-1"))
                                        : header),
                        rows,
                        "T24"),
                mended("crit is passed over", jwt -> jwt.header(header -> header.without("crit")), rows, "T31 crit"),
                mended(
                        "typ is not checked",
                        jwt -> jwt.header(Forgiving.set("typ", "JWT")),
                        rows,
                        "T32 typ missing",
                        "T32 typ at+jwt",
                        "T32 typ logout+jwt"));
    }

    private static List<Broken> claims() {
        List<Row> all = AssertionClaimsTest.rows();
        List<Row> rows = rows(all, "T40", "T41", "T42", "T44", "T45", "T47", "T48");
        return List.of(
                mended(
                        "aud is not checked",
                        jwt -> jwt.claims(Forgiving.set("aud", Payer.AUDIENCE)),
                        rows,
                        "T41 aud missing",
                        "T41 aud empty",
                        "T41 aud a number",
                        "T41 aud null",
                        "T41 aud of",
                        "T41 aud our",
                        "T41 aud with",
                        "T41 aud upper",
                        "T41 aud http",
                        "T41 aud default",
                        "T42"),
                mended(
                        "an exp of null is no exp",
                        jwt -> jwt.claims(
                                claims -> claims.find("exp").orElse(NULL).equals(NULL)
                                        ? claims.with("exp", JsonValue.of(NOW + 300))
                                        : claims),
                        rows,
                        "T44 exp missing",
                        "T44 exp null"),
                mended(
                        "exp has no upper bound",
                        jwt -> jwt.claims(claims ->
                                claims.find("exp").flatMap(JsonValue::number).orElse(0L) > NOW + 300
                                        ? claims.with("exp", JsonValue.of(NOW + 300))
                                        : claims),
                        rows,
                        "T44 exp 9223372036854775807",
                        "T45 exp beyond",
                        "T45 exp in ten years"),
                mended(
                        "an empty jti is as good as another",
                        jwt -> jwt.claims(
                                claims -> claims.text("jti").orElse("").isEmpty()
                                        ? claims.with("jti", JsonValue.of("any"))
                                        : claims),
                        rows,
                        "T48 jti missing",
                        "T48 jti null",
                        "T48 jti empty",
                        "T48 jti a number"));
    }

    private static Broken remembering(
            String name, Function<ReplayMemory, ReplayMemory> memory, List<Row> rows, String... caught) {
        return new Broken(
                name,
                () -> new Defect() {
                    @Override
                    public ReplayMemory replayMemory(ReplayMemory sound) {
                        return memory.apply(sound);
                    }
                },
                rows,
                begins(caught));
    }

    private static List<Broken> replays() {
        List<Row> rows = rows(AssertionClaimsTest.rows(), "T49", "T50", "T51", "T52", "T53");
        return List.of(
                new Broken("replays are looked for, then marked", CheckThenMark::new, rows, begins("T51")),
                remembering(
                        "replays are not looked for",
                        sound -> (issuer, jti, end) -> {
                            sound.insertIfAbsent(issuer, jti, end);
                            return true;
                        },
                        rows,
                        "T49",
                        "T50",
                        "T51",
                        "T52 after"),
                remembering("each node has a memory of its own", Forgetful::new, rows, "T50", "T51", "T52 after"),
                remembering(
                        "a jti is anybody's",
                        sound -> new ReplayMemory() {
                            @Override
                            public boolean insertIfAbsent(String issuer, String jti, Instant end) {
                                return sound.insertIfAbsent("anybody", jti, end);
                            }

                            @Override
                            public Instant since() {
                                return sound.since();
                            }
                        },
                        rows,
                        "T53 the jti of another client"));
    }

    /** What nodes share, found by two at once before either marks it. */
    private static final class CheckThenMark implements Defect {
        private final Set<String> used = ConcurrentHashMap.newKeySet();
        private final CyclicBarrier two = new CyclicBarrier(2);

        @Override
        public ReplayMemory replayMemory(ReplayMemory sound) {
            return new ReplayMemory() {
                @Override
                public boolean insertIfAbsent(String issuer, String jti, Instant end) {
                    // When the store is out of reach, this one notices too.
                    sound.insertIfAbsent(issuer, UUID.randomUUID().toString(), end);
                    String name = issuer + " " + jti;
                    if (used.contains(name)) {
                        return false;
                    }
                    awaitAnother();
                    used.add(name);
                    return true;
                }

                @Override
                public Instant since() {
                    return sound.since();
                }
            };
        }

        private void awaitAnother() {
            try {
                two.await(50, TimeUnit.MILLISECONDS);
            } catch (TimeoutException | BrokenBarrierException e) {
                two.reset();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** A memory that begins empty and does not say so. */
    private static final class Forgetful implements ReplayMemory {
        private final Set<String> used = ConcurrentHashMap.newKeySet();
        private final ReplayMemory sound;

        Forgetful(ReplayMemory sound) {
            this.sound = sound;
        }

        @Override
        public boolean insertIfAbsent(String issuer, String jti, Instant end) {
            sound.insertIfAbsent(issuer, UUID.randomUUID().toString(), end);
            return used.add(issuer + " " + jti);
        }
    }

    private static List<Broken> keySets() {
        List<Row> rows = rows(KeySetsByUrlTest.rows(), "T63", "T66", "T67", "T68", "T70");
        return List.of(
                new Broken(
                        "key sets are kept for ever",
                        KeptForEver::new,
                        rows,
                        begins("T66", "T67", "T68 key host down: keys that are not")),
                new Broken(
                        "redirects are followed",
                        () -> new Defect() {
                            @Override
                            public Egress egress(Egress sound) {
                                return call -> followed(sound, call);
                            }
                        },
                        rows,
                        begins("T63")));
    }

    private static HttpReply followed(Egress sound, HttpCall call) throws InterruptedException {
        HttpReply reply = sound.send(call);
        Optional<String> location = reply.headers().first("Location");
        if (location.isEmpty()) {
            return reply;
        }
        reply.close();
        return sound.send(new HttpCall(
                call.method(),
                call.uri().resolve(location.get()),
                call.headers(),
                call.body(),
                call.redirects(),
                call.limits()));
    }

    private static final class KeptForEver implements Defect {
        private final Map<URI, byte[]> kept = new ConcurrentHashMap<>();

        @Override
        public Egress egress(Egress sound) {
            return call -> {
                byte[] old = kept.get(call.uri());
                HttpReply reply = old == null
                        ? sound.send(call)
                        : new HttpReply(200, JSON, call.uri(), new ByteArrayInputStream(old));
                if (old != null || reply.status() != 200) {
                    return reply;
                }
                byte[] bytes = reply.bytes();
                kept.put(call.uri(), bytes);
                return new HttpReply(200, JSON, call.uri(), new ByteArrayInputStream(bytes));
            };
        }
    }

    private static List<Broken> scopes() {
        List<Row> rows = rows(ScopesAndIssueTest.rows(), "T80", "T81", "T83", "T84", "T85", "T86", "T87");
        return List.of(
                new Broken(
                        "what is registered is not looked at",
                        () -> new Defect() {
                            @Override
                            public ClientRegistry clients(ClientRegistry sound) {
                                return clientId -> sound.find(clientId).map(BrokenVerifierTest::widened);
                            }
                        },
                        rows,
                        begins("T83", "T84", "T85")),
                behind(
                        "restrictions are dropped",
                        producer -> Forgiving.form(
                                producer,
                                form -> TokenForm.replace(
                                        form,
                                        "scope",
                                        form.first("scope").orElse("").replaceAll("\\?[^ ]*", ""))),
                        rows,
                        "T86"));
    }

    private static ClientRegistration widened(ClientRegistration client) {
        return new ClientRegistration(
                client.clientId(),
                client.keys(),
                Scopes.parse("system/*.cruds"),
                client.permittedLists(),
                client.enabled());
    }

    private static List<Broken> bearers() {
        List<Row> rows = rows(BearerUseTest.rows(), "B01", "B03", "B04", "B05", "B07");
        return List.of(
                behind(
                        "the end is not checked",
                        producer -> Forgiving.bearer(
                                producer, jwt -> jwt.claims(claims -> claims.with("exp", JsonValue.of(NOW + 10_000)))),
                        rows,
                        "B03 at its end",
                        "B03 expired",
                        "B04 without end"),
                behind(
                        "the kind of token is not checked",
                        producer -> Forgiving.bearer(producer, jwt -> jwt.header(Forgiving.set("typ", "at+jwt"))),
                        rows,
                        "B04 typ JWT",
                        "B04 no typ"),
                behind(
                        "the audience is not checked",
                        producer -> Forgiving.bearer(
                                producer, jwt -> jwt.claims(Forgiving.set("aud", Payer.BASE.toString()))),
                        rows,
                        "B04 for"),
                behind(
                        "scopes are not checked",
                        (payer, producer) ->
                                Forgiving.bearer(producer, jwt -> jwt.claims(Forgiving.set("scope", "system/*.read"))),
                        rows,
                        row -> (row.id().equals("B05") && row.expected().equals(BearerUseTest.FORBIDDEN))
                                || row.name().startsWith("B05 a plain export")));
    }

    private static List<Broken> entitlements() {
        List<Row> rows = rows(BearerUseTest.rows(), "B06");
        return List.of(
                new Broken(
                        "every list is everybody's",
                        () -> new Defect() {
                            @Override
                            public ProducerBackend backend(ProducerBackend sound) {
                                return new OpenToAll(sound);
                            }
                        },
                        rows,
                        begins("B06 Group", "B06 a ", "B06 another")),
                behind(
                        "jobs are everybody's",
                        BrokenVerifierTest::anybodysJobs,
                        rows,
                        begins("B06 status", "B06 file", "B06 delete")));
    }

    /** Whoever asks for a job has the token of the client that owns it. */
    private static FhirHandler anybodysJobs(Payer payer, FhirHandler producer) {
        return request -> {
            if (!request.path().startsWith("/$export-")) {
                return producer.handle(request);
            }
            try {
                return producer.handle(Forgiving.withToken(request, payer.token()));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        };
    }

    /** A payer's system that does not ask who calls. */
    private record OpenToAll(ProducerBackend sound) implements ProducerBackend {
        private static final List<Caller> EVERYBODY = List.of(
                new Caller(Payer.CLIENT, "system/*.read", null), new Caller(Payer.OTHER, "system/*.read", null));

        @Override
        public Optional<AttributionList> find(Caller caller, ListId list) {
            return EVERYBODY.stream()
                    .flatMap(each -> sound.find(each, list).stream())
                    .findFirst();
        }

        @Override
        public ListPage search(Caller caller, ListQuery query) {
            return EVERYBODY.stream()
                    .map(each -> sound.search(each, query))
                    .filter(page -> page.total() > 0)
                    .findFirst()
                    .orElseGet(() -> sound.search(caller, query));
        }

        @Override
        public Optional<ListSnapshot> snapshot(Caller caller, ListId list) {
            return EVERYBODY.stream()
                    .flatMap(each -> sound.snapshot(each, list).stream())
                    .findFirst();
        }

        @Override
        public Optional<StoredResource> read(Caller caller, ResourceKey key) {
            return EVERYBODY.stream()
                    .flatMap(each -> sound.read(each, key).stream())
                    .findFirst();
        }
    }
}
