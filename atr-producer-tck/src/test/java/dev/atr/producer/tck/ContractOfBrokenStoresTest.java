package dev.atr.producer.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atr.auth.server.ClientStore;
import dev.atr.auth.server.ReplayMemory;
import dev.atr.auth.server.SigningKeyStore;
import dev.atr.auth.server.StoredClient;
import dev.atr.auth.server.StoredSigningKey;
import dev.atr.http.ContractRun;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Whether the contracts notice: each store here breaks one rule, and the test of that rule must fail. */
class ContractOfBrokenStoresTest {
    static Stream<Arguments> broken() {
        return Stream.of(
                Arguments.of(LooksAndThenMarks.class, "takesItOnceWhenManyBringItAtTheSameTime"),
                Arguments.of(ForgetsTheIssuer.class, "keepsClientsAndIdsApart"),
                Arguments.of(ForgetsTheCase.class, "keepsClientsAndIdsApart"),
                Arguments.of(RemembersFew.class, "forgetsNoneBeforeItsEnd"),
                Arguments.of(BelievesTheClock.class, "remembersWhenTheClockIsSetBack"),
                Arguments.of(FindsInAnyCase.class, "knowsNothingOfOtherIds"),
                Arguments.of(KeepsTheFirstClient.class, "replacesARegistrationWhole"),
                Arguments.of(WidensAnEmptySet.class, "keepsEveryPartOfARegistration"),
                Arguments.of(KeepsTheLastKey.class, "keepsTheFirstOfTwoThatBeginTogether"),
                Arguments.of(KeepsDeadKeys.class, "forgetsKeysThatEnded"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("broken")
    void theTestOfTheBrokenRuleFails(Class<?> contract, String test) {
        assertThat(ContractRun.fails(contract, test)).isTrue();
    }

    static class LooksAndThenMarks extends ReplayMemoryContract {
        @Override
        @SuppressWarnings("ThreadPriorityCheck") // gives the race a chance; that is the defect
        protected ReplayMemory emptyMemory(Clock clock) {
            Set<String> used = ConcurrentHashMap.newKeySet();
            return (issuer, jti, end) -> {
                boolean seen = used.contains(issuer + " " + jti);
                Thread.yield();
                used.add(issuer + " " + jti);
                return !seen;
            };
        }
    }

    static class ForgetsTheIssuer extends ReplayMemoryContract {
        @Override
        protected ReplayMemory emptyMemory(Clock clock) {
            ReplayMemory sound = ReplayMemory.inProcess(clock);
            return (issuer, jti, end) -> sound.insertIfAbsent("", jti, end);
        }
    }

    static class ForgetsTheCase extends ReplayMemoryContract {
        @Override
        protected ReplayMemory emptyMemory(Clock clock) {
            ReplayMemory sound = ReplayMemory.inProcess(clock);
            return (issuer, jti, end) -> sound.insertIfAbsent(issuer, jti.toLowerCase(Locale.ROOT), end);
        }
    }

    static class RemembersFew extends ReplayMemoryContract {
        @Override
        protected ReplayMemory emptyMemory(Clock clock) {
            Set<String> used = ConcurrentHashMap.newKeySet();
            return (issuer, jti, end) -> {
                if (used.size() == 1_000) {
                    used.clear();
                }
                return used.add(issuer + " " + jti);
            };
        }
    }

    static class BelievesTheClock extends ReplayMemoryContract {
        @Override
        protected ReplayMemory emptyMemory(Clock clock) {
            Map<String, Instant> used = new ConcurrentHashMap<>();
            return (issuer, jti, end) -> {
                used.values().removeIf(each -> each.isBefore(clock.instant()));
                return used.putIfAbsent(issuer + " " + jti, end) == null;
            };
        }
    }

    /** Passes every call on. */
    private static class Clients implements ClientStore {
        final ClientStore sound = ClientStore.inProcess();

        @Override
        public Optional<StoredClient> find(String clientId) {
            return sound.find(clientId);
        }

        @Override
        public void put(StoredClient client) {
            sound.put(client);
        }

        @Override
        public boolean remove(String clientId) {
            return sound.remove(clientId);
        }
    }

    static class FindsInAnyCase extends ClientStoreContract {
        @Override
        protected ClientStore emptyStore() {
            return new Clients() {
                @Override
                public Optional<StoredClient> find(String clientId) {
                    return sound.find(clientId).or(() -> sound.find(clientId.toLowerCase(Locale.ROOT)));
                }
            };
        }
    }

    static class KeepsTheFirstClient extends ClientStoreContract {
        @Override
        protected ClientStore emptyStore() {
            return new Clients() {
                @Override
                public void put(StoredClient client) {
                    if (find(client.clientId()).isEmpty()) {
                        super.put(client);
                    }
                }
            };
        }
    }

    static class WidensAnEmptySet extends ClientStoreContract {
        @Override
        protected ClientStore emptyStore() {
            return new Clients() {
                @Override
                public void put(StoredClient client) {
                    Set<String> lists = client.permittedLists();
                    super.put(new StoredClient(
                            client.clientId(),
                            client.keys(),
                            client.scopes(),
                            lists == null || lists.isEmpty() ? null : lists,
                            client.enabled()));
                }
            };
        }
    }

    /** Passes every call on. */
    private static class Keys implements SigningKeyStore {
        final SigningKeyStore sound = SigningKeyStore.inProcess();

        @Override
        public boolean insertIfAbsent(StoredSigningKey key, Instant now) {
            return sound.insertIfAbsent(key, now);
        }

        @Override
        public List<StoredSigningKey> live(Instant now) {
            return sound.live(now);
        }

        @Override
        public boolean remove(Instant begin) {
            return sound.remove(begin);
        }
    }

    static class KeepsTheLastKey extends SigningKeyStoreContract {
        @Override
        protected SigningKeyStore emptyStore() {
            return new Keys() {
                @Override
                public boolean insertIfAbsent(StoredSigningKey key, Instant now) {
                    sound.remove(key.begin());
                    return super.insertIfAbsent(key, now);
                }
            };
        }
    }

    static class KeepsDeadKeys extends SigningKeyStoreContract {
        @Override
        protected SigningKeyStore emptyStore() {
            return new Keys() {
                @Override
                public List<StoredSigningKey> live(Instant now) {
                    return super.live(Instant.EPOCH);
                }
            };
        }
    }
}
