package dev.atr.producer.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atr.core.attribution.ListId;
import dev.atr.http.ContractRun;
import dev.atr.producer.spi.Caller;
import dev.atr.producer.spi.ProducerBackend;
import dev.atr.producer.spi.administration.ListAdministration;
import dev.atr.producer.spi.subscription.ListChange;
import dev.atr.producer.spi.subscription.ListChanges;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Whether the contract notices backends that tell of new versions and break one rule each. */
class ContractOfBrokenListChangesTest {
    private static final int ALL = Integer.MAX_VALUE;

    static Stream<Arguments> broken() {
        return Stream.of(
                Arguments.of(LeavesOutEverySecond.class, "everyVersionIsToldWithoutGaps"),
                Arguments.of(KnowsNoLimit.class, "versionsOfAListAreToldInPages"),
                Arguments.of(TakesTheFirstForTheNewest.class, "theNewestVersionToldIsTheOneThatIsShown"),
                Arguments.of(InventsLists.class, "listsThatNeverWereHaveNoVersions"),
                Arguments.of(TellsThePositionAgain.class, "changesAreThoseBehindAPosition"),
                Arguments.of(TellsOfResources.class, "aChangeOfAResourceIsNoneOfLists"),
                Arguments.of(TellsOfOneConsumersLists.class, "listsAreToldOfWhoeverMaySeeThem"),
                Arguments.of(PartsAPosition.class, "pagesOfChangesLeaveNothingOut"),
                Arguments.of(KnowsNoDeletions.class, "theDeletionOfAListIsItsLastVersion"),
                Arguments.of(ForgetsTheListBefore.class, "aListThatBeginsAgainCountsOn"),
                Arguments.of(ShowsSomeLate.class, "whoFollowsPositionsMissesNothingOfManyWriters"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("broken")
    void theTestOfTheBrokenRuleFails(Class<?> contract, String test) {
        assertThat(ContractRun.fails(contract, test)).isTrue();
    }

    static class LeavesOutEverySecond extends Broken {
        @Override
        public List<ListChange> versions(ListId list, int after, int limit) {
            return super.versions(list, after, limit).stream()
                    .filter(change -> change.version() % 2 == 1)
                    .toList();
        }
    }

    static class KnowsNoLimit extends Broken {
        @Override
        public List<ListChange> versions(ListId list, int after, int limit) {
            return super.versions(list, after, ALL);
        }
    }

    static class TakesTheFirstForTheNewest extends Broken {
        @Override
        public Optional<ListChange> newest(ListId list) {
            return versions(list, 0, 1).stream().findFirst();
        }
    }

    static class InventsLists extends Broken {
        @Override
        public Optional<ListChange> newest(ListId list) {
            return super.newest(list).or(() -> Optional.of(new ListChange(list, 1, Instant.EPOCH, false, 1)));
        }
    }

    static class TellsThePositionAgain extends Broken {
        @Override
        public List<ListChange> since(long position, int limit) {
            return super.since(Math.max(0, position - 1), limit);
        }
    }

    static class TellsOfResources extends Broken {
        @Override
        public List<ListChange> since(long position, int limit) {
            List<ListChange> told = super.since(position, limit);
            return told.isEmpty() && position() > position
                    ? List.of(new ListChange(SampleLists.OPEN, ALL, Instant.EPOCH, false, position()))
                    : told;
        }
    }

    static class TellsOfOneConsumersLists extends Broken {
        private static final Caller CONSUMER = new Caller(SampleLists.CONSUMER, "system/*.read", null);

        @Override
        public List<ListChange> since(long position, int limit) {
            return super.since(position, limit).stream()
                    .filter(change -> backend().find(CONSUMER, change.list()).isPresent())
                    .toList();
        }
    }

    static class PartsAPosition extends Broken {
        @Override
        public List<ListChange> since(long position, int limit) {
            return super.since(position, limit).stream().limit(limit).toList();
        }
    }

    static class KnowsNoDeletions extends Broken {
        @Override
        public Optional<ListChange> newest(ListId list) {
            return super.newest(list).filter(change -> !change.deleted());
        }
    }

    static class ForgetsTheListBefore extends Broken {
        @Override
        public List<ListChange> versions(ListId list, int after, int limit) {
            int deleted = super.versions(list, 0, ALL).stream()
                    .filter(ListChange::deleted)
                    .mapToInt(ListChange::version)
                    .max()
                    .orElse(0);
            return super.versions(list, Math.max(after, deleted), limit);
        }
    }

    /** Gives positions before versions can be seen: every fourth shows only after the one behind it was told. */
    static class ShowsSomeLate extends Broken {
        private final Set<Long> told = ConcurrentHashMap.newKeySet();

        @Override
        public List<ListChange> since(long position, int limit) {
            List<ListChange> shown = super.since(position, limit).stream()
                    .filter(change -> change.position() % 4 != 3 || told.contains(change.position() + 1))
                    .toList();
            shown.forEach(change -> told.add(change.position()));
            return shown;
        }
    }

    /** The contract of a backend whose changes go through this class; what a subclass overrides is its defect. */
    abstract static class Broken extends ProducerBackendContract implements ListChanges {
        private @Nullable InMemoryBackend sound;

        private InMemoryBackend sound() {
            return Optional.ofNullable(sound).orElseThrow();
        }

        private ListChanges changes() {
            return sound().listChanges().orElseThrow();
        }

        @Override
        public long position() {
            return changes().position();
        }

        @Override
        public List<ListChange> since(long position, int limit) {
            return changes().since(position, limit);
        }

        @Override
        public Optional<ListChange> newest(ListId list) {
            return changes().newest(list);
        }

        @Override
        public List<ListChange> versions(ListId list, int after, int limit) {
            return changes().versions(list, after, limit);
        }

        @Override
        protected ProducerBackend backendHolding(SampleLists lists) {
            InMemoryBackend held = new InMemoryBackend(lists);
            sound = held;
            return new PassingBackend(held) {
                @Override
                public Optional<ListChanges> listChanges() {
                    return Optional.of(Broken.this);
                }

                @Override
                public Optional<ListAdministration> listAdministration() {
                    return held.listAdministration();
                }
            };
        }

        @Override
        protected boolean change(ProducerBackend held, SampleLists lists) {
            sound().replace(lists);
            return true;
        }
    }
}
