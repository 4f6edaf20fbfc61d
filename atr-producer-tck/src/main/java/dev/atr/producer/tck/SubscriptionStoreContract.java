package dev.atr.producer.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atr.core.attribution.ListId;
import dev.atr.core.fhir.SubscriptionStatus;
import dev.atr.producer.spi.Caller;
import dev.atr.producer.spi.subscription.StoredSubscription;
import dev.atr.producer.spi.subscription.SubscriptionStore;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every {@link SubscriptionStore} keeps. Extend this class and hand it an empty store. */
public abstract class SubscriptionStoreContract {
    private static final Instant TIME = Instant.parse("2026-03-02T09:00:00.123Z");
    private static final ListId LIST = new ListId("l-1");
    private static final ListId OTHER_LIST = new ListId("l-2");
    private static final int NO_LIMIT = 10_000;
    private static final int THREADS = 8;

    private SubscriptionStore store;

    /** For subclasses. */
    protected SubscriptionStoreContract() {}

    /**
     * Returns a store without Subscriptions. Called once for each test; what has to be closed afterwards is closed by the
     * subclass.
     *
     * @throws Exception when the store can't be made; the test fails
     */
    protected abstract SubscriptionStore emptyStore() throws Exception;

    /** Opens the store of a test. */
    @BeforeEach
    protected final void openStore() throws Exception {
        store = emptyStore();
    }

    // What is kept

    /** A Subscription comes back with every component as it was. */
    @Test
    protected final void keepsEveryPartOfASubscription() {
        StoredSubscription full = new StoredSubscription(
                "full",
                new Caller("client", "system/*.rs system/Subscription.cruds", Set.of(LIST, OTHER_LIST)),
                LIST,
                SubscriptionStatus.ERROR,
                "the endpoint answered 500, and \"so\" did it for too long: \u00e9\u4e2d",
                3,
                TIME,
                "{\"resourceType\":\"Subscription\"}".getBytes(StandardCharsets.UTF_8),
                12,
                400_000,
                7,
                TIME.minusMillis(1),
                TIME.plusSeconds(900),
                1L << 40);

        store.add(full, NO_LIMIT);
        store.add(subscription("bare", "client", LIST), NO_LIMIT);

        assertSame(stored("full"), full);
        assertSame(stored("bare"), subscription("bare", "client", LIST));
    }

    /** That a client may see no list is something else than that it may see all. */
    @Test
    protected final void tellsNoListsFromAllLists() {
        StoredSubscription none = Changed.of(subscription("none", "client", LIST))
                .owner(new Caller("client", "system/*.rs", Set.of()))
                .next();

        store.add(none, NO_LIMIT);
        store.add(subscription("all", "client", LIST), NO_LIMIT);

        assertThat(stored("none").owner().permittedLists()).isEmpty();
        assertThat(stored("all").owner().permittedLists()).isNull();
    }

    /** An unknown id is absent everywhere. */
    @Test
    protected final void knowsNothingOfOtherIds() {
        assertThat(store.find("s1")).isEmpty();
        assertThat(store.remove("s1")).isFalse();
        assertThat(store.replace(Changed.of(subscription("s1", "client", LIST)).next()))
                .isFalse();
        assertThat(store.find("s1")).isEmpty();
        assertThat(store.ofClient("client")).isEmpty();
        assertThat(store.due(TIME, NO_LIMIT)).isEmpty();
        assertThat(store.lists()).isEmpty();
    }

    /** An id is taken once, and the one that has it stays as it is. */
    @Test
    protected final void refusesAnIdThatExists() {
        store.add(subscription("s1", "client", LIST), NO_LIMIT);

        assertThatThrownBy(() -> store.add(subscription("s1", "other", OTHER_LIST), NO_LIMIT))
                .isInstanceOf(IllegalArgumentException.class);

        assertSame(stored("s1"), subscription("s1", "client", LIST));
    }

    /** What is removed is gone, once, and its place is free. */
    @Test
    protected final void removesASubscription() {
        store.add(active("s1", LIST), NO_LIMIT);
        store.changed(LIST, 1);

        assertThat(store.remove("s1")).isTrue();
        assertThat(store.remove("s1")).isFalse();

        assertThat(store.find("s1")).isEmpty();
        assertThat(store.due(TIME, NO_LIMIT)).isEmpty();
        assertThat(store.lists()).isEmpty();
        assertThat(store.add(active("s1", LIST), 1)).isTrue();
        assertThat(store.due(TIME, NO_LIMIT)).isEmpty();
    }

