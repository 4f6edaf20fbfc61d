package dev.atr.producer.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atr.core.attribution.AttributionList;
import dev.atr.core.attribution.ChangeType;
import dev.atr.core.attribution.ListId;
import dev.atr.core.fhir.ResourceKey;
import dev.atr.core.fhir.ResourceType;
import dev.atr.producer.spi.Caller;
import dev.atr.producer.spi.administration.ListAdministration;
import dev.atr.producer.spi.administration.Revised;
import dev.atr.producer.spi.administration.Revision;
import dev.atr.producer.spi.administration.RowEdit;
import dev.atr.producer.spi.creation.Deletion;
import dev.atr.producer.spi.subscription.ListChange;
import dev.atr.producer.spi.subscription.ListChanges;
import dev.atr.requirements.Requirement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** What a backend keeps that tells which lists have new versions: the rules of {@link ListChanges}. */
abstract class ListChangeRules extends DifferenceRules {
    private static final Caller CONSUMER = new Caller(SampleLists.CONSUMER, "system/*.read", null);
    private static final ListId NO_LIST = new ListId("no-such-list");
    private static final int MANY = 1000;
    private static final int WRITERS = 4;
    private static final int WRITES = 10;

    @Test
    @Requirement("ATR-SUB-018")
    void everyVersionIsToldWithoutGaps() throws Exception {
        ListChanges changes = changes();
        requireChange(sample().withList(longer("a")));
        requireChange(sample().withList(longer("a", "b")));

        List<ListChange> told = changes.versions(SampleLists.OPEN, 0, MANY);

        AttributionList now = list(SampleLists.OPEN);
        assertThat(told).extracting(ListChange::version).containsExactlyElementsOf(upTo(number(now)));
        assertThat(told).allMatch(change -> change.list().equals(SampleLists.OPEN) && !change.deleted());
        assertThat(told).extracting(ListChange::position).isSorted().doesNotHaveDuplicates();
        assertThat(told).extracting(ListChange::at).isSorted();
        assertThat(told.get(told.size() - 1).at()).isEqualTo(now.lastUpdated());
        assertThat(changes.newest(SampleLists.OPEN)).contains(told.get(told.size() - 1));
    }

    @Test
    void versionsOfAListAreToldInPages() throws Exception {
        ListChanges changes = changes();
        requireChange(sample().withList(longer("a")));
        int newest = number(list(SampleLists.OPEN));
        List<ListChange> all = changes.versions(SampleLists.OPEN, 0, MANY);

        assertThat(changes.versions(SampleLists.OPEN, 0, newest - 1)).isEqualTo(all.subList(0, newest - 1));
        assertThat(changes.versions(SampleLists.OPEN, newest - 1, MANY)).isEqualTo(all.subList(newest - 1, newest));
        assertThat(changes.versions(SampleLists.OPEN, newest, MANY)).isEmpty();
    }

    @Test
    @Requirement("ATR-SUB-018")
    void theNewestVersionToldIsTheOneThatIsShown() throws Exception {
        ListChanges changes = changes();
        requireChange(sample().withList(longer("a")));

        for (ListId list : List.of(SampleLists.OPEN, SampleLists.DRAFT, SampleLists.FINAL, SampleLists.EMPTY)) {
            ListChange newest = changes.newest(list).orElseThrow();
            assertThat(newest.version()).isEqualTo(number(list(list)));
            assertThat(newest.at()).isEqualTo(list(list).lastUpdated());
            assertThat(changes.position()).isGreaterThanOrEqualTo(newest.position());
        }
    }

    @Test
    void listsThatNeverWereHaveNoVersions() {
        ListChanges changes = changes();

        assertThat(changes.newest(NO_LIST)).isEmpty();
        assertThat(changes.versions(NO_LIST, 0, MANY)).isEmpty();
    }

    @Test
    void changesAreThoseBehindAPosition() throws Exception {
        ListChanges changes = changes();
        long before = changes.position();
        int version = number(list(SampleLists.OPEN));
        assertThat(changes.since(before, MANY)).isEmpty();
        requireChange(sample().withList(longer("a")));

        List<ListChange> told = changes.since(before, MANY);

        assertThat(told).isEqualTo(changes.versions(SampleLists.OPEN, version, MANY));
        assertThat(told).isNotEmpty().allMatch(change -> change.position() > before);
        assertThat(changes.since(told.get(told.size() - 1).position(), MANY)).isEmpty();
        assertThat(changes.since(changes.position(), MANY)).isEmpty();
    }

    @Test
    void aChangeOfAResourceIsNoneOfLists() throws Exception {
        ListChanges changes = changes();
        long before = changes.position();
        ResourceKey clinic = new ResourceKey(ResourceType.ORGANIZATION, "clinic");
        String json = Optional.ofNullable(sample().resources().get(clinic)).orElseThrow();
        requireChange(sample().withResource(clinic, json.replace("Sample", "Renamed")));

        assertThat(changes.since(before, MANY)).isEmpty();
    }

    @Test
    void listsAreToldOfWhoeverMaySeeThem() {
        ListChanges changes = changes();

        List<ListChange> all = changes.since(0, MANY);

        assertThat(all).extracting(ListChange::position).isSorted();
        for (ListId list : List.of(
                SampleLists.OPEN, SampleLists.DRAFT, SampleLists.FINAL, SampleLists.EMPTY, SampleLists.FOREIGN)) {
            assertThat(all)
                    .filteredOn(change -> change.list().equals(list))
                    .isNotEmpty()
                    .isEqualTo(changes.versions(list, 0, MANY));
        }
    }

