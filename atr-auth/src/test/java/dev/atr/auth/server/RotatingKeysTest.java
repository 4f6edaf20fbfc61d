package dev.atr.auth.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atr.auth.TestKeys;
import dev.atr.auth.audit.AuditEvent;
import dev.atr.core.error.TransportException;
import dev.atr.http.HandClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class RotatingKeysTest {
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration TEN_MINUTES = Duration.ofMinutes(10);

    private final HandClock clock = new HandClock("2026-03-02T09:00:00Z");
    private final FallibleStore store = new FallibleStore();

    private SigningKeys node() {
        return SigningKeys.rotating(store, clock, HOUR, TEN_MINUTES);
    }

    private static List<String> ids(SigningKeys keys) {
        return TestKeys.object(keys.publicJwks()).items("keys").stream()
                .map(key -> key.text("kid"))
                .map(Optional::orElseThrow)
                .toList();
    }

    @Test
    void nodesSignWithTheSameKey() {
        assertThat(node().current().kid()).isEqualTo(node().current().kid());
    }

    @Test
    void nodesThatStartAtTheSameTimeAgreeOnOneKey() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(3);
        try {
            List<Callable<String>> starts = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                starts.add(() -> node().current().kid());
            }
            List<String> ids = new ArrayList<>();
            for (Future<String> id : threads.invokeAll(starts)) {
                ids.add(id.get());
            }

            assertThat(ids).hasSize(3).containsOnly(ids.get(0));
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void keyIsKnownEverywhereBeforeItSigns() {
        SigningKeys one = node();
        SigningKeys two = node();
        String first = one.current().kid();
        clock.turn(Duration.ofMinutes(51));

        List<String> known = ids(two);
        assertThat(one.current().kid()).isEqualTo(first);
        clock.turn(Duration.ofMinutes(9));

        assertThat(one.current().kid()).isNotEqualTo(first).isIn(known);
        assertThat(two.current().kid()).isEqualTo(one.current().kid());
    }

    @Test
    void keyStaysUntilItsLastTokenIsDead() {
        SigningKeys keys = node();
        String first = keys.current().kid();

        clock.turn(Duration.ofMinutes(65));
        assertThat(ids(keys)).contains(first);
        clock.turn(Duration.ofMinutes(2));

        assertThat(ids(keys)).doesNotContain(first);
    }

    @Test
    void nodeWhoseClockIsBehindKnowsTheKeyOfTheNextPeriod() {
        HandClock behind = new HandClock("2026-03-02T09:58:30Z");
        SigningKeys late = SigningKeys.rotating(store, behind, HOUR, TEN_MINUTES);
        late.current();
        clock.turn(HOUR);

        assertThat(node().current().kid())
                .isIn(ids(late))
                .isNotEqualTo(late.current().kid());
    }

    @Test
    void clusterThatSleptMakesAKeyAtOnce() {
        SigningKeys keys = node();
        String first = keys.current().kid();

        clock.turn(Duration.ofDays(3));

        assertThat(keys.current().kid()).isNotEqualTo(first);
        assertThat(ids(keys)).doesNotContain(first).contains(keys.current().kid());
    }

    @Test
    void removedKeyIsOutOnEveryNodeWithinAMinute() {
        SigningKeys one = node();
        SigningKeys two = node();
        String leaked = one.current().kid();
        two.current();
        store.remove(Instant.parse("2026-03-02T09:00:00Z"));

        clock.turn(Duration.ofSeconds(60));

        assertThat(ids(one)).doesNotContain(leaked);
        assertThat(ids(two)).doesNotContain(leaked);
        assertThat(one.current().kid()).isEqualTo(two.current().kid()).isNotEqualTo(leaked);
    }

    @Test
    void knownKeysServeWhileTheStoreIsDown() {
        SigningKeys keys = node();
        String first = keys.current().kid();
        store.down = true;

        clock.turn(Duration.ofMinutes(59));
        assertThat(keys.current().kid()).isEqualTo(first);
        clock.turn(Duration.ofMinutes(1));

        assertThatThrownBy(keys::current).isInstanceOf(TransportException.class);
        assertThatThrownBy(keys::publicJwks).isInstanceOf(TransportException.class);
        store.down = false;
        assertThat(keys.current().kid()).isNotEqualTo(first);
    }

    @Test
    void storeIsNotAskedForEachToken() {
        SigningKeys keys = node();
        keys.current();
        int before = store.reads.get();

        for (int i = 0; i < 100; i++) {
            keys.current();
            keys.publicJwks();
        }

        assertThat(store.reads).hasValue(before);
    }

    @Test
    void nodeWithoutAKnownKeyGivesNoTokenWhileTheStoreIsDown() {
        store.down = true;
        TokenEndpoint endpoint = new TokenEndpoint();
        TokenEndpoint broken = endpoint.at(
                endpoint.builder(TokenEndpoint.registry()).signingKeys(node()).build());

        assertThat(broken.ask("system/Group.rs").status()).isEqualTo(503);
    }

    @Test
    void tokenOfOneNodeIsGoodOnAnotherAcrossARotation() {
        TokenEndpoint endpoint = new TokenEndpoint();
        AuthorizationServer.Builder builder = endpoint.builder(TokenEndpoint.registry());
        SigningKeys mine = SigningKeys.rotating(store, endpoint.clock, TEN_MINUTES, Duration.ofMinutes(2));
        SigningKeys yours = SigningKeys.rotating(store, endpoint.clock, TEN_MINUTES, Duration.ofMinutes(2));
        TokenEndpoint one = endpoint.at(builder.signingKeys(mine).build());
        TokenEndpoint two = endpoint.at(builder.signingKeys(yours).build());

        for (int i = 0; i < 6; i++) {
            String old = one.ask("system/Group.rs").token();
            endpoint.clock.turn(Duration.ofMinutes(4));
            assertThat(two.server.accessTokens().verify(old)).isPresent();
        }
    }

    @Test
    void storedKeyThatCannotBeReadSignsNothing() {
        SigningKeyStore sealed = store.protectedBy(text -> "sealed " + text, text -> text.substring(7));
        SigningKeys keys = SigningKeys.rotating(sealed, clock, HOUR, TEN_MINUTES);
        String kid = keys.current().kid();

        assertThat(store.live(clock.instant()).get(0).secret()).startsWith("sealed {");
        assertThat(SigningKeys.rotating(sealed, clock, HOUR, TEN_MINUTES)
                        .current()
                        .kid())
                .isEqualTo(kid);
        assertThatThrownBy(() -> node().current())
                .isInstanceOf(TransportException.class)
                .hasMessage("the signing key from 2026-03-02T09:00:00Z on can't be read")
                .hasNoCause();
    }

    @Test
    void keyServiceThatIsAwayIsAReasonToTryAgain() {
        node().current();
        SigningKeyStore sealed = store.protectedBy(text -> text, text -> {
            throw new IllegalStateException("no answer about " + text);
        });
        TokenEndpoint endpoint = new TokenEndpoint();
        TokenEndpoint away = endpoint.at(endpoint.builder(TokenEndpoint.registry())
                .signingKeys(SigningKeys.rotating(sealed, clock, HOUR, TEN_MINUTES))
                .build());

        assertThat(away.ask("system/Group.rs").status()).isEqualTo(503);
        assertThat(away.events).extracting(AuditEvent::reason).containsExactly("unavailable");
        assertThatThrownBy(() -> sealed.live(clock.instant()))
                .isInstanceOf(TransportException.class)
                .hasMessage("a signing key can't be sealed or opened: java.lang.IllegalStateException")
                .hasNoCause();
    }

    @Test
    void leadFitsIntoThePeriod() {
        for (Duration lead : List.of(Duration.ofSeconds(119), HOUR.plusSeconds(1))) {
            assertThatThrownBy(() -> SigningKeys.rotating(store, clock, HOUR, lead))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("lead: ");
        }
    }

    @Test
    void secretStaysOutOfText() {
        node().current();

        assertThat(store.live(clock.instant()).toString()).doesNotContain("kty", "\"d\"");
    }

    private static final class FallibleStore implements SigningKeyStore {
        private final SigningKeyStore keys = SigningKeyStore.inProcess();
        private volatile boolean down;
        private final AtomicInteger reads = new AtomicInteger();

        @Override
        public boolean insertIfAbsent(StoredSigningKey key, Instant now) {
            check();
            return keys.insertIfAbsent(key, now);
        }

        @Override
        public List<StoredSigningKey> live(Instant now) {
            check();
            return keys.live(now);
        }

        @Override
        public boolean remove(Instant begin) {
            return keys.remove(begin);
        }

        private void check() {
            if (down) {
                throw new TransportException("the store is down", null);
            }
            reads.incrementAndGet();
        }
    }
}