    /** A client's Subscriptions are told in the order of their ids, which is that of their characters. */
    @Test
    protected final void tellsTheSubscriptionsOfAClientInOrderOfId() {
        for (String id : List.of("b", "a10", "a9", "ab")) {
            store.add(subscription(id, "client", LIST), NO_LIMIT);
        }
        store.add(subscription("aa", "Client", LIST), NO_LIMIT);

        assertThat(store.ofClient("client")).extracting(StoredSubscription::id).containsExactly("a10", "a9", "ab", "b");
        assertThat(store.ofClient("Client")).extracting(StoredSubscription::id).containsExactly("aa");
        assertThat(store.ofClient("clien")).isEmpty();
    }

    // How many a client may have

    /** A client has at most so many, whatever their status; those of others do not count. */
    @Test
    protected final void addsUpToTheLimitOfAClient() {
        assertThat(store.add(subscription("s1", "client", LIST), 2)).isTrue();
        assertThat(store.add(with(subscription("s2", "client", LIST), SubscriptionStatus.OFF), 2))
                .isTrue();
        assertThat(store.add(subscription("s3", "client", LIST), 2)).isFalse();
        assertThat(store.find("s3")).isEmpty();
        assertThat(store.add(subscription("t1", "other", LIST), 2)).isTrue();

        store.remove("s2");
        assertThat(store.add(subscription("s3", "client", LIST), 2)).isTrue();
        assertThat(store.add(subscription("s4", "client", LIST), 2)).isFalse();
    }

    /** Counting and adding are one step. */
    @Test
    protected final void holdsTheLimitAgainstConcurrentCalls() throws Exception {
        List<Boolean> added = AtOnce.call(THREADS, n -> () -> store.add(subscription("s" + n, "client", LIST), 2));

        assertThat(added).filteredOn(each -> each).hasSize(2);
        assertThat(store.ofClient("client")).hasSize(2);
    }

    // Replacing

    /** What is put in its place is found as a whole. */
    @Test
    protected final void replacesASubscriptionWhole() {
        store.add(subscription("s1", "client", LIST), NO_LIMIT);
        StoredSubscription next = new StoredSubscription(
                "s1",
                new Caller("client", "system/*.read", Set.of(OTHER_LIST)),
                OTHER_LIST,
                SubscriptionStatus.OFF,
                "the list was deleted",
                2,
                TIME.plusSeconds(1),
                new byte[] {'{', '}'},
                5,
                6,
                7,
                TIME.minusSeconds(1),
                TIME.plusSeconds(2),
                1);

        assertThat(store.replace(next)).isTrue();
        assertSame(stored("s1"), next);

        StoredSubscription bare =
                Changed.of(subscription("s1", "client", LIST)).revision(2).next();
        assertThat(store.replace(bare)).isTrue();
        assertSame(stored("s1"), bare);
    }

    /** Only the next revision takes the place of the one before. */
    @Test
    protected final void replacesNoOtherRevision() {
        store.add(active("s1", LIST), NO_LIMIT);
        store.replace(Changed.of(stored("s1")).told(1).next());
        StoredSubscription held = stored("s1");

        for (long revision : new long[] {0, 1, 3}) {
            assertThat(store.replace(
                            Changed.of(held).told(99).revision(revision).next()))
                    .isFalse();
            assertSame(stored("s1"), held);
        }
    }

    /** Of those who replace the same one at once, one does. */
    @Test
    protected final void letsOneOfManyReplaceIt() throws Exception {
        store.add(active("s1", LIST), NO_LIMIT);
        for (int round = 0; round < 10; round++) {
            StoredSubscription held = stored("s1");

            List<Boolean> replaced = AtOnce.call(
                    THREADS,
                    n -> () -> store.replace(
                            Changed.of(held).told(held.told() + 1 + n).next()));

            assertThat(replaced).containsOnlyOnce(true);
            assertThat(stored("s1").told()).isEqualTo(held.told() + 1 + replaced.indexOf(true));
            assertThat(stored("s1").revision()).isEqualTo(held.revision() + 1);
        }
    }

