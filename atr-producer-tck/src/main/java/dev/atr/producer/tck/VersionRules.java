package dev.atr.producer.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atr.core.attribution.AttributionList;
import dev.atr.core.attribution.ChangeType;
import dev.atr.core.attribution.ListId;
import dev.atr.core.attribution.Member;
import dev.atr.core.attribution.MemberCursor;
import dev.atr.core.fhir.ResourceKey;
import dev.atr.core.fhir.ResourceType;
import dev.atr.producer.spi.Caller;
import dev.atr.producer.spi.ListHistory;
import dev.atr.producer.spi.ListSnapshot;
import dev.atr.producer.spi.ResourceHistory;
import dev.atr.producer.spi.StoredResource;
import dev.atr.producer.spi.Version;
import dev.atr.producer.spi.VersionPage;
import dev.atr.producer.spi.VersionQuery;
import dev.atr.requirements.Requirement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** What a backend keeps that looks back: the rules of {@link ListHistory} and {@link ResourceHistory}. */
abstract class VersionRules extends AdministrationRules {
    private static final Caller CONSUMER = new Caller(SampleLists.CONSUMER, "system/*.read", null);
    private static final VersionQuery ALL = new VersionQuery(null, null, 100);
    private static final ResourceKey CLINIC = new ResourceKey(ResourceType.ORGANIZATION, "clinic");

    /** Makes the backend take on another state, or skips the test. */
    abstract void requireChange(SampleLists lists) throws Exception;

    @Test
    @Requirement({"ATR-SEC-012", "ATR-DISC-011"})
    void versionsAreOfListsThatTheCallerMaySee() {
        ListHistory history = lists();
        Caller narrowed = new Caller(SampleLists.CONSUMER, "system/*.read", Set.of(SampleLists.FINAL));

        for (ListId list : List.of(SampleLists.FOREIGN, new ListId("no-such-list"))) {
            assertThat(history.versions(CONSUMER, list, ALL)).isEmpty();
            assertThat(history.snapshot(CONSUMER, list, 1)).isEmpty();
        }
        assertThat(history.versions(narrowed, SampleLists.OPEN, ALL)).isEmpty();
        assertThat(history.snapshot(narrowed, SampleLists.OPEN, 1)).isEmpty();
        assertThat(history.versions(narrowed, SampleLists.FINAL, ALL)).isPresent();
    }

    @Test
    @Requirement({"ATR-CAP-005", "ATR-MDL-005", "FHIR-017"})
    void everyVersionOfAListIsThereNewestFirst() throws Exception {
        ListHistory history = lists();
        AttributionList first = header();
        requireChange(sample().withList(longer("a")));
        AttributionList second = header();
        requireChange(sample().withList(longer("a", "b")));

        VersionPage<AttributionList> page =
                history.versions(CONSUMER, SampleLists.OPEN, ALL).orElseThrow();

        List<Version<AttributionList>> versions = page.versions();
        assertThat(versions.get(0).content()).isEqualTo(header());
        assertThat(versions.get(1).content()).isEqualTo(second);
        assertThat(versions.get(2).content()).isEqualTo(first);
        assertThat(page.total()).isEqualTo(versions.size());
        for (int i = 0; i < versions.size(); i++) {
            assertThat(versions.get(i).id()).isEqualTo(String.valueOf(versions.size() - i));
            if (i > 0) {
                assertThat(versions.get(i).lastUpdated())
                        .isBeforeOrEqualTo(versions.get(i - 1).lastUpdated());
            }
        }
    }

    @Test
    @Requirement({"ATR-CAP-004", "ATR-MDL-006", "FHIR-018"})
    void anEarlierVersionShowsTheListAsItWas() throws Exception {
        ListHistory history = lists();
        AttributionList before = header();
        List<Member> rows = rows(backend().snapshot(CONSUMER, SampleLists.OPEN).orElseThrow());
        requireChange(sample().withList(longer("a")));
        requireChange(sample().withList(longer("a", "b")));

        try (ListSnapshot then =
                history.snapshot(CONSUMER, SampleLists.OPEN, number(before)).orElseThrow()) {
            assertThat(then.list()).isEqualTo(before);
            assertThat(rows(then)).isEqualTo(rows);
        }
        try (ListSnapshot now =
                history.snapshot(CONSUMER, SampleLists.OPEN, number(header())).orElseThrow()) {
            assertThat(now.list()).isEqualTo(header());
            assertThat(rows(now)).hasSize(rows.size() + 2);
        }
    }

    @Test
    @Requirement("FHIR-018")
    void aVersionThatNeverWasIsNotThere() {
        ListHistory history = lists();

        for (int version : new int[] {-1, 0, number(header()) + 1}) {
            assertThat(history.snapshot(CONSUMER, SampleLists.OPEN, version)).isEmpty();
        }
    }

    @Test
    @Requirement("FHIR-017")
    void versionsComeInPages() throws Exception {
        ListHistory history = lists();
        requireChange(sample().withList(longer("a")));
        int newest = number(header());

        VersionPage<AttributionList> first = history.versions(CONSUMER, SampleLists.OPEN, VersionQuery.newest())
                .orElseThrow();
        VersionPage<AttributionList> next = history.versions(
                        CONSUMER, SampleLists.OPEN, new VersionQuery(null, newest, 1))
                .orElseThrow();

        assertThat(ids(first)).containsExactly(newest);
        assertThat(ids(next)).containsExactly(newest - 1);
        assertThat(first.total()).isEqualTo(newest);
        assertThat(next.total()).isEqualTo(newest);
    }