    @Test
    void pagesOfChangesLeaveNothingOut() throws Exception {
        ListChanges changes = changes();
        requireChange(sample().withList(longer("a")));
        List<ListChange> all = changes.since(0, MANY);

        for (int limit : new int[] {1, 2, all.size()}) {
            List<ListChange> told = new ArrayList<>();
            List<ListChange> page = changes.since(0, limit);
            while (!page.isEmpty()) {
                told.addAll(page);
                page = changes.since(page.get(page.size() - 1).position(), limit);
            }
            assertThat(told).isEqualTo(all);
        }
    }

    @Test
    @Requirement("ATR-SUB-018")
    void theDeletionOfAListIsItsLastVersion() {
        ListChanges changes = changes();
        long before = changes.position();
        int version = number(list(SampleLists.OPEN));

        assertThat(administration().delete(SampleLists.OPEN, null)).isEqualTo(Deletion.DELETED);

        ListChange deletion = changes.newest(SampleLists.OPEN).orElseThrow();
        assertThat(deletion.deleted()).isTrue();
        assertThat(deletion.version()).isEqualTo(version + 1);
        assertThat(changes.since(before, MANY)).containsExactly(deletion);
        assertThat(changes.versions(SampleLists.OPEN, version, MANY)).containsExactly(deletion);
        assertThat(changes.position()).isGreaterThanOrEqualTo(deletion.position());
    }

    @Test
    void aListThatBeginsAgainCountsOn() throws Exception {
        ListChanges changes = changes();
        int version = number(list(SampleLists.OPEN));
        administration().delete(SampleLists.OPEN, null);
        long deleted = changes.position();
        requireChange(sample());

        List<ListChange> told = changes.versions(SampleLists.OPEN, 0, MANY);

        assertThat(told)
                .extracting(ListChange::version)
                .containsExactlyElementsOf(upTo(number(list(SampleLists.OPEN))));
        assertThat(told)
                .filteredOn(ListChange::deleted)
                .extracting(ListChange::version)
                .containsExactly(version + 1);
        assertThat(told.size()).isGreaterThan(version + 1);
        assertThat(changes.since(deleted, MANY)).isEqualTo(told.subList(version + 1, told.size()));
    }

    @Test
    @Requirement("ATR-SUB-018")
    void whoFollowsPositionsMissesNothingOfManyWriters() throws Exception {
        ListChanges changes = changes();
        ListAdministration administration = administration();
        List<ListId> lists = List.of(SampleLists.OPEN, SampleLists.DRAFT);
        List<Integer> before = lists.stream().map(list -> number(list(list))).toList();
        long position = changes.position();
        AtomicInteger writing = new AtomicInteger(WRITERS);

        List<ListChange> told = AtOnce.call(
                        1 + WRITERS,
                        n -> n == 0
                                ? follower(changes, position, writing)
                                : writer(administration, lists.get(n % 2), n, writing))
                .get(0);

        assertThat(told).extracting(ListChange::position).isSorted();
        for (int i = 0; i < lists.size(); i++) {
            ListId list = lists.get(i);
            int after = before.get(i) + WRITERS / 2 * WRITES;
            assertThat(told)
                    .filteredOn(change -> change.list().equals(list))
                    .extracting(ListChange::version)
                    .containsExactlyElementsOf(IntStream.rangeClosed(before.get(i) + 1, after)
                            .boxed()
                            .toList());
        }
    }

    /** Reads on from where it was, until there is nothing behind the end of the last writer. */
    private static Callable<List<ListChange>> follower(ListChanges changes, long from, AtomicInteger writing) {
        return () -> {
            List<ListChange> told = new ArrayList<>();
            long position = from;
            boolean ended;
            List<ListChange> page;
            do {
                ended = writing.get() == 0;
                page = changes.since(position, 3);
                if (!page.isEmpty()) {
                    told.addAll(page);
                    position = page.get(page.size() - 1).position();
                }
            } while (!ended || !page.isEmpty());
            return told;
        };
    }

    /** Adds rows to a list, one a version. */
    private static Callable<List<ListChange>> writer(
            ListAdministration administration, ListId list, int number, AtomicInteger writing) {
        return () -> {
            try {
                for (int i = 0; i < WRITES; i++) {
                    RowEdit row = new RowEdit.Put(
                            StandardSample.row("nobody", null, "c-" + number + "-" + i, ChangeType.NEW));
                    assertThat(administration
                                    .revise(list, Revision.of(List.of(row)), null)
                                    .kind())
                            .isEqualTo(Revised.Kind.DONE);
                }
                return List.of();
            } finally {
                writing.decrementAndGet();
            }
        };
    }

    private ListChanges changes() {
        Optional<ListChanges> changes = backend().listChanges();
        Assumptions.assumeTrue(changes.isPresent(), "the backend tells of no changes");
        return changes.orElseThrow();
    }

    private ListAdministration administration() {
        Optional<ListAdministration> lists = backend().listAdministration();
        Assumptions.assumeTrue(lists.isPresent(), "the payer changes its lists elsewhere");
        return lists.orElseThrow();
    }

    private AttributionList list(ListId list) {
        return backend().find(CONSUMER, list).orElseThrow();
    }

    private static List<Integer> upTo(int version) {
        return IntStream.rangeClosed(1, version).boxed().toList();
    }

    private static int number(AttributionList list) {
        return Integer.parseInt(Optional.ofNullable(list.version()).orElseThrow());
    }
}