    // What there is to do

    /** Versions are noted for the Subscriptions of their list, and those that are behind are due. */
    @Test
    protected final void thoseBehindTheirListAreDue() {
        store.add(active("s1", LIST), NO_LIMIT);
        store.add(Changed.of(active("s2", LIST)).told(3).next(), NO_LIMIT);
        store.add(active("t1", OTHER_LIST), NO_LIMIT);
        assertThat(store.due(TIME, NO_LIMIT)).isEmpty();

        store.changed(LIST, 3);
        assertThat(store.due(TIME, NO_LIMIT)).containsExactly("s1");
        store.changed(LIST, 4);
        assertThat(store.due(TIME, NO_LIMIT)).containsExactlyInAnyOrder("s1", "s2");
        store.changed(new ListId("l-3"), 9);
        assertThat(store.due(TIME, NO_LIMIT)).containsExactlyInAnyOrder("s1", "s2");
    }

    /** Events are counted from where the Subscription began. */
    @Test
    protected final void whatWasBeforeItsBeginningIsNotOwed() {
        store.add(Changed.of(active("s1", LIST)).start(5).told(2).next(), NO_LIMIT);

        store.changed(LIST, 7);
        assertThat(store.due(TIME, NO_LIMIT)).isEmpty();
        store.changed(LIST, 8);
        assertThat(store.due(TIME, NO_LIMIT)).containsExactly("s1");
    }

    /** An older version, or the same one, takes nothing back. */
    @Test
    protected final void anOlderVersionIsNotNoted() {
        store.add(active("s1", LIST), NO_LIMIT);
        store.changed(LIST, 3);
        store.changed(LIST, 1);

        store.replace(Changed.of(stored("s1")).told(2).next());

        assertThat(store.due(TIME, NO_LIMIT)).containsExactly("s1");
    }

    /** Noting a version makes no new revision, so nobody is in the way of who replaces the Subscription. */
    @Test
    protected final void notingAVersionIsInNobodysWay() {
        store.add(active("s1", LIST), NO_LIMIT);
        StoredSubscription held = stored("s1");

        store.changed(LIST, 2);

        assertSame(stored("s1"), held);
        assertThat(store.replace(Changed.of(held).told(1).next())).isTrue();
        assertThat(store.due(TIME, NO_LIMIT)).containsExactly("s1");
    }

    /** With another list, what was noted of the one before is forgotten. */
    @Test
    protected final void anotherListBeginsWithNothingNoted() {
        store.add(active("s1", LIST), NO_LIMIT);
        store.changed(LIST, 9);

        store.replace(Changed.of(stored("s1")).list(OTHER_LIST).next());
        assertThat(store.due(TIME, NO_LIMIT)).isEmpty();

        store.changed(LIST, 10);
        assertThat(store.due(TIME, NO_LIMIT)).isEmpty();
        store.changed(OTHER_LIST, 1);
        assertThat(store.due(TIME, NO_LIMIT)).containsExactly("s1");
    }

    /** A time that has come makes it due, to the millisecond, whether or not its list changed. */
    @Test
    protected final void thoseWhoseTimeHasComeAreDue() {
        store.add(Changed.of(active("s1", LIST)).dueAt(TIME).next(), NO_LIMIT);
        store.add(with(Changed.of(active("s2", LIST)).dueAt(TIME).next(), SubscriptionStatus.REQUESTED), NO_LIMIT);
        store.add(active("s3", LIST), NO_LIMIT);

        assertThat(store.due(TIME.minusMillis(1), NO_LIMIT)).isEmpty();
        assertThat(store.due(TIME, NO_LIMIT)).containsExactlyInAnyOrder("s1", "s2");
    }

    /** Only live Subscriptions are due, and only active ones because of their list. */
    @Test
    protected final void statusDecidesWhoIsDue() {
        for (SubscriptionStatus status : SubscriptionStatus.values()) {
            store.add(with(active("timed" + status.code(), LIST, TIME), status), NO_LIMIT);
            store.add(with(active("behind" + status.code(), LIST, null), status), NO_LIMIT);
        }
        store.changed(LIST, 1);

        assertThat(store.due(TIME, NO_LIMIT))
                .containsExactlyInAnyOrder("timedrequested", "timedactive", "behindactive");
    }

