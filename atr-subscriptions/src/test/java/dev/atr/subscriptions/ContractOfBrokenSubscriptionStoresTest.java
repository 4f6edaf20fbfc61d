package dev.atr.subscriptions;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atr.core.attribution.ListId;
import dev.atr.core.fhir.SubscriptionStatus;
import dev.atr.http.ContractRun;
import dev.atr.http.Halfway;
import dev.atr.producer.spi.Caller;
import dev.atr.producer.spi.subscription.StoredSubscription;
import dev.atr.producer.spi.subscription.SubscriptionStore;
import dev.atr.producer.tck.SubscriptionStoreContract;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Whether the contract notices: each store here breaks one rule, and the test of that rule must fail. */
class ContractOfBrokenSubscriptionStoresTest {
    private static final int NO_LIMIT = Integer.MAX_VALUE;

    static Stream<Arguments> broken() {
        return Stream.of(
                Arguments.of(ForgetsTheReason.class, "keepsEveryPartOfASubscription"),
                Arguments.of(WidensAnEmptySet.class, "tellsNoListsFromAllLists"),
                Arguments.of(AddsWhatItReplaces.class, "knowsNothingOfOtherIds"),
                Arguments.of(TakesAnIdAgain.class, "refusesAnIdThatExists"),
                Arguments.of(NotesForGood.class, "removesASubscription"),
                Arguments.of(TellsTheLastFirst.class, "tellsTheSubscriptionsOfAClientInOrderOfId"),
                Arguments.of(CountsLiveOnes.class, "addsUpToTheLimitOfAClient"),
                Arguments.of(CountsAndThenAdds.class, "holdsTheLimitAgainstConcurrentCalls"),
                Arguments.of(ForgetsTheReason.class, "replacesASubscriptionWhole"),
                Arguments.of(ReplacesAnyRevision.class, "replacesNoOtherRevision"),
                Arguments.of(LooksAndThenReplaces.class, "letsOneOfManyReplaceIt"),
                Arguments.of(FindsOne.class, "thoseBehindTheirListAreDue"),
                Arguments.of(FindsOne.class, "allOfOneListAreDue"),
                Arguments.of(ForgetsTheBeginning.class, "whatWasBeforeItsBeginningIsNotOwed"),
                Arguments.of(NotesAnyVersion.class, "anOlderVersionIsNotNoted"),
                Arguments.of(NotesByReplacing.class, "notingAVersionIsInNobodysWay"),
                Arguments.of(NotesByReplacing.class, "losesNoVersionToWhoeverReplaces"),
                Arguments.of(NotesUntilItIsReplaced.class, "losesNoVersionToWhoeverReplaces"),
                Arguments.of(NotesForGood.class, "anotherListBeginsWithNothingNoted"),
                Arguments.of(IsLate.class, "thoseWhoseTimeHasComeAreDue"),
                Arguments.of(LooksAtNoStatus.class, "statusDecidesWhoIsDue"),
                Arguments.of(LooksAtNoFailure.class, "oneThatFailedWaitsForItsTime"),
                Arguments.of(TellsTheLastFirst.class, "thoseThatWaitForLongComeFirst"),
                Arguments.of(TellsTheLastFirst.class, "thoseThatFailedComeLast"),
                Arguments.of(RemovesAndAdds.class, "missesNobodyWhoIsReplaced"),
                Arguments.of(TellsEveryList.class, "tellsTheListsOfLiveSubscriptions"));
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("broken")
    void theTestOfTheBrokenRuleFails(Class<?> contract, String test) {
        assertThat(ContractRun.fails(contract, test)).isTrue();
    }

    static class ForgetsTheReason extends Broken {
        @Override
        StoredSubscription kept(StoredSubscription it) {
            return copy(it, it.owner(), it.status(), null, it.start(), it.failures(), it.revision());
        }
    }

    static class WidensAnEmptySet extends Broken {
        @Override
        StoredSubscription kept(StoredSubscription it) {
            Caller owner = new Caller(it.owner().clientId(), it.owner().scope(), null);
            return copy(it, owner, it.status(), it.error(), it.start(), it.failures(), it.revision());
        }
    }

    static class ForgetsTheBeginning extends Broken {
        @Override
        StoredSubscription kept(StoredSubscription it) {
            return copy(it, it.owner(), it.status(), it.error(), 0, it.failures(), it.revision());
        }
    }

    static class LooksAtNoStatus extends Broken {
        @Override
        StoredSubscription kept(StoredSubscription it) {
            return copy(
                    it, it.owner(), SubscriptionStatus.ACTIVE, it.error(), it.start(), it.failures(), it.revision());
        }
    }

    static class LooksAtNoFailure extends Broken {
        @Override
        StoredSubscription kept(StoredSubscription it) {
            return copy(it, it.owner(), it.status(), it.error(), it.start(), 0, it.revision());
        }
    }

    static class AddsWhatItReplaces extends Broken {
        @Override
        public boolean replace(StoredSubscription next) {
            return find(next.id()).isEmpty() ? add(next, NO_LIMIT) : super.replace(next);
        }
    }

    static class TakesAnIdAgain extends Broken {
        @Override
        public boolean add(StoredSubscription subscription, int most) {
            return find(subscription.id()).isPresent() || super.add(subscription, most);
        }
    }

    static class TellsTheLastFirst extends Broken {
        @Override
        public List<StoredSubscription> ofClient(String clientId) {
            return reversed(super.ofClient(clientId));
        }

        @Override
        public List<String> due(Instant now, int limit) {
            return reversed(super.due(now, limit));
        }

        private static <T> List<T> reversed(List<T> list) {
            List<T> reversed = new ArrayList<>(list);
            Collections.reverse(reversed);
            return reversed;
        }
    }

    static class CountsLiveOnes extends Broken {
        @Override
        public boolean add(StoredSubscription subscription, int most) {
            long live = ofClient(subscription.owner().clientId()).stream()
                    .filter(one -> one.status().isLive())
                    .count();
            return live < most && super.add(subscription, NO_LIMIT);
        }
    }

    static class CountsAndThenAdds extends Broken {
        private final Halfway halfway = new Halfway();

        @Override
        public boolean add(StoredSubscription subscription, int most) {
            boolean room = ofClient(subscription.owner().clientId()).size() < most;
            halfway.meet();
            return room && super.add(subscription, NO_LIMIT);
        }
    }

    static class ReplacesAnyRevision extends Broken {
        @Override
        public boolean replace(StoredSubscription next) {
            return find(next.id())
                    .map(held -> super.replace(revision(next, held.revision() + 1)))
                    .orElse(false);
        }
    }

    static class LooksAndThenReplaces extends Broken {
        private final Halfway halfway = new Halfway();

        @Override
        public boolean replace(StoredSubscription next) {
            boolean fits = find(next.id())
                    .filter(held -> held.revision() == next.revision() - 1)
                    .isPresent();
            halfway.meet();
            return fits && (super.replace(next) || find(next.id()).isPresent());
        }
    }

    static class RemovesAndAdds extends Broken {
        private final Halfway halfway = new Halfway();

        @Override
        public boolean replace(StoredSubscription next) {
            boolean removed = remove(next.id());
            halfway.meet();
            return removed && add(next, NO_LIMIT);
        }
    }

    static class FindsOne extends Broken {
        @Override
        public List<String> due(Instant now, int limit) {
            return super.due(now, 1);
        }
    }

    static class IsLate extends Broken {
        @Override
        public List<String> due(Instant now, int limit) {
            return super.due(now.minusMillis(1), limit);
        }
    }

    static class NotesByReplacing extends Broken {
        @Override
        public void changed(ListId list, int version) {
            super.changed(list, version);
            ofClient("client").forEach(held -> super.replace(revision(held, held.revision() + 1)));
        }
    }

    static class NotesAnyVersion extends NotesForGood {
        @Override
        int noted(int before, int version) {
            return version;
        }
    }

    static class NotesUntilItIsReplaced extends NotesForGood {
        @Override
        public boolean replace(StoredSubscription next) {
            forget(next.id());
            return super.replace(next);
        }
    }

    /** Keeps what was noted beside the store, and forgets nothing of it. */
    static class NotesForGood extends Broken {
        private final Map<String, Integer> noted = new ConcurrentHashMap<>();

        int noted(int before, int version) {
            return Math.max(before, version);
        }

        void forget(String id) {
            noted.remove(id);
        }

        @Override
        public void changed(ListId list, int version) {
            ofClient("client").stream()
                    .filter(held -> held.list().equals(list))
                    .forEach(held -> noted.merge(held.id(), version, this::noted));
        }

        @Override
        public List<String> due(Instant now, int limit) {
            return ofClient("client").stream()
                    .filter(held -> held.isDue(now, noted.getOrDefault(held.id(), 0)))
                    .map(StoredSubscription::id)
                    .limit(limit)
                    .toList();
        }
    }

    static class TellsEveryList extends Broken {
        @Override
        public Set<ListId> lists() {
            return ofClient("client").stream().map(StoredSubscription::list).collect(Collectors.toSet());
        }
    }

    /** The contract over a store that passes every call on; what a subclass overrides is its defect. */
    abstract static class Broken extends SubscriptionStoreContract implements SubscriptionStore {
        private final SubscriptionStore sound = new InMemorySubscriptions();

        @Override
        protected SubscriptionStore emptyStore() {
            return this;
        }

        /** Returns what is kept of a Subscription. */
        StoredSubscription kept(StoredSubscription it) {
            return it;
        }

        @Override
        public boolean add(StoredSubscription subscription, int most) {
            return sound.add(kept(subscription), most);
        }

        @Override
        public Optional<StoredSubscription> find(String id) {
            return sound.find(id);
        }

        @Override
        public boolean replace(StoredSubscription next) {
            return sound.replace(kept(next));
        }

        @Override
        public boolean remove(String id) {
            return sound.remove(id);
        }

        @Override
        public List<StoredSubscription> ofClient(String clientId) {
            return sound.ofClient(clientId);
        }

        @Override
        public void changed(ListId list, int version) {
            sound.changed(list, version);
        }

        @Override
        public List<String> due(Instant now, int limit) {
            return sound.due(now, limit);
        }

        @Override
        public Set<ListId> lists() {
            return sound.lists();
        }
    }

    private static StoredSubscription revision(StoredSubscription it, long revision) {
        return copy(it, it.owner(), it.status(), it.error(), it.start(), it.failures(), revision);
    }

    private static StoredSubscription copy(
            StoredSubscription it,
            Caller owner,
            SubscriptionStatus status,
            @Nullable String error,
            int start,
            int failures,
            long revision) {
        return new StoredSubscription(
                it.id(),
                owner,
                it.list(),
                status,
                error,
                it.version(),
                it.lastUpdated(),
                it.content(),
                start,
                it.told(),
                failures,
                it.failingSince(),
                it.dueAt(),
                revision);
    }
}
