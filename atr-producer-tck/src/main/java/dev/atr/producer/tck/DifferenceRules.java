package dev.atr.producer.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atr.core.attribution.ChangeType;
import dev.atr.core.attribution.ListId;
import dev.atr.core.attribution.Member;
import dev.atr.core.attribution.MemberCursor;
import dev.atr.core.fhir.Period;
import dev.atr.producer.spi.Caller;
import dev.atr.producer.spi.ListHistory;
import dev.atr.producer.spi.ListSnapshot;
import dev.atr.producer.spi.administration.ListAdministration;
import dev.atr.producer.spi.administration.RowDifference;
import dev.atr.producer.spi.administration.RowDifference.Aspect;
import dev.atr.producer.spi.administration.RowDifference.Changed;
import dev.atr.producer.spi.administration.RowDifference.Joined;
import dev.atr.producer.spi.administration.RowDifference.Left;
import dev.atr.producer.spi.administration.RowDifferences;
import dev.atr.requirements.Requirement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** What differs between versions: the rule of {@link ListAdministration#differences}, for who keeps versions as well. */
abstract class DifferenceRules extends VersionRules {
    private static final Caller CONSUMER = new Caller(SampleLists.CONSUMER, "system/*.read", null);
    private static final int STORIES = 5;
    private static final int CHAPTERS = 6;

    @Test
    @Requirement({"ATR-MDL-005", "FHIR-018"})
    void differencesTellWhoJoinedAndWhoLeft() throws Exception {
        ListAdministration lists = lists();
        int before = version();
        Member second = one(before, "10");
        requireOpenList(rows -> {
            rows.removeIf(row -> isOf(row, "a") || row.key().equals(second.key()));
            rows.add(StandardSample.row("nobody", null, "c-nobody", ChangeType.NEW));
            return rows;
        });

        List<RowDifference> differences = read(lists, before, version());

        assertThat(differences)
                .containsExactlyInAnyOrder(
                        new Joined(one(version(), "nobody"), true),
                        new Left(one(before, "a"), null, true),
                        // Still a member by way of the other provider
                        new Left(second, null, false));
    }

    @Test
    @Requirement({"ATR-MDL-005", "ATR-MDL-020"})
    void aMemberWhoMovesChangesAndDoesNotLeave() throws Exception {
        ListAdministration lists = lists();
        int before = version();
        requireOpenList(rows -> {
            rows.removeIf(row -> isOf(row, "a") || isOf(row, "A") || isOf(row, "-x"));
            rows.add(StandardSample.row("a", "Practitioner/dr-2", "c-a", ChangeType.NEW));
            rows.add(StandardSample.row("A", null, "c-10", ChangeType.NEW));
            rows.add(withPeriod(
                    StandardSample.row("-x", "Organization/clinic", "c-x", ChangeType.NEW),
                    Period.of("2026-01-01", "2088-12-31")));
            return rows;
        });

        assertThat(read(lists, before, version()))
                .containsExactlyInAnyOrder(
                        new Changed(one(before, "a"), one(version(), "a"), Set.of(Aspect.PROVIDER)),
                        new Changed(one(before, "A"), one(version(), "A"), Set.of(Aspect.COVERAGE)),
                        new Changed(one(before, "-x"), one(version(), "-x"), Set.of(Aspect.PERIOD)));
    }

    @Test
    @Requirement("ATR-MDL-005")
    void whatWasUndoneBetweenTheVersionsIsNoDifference() throws Exception {
        ListAdministration lists = lists();
        int before = version();
        requireOpenList(rows -> {
            rows.removeIf(row -> isOf(row, "a"));
            rows.add(StandardSample.row("nobody", null, "c-nobody", ChangeType.NEW));
            return rows;
        });
        int between = version();
        requireOpenList(rows -> rows);

        assertThat(read(lists, before, version())).isEmpty();
        assertThat(read(lists, between, version())).hasSize(2);
        assertThat(read(lists, before, before)).isEmpty();
    }

    @Test
    @Requirement("FHIR-018")
    void versionsThatAreNotThereAreNotCompared() {
        ListAdministration lists = lists();
        int newest = version();

        assertThat(lists.differences(new ListId("no-such-list"), 1, 1)).isEmpty();
        assertThat(lists.differences(SampleLists.OPEN, 0, newest)).isEmpty();
        assertThat(lists.differences(SampleLists.OPEN, newest, newest + 1)).isEmpty();
        assertThatThrownBy(() -> lists.differences(SampleLists.OPEN, newest + 1, newest))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    @Requirement("ATR-MDL-005")
    void differencesThatAreOpenStayAsTheyAre() throws Exception {
        ListAdministration lists = lists();
        int before = version();
        requireOpenList(rows -> {
            rows.removeIf(row -> isOf(row, "a"));
            return rows;
        });
        Member left = one(before, "a");

        try (RowDifferences differences =
                lists.differences(SampleLists.OPEN, before, version()).orElseThrow()) {
            requireOpenList(rows -> rows);

            assertThat(read(differences)).containsExactly(new Left(left, null, true));
        }
    }

    @Test
    @Requirement({"ATR-MDL-005", "FHIR-018"})
    void differencesAreThoseOfTheTwoWholeVersions() throws Exception {
        ListAdministration lists = lists();
        SampleLists now = sample();
        for (long seed = 1; seed <= STORIES; seed++) {
            RandomHistory story = new RandomHistory(seed, sample(), SampleLists.OPEN);
            int first = version();
            for (int chapter = 0; chapter < CHAPTERS; chapter++) {
                now = story.next(now);
                requireChange(now);
            }
            int last = version();
            for (int from = first; from <= last; from++) {
                DifferencesOracle.check(rows(from), rows(last), read(lists, from, last));
            }
        }
    }

    private ListAdministration lists() {
        Optional<ListAdministration> lists = backend().listAdministration();
        Assumptions.assumeTrue(
                lists.isPresent() && backend().listHistory().isPresent(),
                "the payer changes its lists elsewhere, or keeps no versions");
        return lists.orElseThrow();
    }

    private void requireOpenList(UnaryOperator<List<Member>> change) throws Exception {
        SampleList open = sample().list(SampleLists.OPEN).orElseThrow();
        requireChange(sample().withList(new SampleList(open.header(), change.apply(new ArrayList<>(open.rows())))));
    }

    private int version() {
        return Integer.parseInt(Optional.ofNullable(
                        backend().find(CONSUMER, SampleLists.OPEN).orElseThrow().version())
                .orElseThrow());
    }

    private Member one(int version, String patient) {
        return rows(version).stream()
                .filter(row -> isOf(row, patient))
                .findFirst()
                .orElseThrow();
    }

    private List<Member> rows(int version) {
        ListHistory history = backend().listHistory().orElseThrow();
        List<Member> rows = new ArrayList<>();
        try (ListSnapshot snapshot =
                        history.snapshot(CONSUMER, SampleLists.OPEN, version).orElseThrow();
                MemberCursor cursor = snapshot.members()) {
            for (Member row = cursor.next(); row != null; row = cursor.next()) {
                rows.add(row);
            }
        }
        return rows;
    }

    private static List<RowDifference> read(ListAdministration lists, int from, int to) {
        try (RowDifferences differences =
                lists.differences(SampleLists.OPEN, from, to).orElseThrow()) {
            return read(differences);
        }
    }

    private static List<RowDifference> read(RowDifferences differences) {
        List<RowDifference> read = new ArrayList<>();
        for (RowDifference one = differences.next(); one != null; one = differences.next()) {
            read.add(one);
        }
        return read;
    }

    private static boolean isOf(Member row, String patient) {
        return row.key().patient().equals("Patient/" + patient);
    }

    private static Member withPeriod(Member row, Period period) {
        return new Member(
                row.patient(), row.coverage(), row.provider(), period, row.inactive(), row.changeType(), row.other());
    }
}