    /** One that failed waits for its time, however far its list goes on. */
    @Test
    protected final void oneThatFailedWaitsForItsTime() {
        StoredSubscription failing =
                Changed.of(active("s1", LIST)).failures(1).dueAt(TIME).next();
        store.add(failing, NO_LIMIT);
        store.changed(LIST, 7);

        assertThat(store.due(TIME.minusMillis(1), NO_LIMIT)).isEmpty();
        assertThat(store.due(TIME, NO_LIMIT)).containsExactly("s1");
        store.replace(Changed.of(failing).failures(0).dueAt(null).next());
        assertThat(store.due(TIME.minusMillis(1), NO_LIMIT)).containsExactly("s1");
    }

    /** Those whose time came first come first, and no more than asked for. */
    @Test
    protected final void thoseThatWaitForLongComeFirst() {
        store.add(active("s1", LIST, TIME), NO_LIMIT);
        store.add(active("s2", LIST, TIME.minusSeconds(2)), NO_LIMIT);
        store.add(active("s3", LIST, TIME.minusSeconds(1)), NO_LIMIT);
        store.add(active("s4", LIST, TIME.plusSeconds(1)), NO_LIMIT);

        assertThat(store.due(TIME, NO_LIMIT)).containsExactly("s2", "s3", "s1");
        assertThat(store.due(TIME, 2)).containsExactly("s2", "s3");
    }

    /** Those whose endpoint failed last time come after all others, and among them those that wait for long come first. */
    @Test
    protected final void thoseThatFailedComeLast() {
        store.add(
                Changed.of(active("s1", LIST, TIME.minusSeconds(8))).failures(1).next(), NO_LIMIT);
        store.add(
                Changed.of(active("s2", LIST, TIME.minusSeconds(9))).failures(2).next(), NO_LIMIT);
        store.add(active("s3", LIST, TIME), NO_LIMIT);
        store.add(active("s4", LIST), NO_LIMIT);
        store.changed(LIST, 1);

        assertThat(store.due(TIME, NO_LIMIT)).endsWith("s2", "s1").hasSize(4);
        assertThat(store.due(TIME, 2)).containsExactlyInAnyOrder("s3", "s4");
    }

    /** All Subscriptions of a list are found to be due, in part when fewer are asked for. */
    @Test
    protected final void allOfOneListAreDue() {
        List<String> ids = IntStream.range(0, 250).mapToObj(n -> "s" + n).toList();
        ids.forEach(id -> store.add(active(id, LIST), NO_LIMIT));

        store.changed(LIST, 1);

        assertThat(store.due(TIME, NO_LIMIT)).containsExactlyInAnyOrderElementsOf(ids);
        assertThat(store.due(TIME, 100)).hasSize(100).doesNotHaveDuplicates().isSubsetOf(ids);
    }

    /** What was noted while somebody wrote down how far the endpoint was told is not lost. */
    @Test
    protected final void losesNoVersionToWhoeverReplaces() throws Exception {
        int rounds = 25;
        store.add(active("s1", LIST), NO_LIMIT);
        store.add(active("s2", LIST), NO_LIMIT);

        AtOnce.call(THREADS, n -> n < THREADS / 2 ? teller(rounds) : noter(n - THREADS / 2, rounds));

        // Whatever the order was: the last version is noted, so all of it is owed and nothing more
        int newest = rounds * THREADS / 2;
        StoredSubscription held = stored("s1");
        assertThat(held.told()).isEqualTo(held.revision());
        store.replace(Changed.of(held).told(newest - 1).next());
        assertThat(store.due(TIME, NO_LIMIT)).containsExactlyInAnyOrder("s1", "s2");
        store.replace(Changed.of(stored("s1")).told(newest).next());
        assertThat(store.due(TIME, NO_LIMIT)).containsExactly("s2");
    }

    /** Writes down one event more, as often as it gets its turn. */
    private Callable<Integer> teller(int rounds) {
        return () -> {
            int replaced = 0;
            for (int i = 0; i < rounds; i++) {
                StoredSubscription held = stored("s1");
                replaced += store.replace(Changed.of(held).told(held.told() + 1).next()) ? 1 : 0;
            }
            return replaced;
        };
    }