    @Test
    @Requirement("FHIR-017")
    void versionsSinceAnInstantAreThoseOfThatInstantAndLater() throws Exception {
        ListHistory history = lists();
        requireChange(sample().withList(longer("a")));
        AttributionList newest = header();
        Instant then = Optional.ofNullable(newest.lastUpdated()).orElseThrow();

        VersionPage<AttributionList> since = history.versions(
                        CONSUMER, SampleLists.OPEN, new VersionQuery(then, null, 100))
                .orElseThrow();
        VersionPage<AttributionList> later = history.versions(
                        CONSUMER, SampleLists.OPEN, new VersionQuery(then.plusMillis(1), null, 100))
                .orElseThrow();

        assertThat(ids(since)).containsExactly(number(newest));
        assertThat(since.total()).isEqualTo(1);
        assertThat(later.versions()).isEmpty();
        assertThat(later.total()).isZero();
    }

    @Test
    @Requirement({"ATR-CAP-002", "FHIR-017", "FHIR-018"})
    void earlierVersionsOfAResourceAreKept() throws Exception {
        ResourceHistory history = resources();
        StoredResource before = backend().read(CONSUMER, CLINIC).orElseThrow();
        requireChange(renamed());
        StoredResource after = backend().read(CONSUMER, CLINIC).orElseThrow();

        VersionPage<StoredResource> page =
                history.versions(CONSUMER, CLINIC, ALL).orElseThrow();

        assertThat(page.total()).isEqualTo(2);
        assertThat(page.versions()).extracting(Version::id).containsExactly(after.version(), before.version());
        assertSame(content(page.versions().get(0)), after);
        assertSame(content(page.versions().get(1)), before);
        assertSame(
                content(history.version(CONSUMER, CLINIC, Integer.parseInt(before.version()))
                        .orElseThrow()),
                before);
        assertThat(history.version(CONSUMER, CLINIC, 99)).isEmpty();
    }

    @Test
    @Requirement({"FHIR-015", "FHIR-017"})
    void theDeletionOfAResourceIsAVersion() throws Exception {
        ResourceHistory history = resources();
        StoredResource before = backend().read(CONSUMER, CLINIC).orElseThrow();
        requireChange(sample().withoutResource(CLINIC));

        assertThat(backend().read(CONSUMER, CLINIC)).isEmpty();
        Version<StoredResource> newest = history.versions(CONSUMER, CLINIC, VersionQuery.newest())
                .orElseThrow()
                .versions()
                .get(0);
        assertThat(newest.isDeletion()).isTrue();
        assertThat(newest.id()).isEqualTo(String.valueOf(Integer.parseInt(before.version()) + 1));
        assertThat(history.version(CONSUMER, CLINIC, Integer.parseInt(newest.id()))
                        .orElseThrow()
                        .isDeletion())
                .isTrue();

        requireChange(sample());
        assertThat(history.versions(CONSUMER, CLINIC, ALL).orElseThrow().versions())
                .extracting(Version::isDeletion)
                .containsExactly(false, true, false);
    }

    @Test
    @Requirement({"ATR-SEC-010", "ATR-SEC-012"})
    void versionsAreOfResourcesThatTheCallerMayRead() {
        ResourceHistory history = resources();

        for (String id : List.of("foreign", "nobody", "no-such")) {
            ResourceKey key = new ResourceKey(ResourceType.PATIENT, id);
            assertThat(history.versions(CONSUMER, key, ALL)).isEmpty();
            assertThat(history.version(CONSUMER, key, 1)).isEmpty();
        }
    }

    private ListHistory lists() {
        Optional<ListHistory> history = backend().listHistory();
        Assumptions.assumeTrue(history.isPresent(), "the backend keeps no versions of lists");
        return history.orElseThrow();
    }

    private ResourceHistory resources() {
        Optional<ResourceHistory> history = backend().resourceHistory();
        Assumptions.assumeTrue(history.isPresent(), "the backend keeps no versions of resources");
        return history.orElseThrow();
    }

    private AttributionList header() {
        return backend().find(CONSUMER, SampleLists.OPEN).orElseThrow();
    }

    private SampleLists renamed() {
        SampleLists sample = sample();
        String json = Optional.ofNullable(sample.resources().get(CLINIC)).orElseThrow();
        return sample.withResource(CLINIC, json.replace("Sample", "Renamed"));
    }

    /** Returns the open list with a row more for each of these coverages. */
    final SampleList longer(String... coverages) {
        SampleList open = sample().list(SampleLists.OPEN).orElseThrow();
        for (String coverage : coverages) {
            open = open.withRow(StandardSample.row("nobody", null, "c-" + coverage, ChangeType.NEW));
        }
        return open;
    }

    private static List<Member> rows(ListSnapshot snapshot) {
        List<Member> rows = new ArrayList<>();
        try (MemberCursor cursor = snapshot.members()) {
            for (Member row = cursor.next(); row != null; row = cursor.next()) {
                rows.add(row);
            }
        }
        return rows;
    }

    private static List<Integer> ids(VersionPage<AttributionList> page) {
        return page.versions().stream()
                .map(version -> Integer.valueOf(version.id()))
                .toList();
    }

    private static int number(AttributionList list) {
        return Integer.parseInt(Optional.ofNullable(list.version()).orElseThrow());
    }

    private static StoredResource content(Version<StoredResource> version) {
        return Optional.ofNullable(version.content()).orElseThrow();
    }

    private static void assertSame(StoredResource found, StoredResource expected) {
        assertThat(found.key()).isEqualTo(expected.key());
        assertThat(found.version()).isEqualTo(expected.version());
        assertThat(found.lastUpdated()).isEqualTo(expected.lastUpdated());
        assertThat(found.json()).isEqualTo(expected.json());
    }
}