    /** Notes every fourth version. */
    private Callable<Integer> noter(int first, int rounds) {
        return () -> {
            for (int i = 0; i < rounds; i++) {
                store.changed(LIST, first + 1 + i * THREADS / 2);
            }
            return rounds;
        };
    }

    /** One that is behind all the time is seen at each look, though others replace it meanwhile and note versions. */
    @Test
    protected final void missesNobodyWhoIsReplaced() throws Exception {
        store.add(active("s1", LIST), NO_LIMIT);
        store.changed(LIST, 1);

        List<Integer> seen = AtOnce.call(THREADS, n -> () -> {
            int looks = 0;
            for (int i = 0; i < 25; i++) {
                if (n == 0) {
                    looks += store.due(TIME, NO_LIMIT).contains("s1") ? 1 : 0;
                } else {
                    store.replace(Changed.of(stored("s1")).next());
                    store.changed(LIST, i);
                }
            }
            return looks;
        });

        assertThat(seen.get(0)).isEqualTo(25);
    }

    /** Lists are told that have a live Subscription, each once. */
    @Test
    protected final void tellsTheListsOfLiveSubscriptions() {
        List<SubscriptionStatus> statuses = List.of(SubscriptionStatus.values());
        for (SubscriptionStatus status : statuses) {
            store.add(with(active(status.code(), new ListId("l-" + status.code())), status), NO_LIMIT);
        }
        store.add(active("again", new ListId("l-active")), NO_LIMIT);

        assertThat(store.lists()).containsExactlyInAnyOrder(new ListId("l-requested"), new ListId("l-active"));
    }

    private StoredSubscription stored(String id) {
        return store.find(id).orElseThrow();
    }

    private static StoredSubscription subscription(String id, String client, ListId list) {
        return new StoredSubscription(
                id,
                new Caller(client, "system/*.rs", null),
                list,
                SubscriptionStatus.REQUESTED,
                null,
                1,
                TIME,
                "{}".getBytes(StandardCharsets.UTF_8),
                0,
                0,
                0,
                null,
                null,
                0);
    }

    private static StoredSubscription active(String id, ListId list) {
        return active(id, list, null);
    }

    private static StoredSubscription active(String id, ListId list, @Nullable Instant dueAt) {
        return with(Changed.of(subscription(id, "client", list)).dueAt(dueAt).next(), SubscriptionStatus.ACTIVE);
    }

    private static StoredSubscription with(StoredSubscription old, SubscriptionStatus status) {
        return Changed.of(old).status(status).revision(0).next();
    }

    /** Compares what is in the content, too: records compare arrays by identity. */
    private static void assertSame(StoredSubscription found, StoredSubscription expected) {
        assertThat(found).usingRecursiveComparison().isEqualTo(expected);
    }

    /** What is to stand in the place of a Subscription, part by part. */
    private static final class Changed {
        private final StoredSubscription before;
        private Caller owner;
        private ListId list;
        private SubscriptionStatus status;
        private int start;
        private int told;
        private int failures;
        private @Nullable Instant dueAt;
        private long revision;

        private Changed(StoredSubscription before) {
            this.before = before;
            owner = before.owner();
            list = before.list();
            status = before.status();
            start = before.start();
            told = before.told();
            failures = before.failures();
            dueAt = before.dueAt();
            revision = before.revision() + 1;
        }

        static Changed of(StoredSubscription before) {
            return new Changed(before);
        }

        Changed owner(Caller next) {
            owner = next;
            return this;
        }

        Changed list(ListId next) {
            list = next;
            return this;
        }

        Changed status(SubscriptionStatus next) {
            status = next;
            return this;
        }

        Changed start(int next) {
            start = next;
            return this;
        }

        Changed told(int next) {
            told = next;
            return this;
        }

        Changed failures(int next) {
            failures = next;
            return this;
        }

        Changed dueAt(@Nullable Instant next) {
            dueAt = next;
            return this;
        }

        Changed revision(long next) {
            revision = next;
            return this;
        }

        StoredSubscription next() {
            return new StoredSubscription(
                    before.id(),
                    owner,
                    list,
                    status,
                    before.error(),
                    before.version(),
                    before.lastUpdated(),
                    before.content(),
                    start,
                    told,
                    failures,
                    before.failingSince(),
                    dueAt,
                    revision);
        }
    }
}
