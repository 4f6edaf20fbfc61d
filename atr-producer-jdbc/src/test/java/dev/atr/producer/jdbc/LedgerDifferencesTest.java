package dev.atr.producer.jdbc;

import static dev.atr.producer.jdbc.LedgerFixture.CALLER;
import static dev.atr.producer.jdbc.LedgerFixture.LIST;
import static dev.atr.producer.jdbc.LedgerFixture.header;
import static dev.atr.producer.jdbc.LedgerFixture.importRows;
import static dev.atr.producer.jdbc.LedgerFixture.putMembers;
import static dev.atr.producer.jdbc.LedgerFixture.row;
import static dev.atr.producer.jdbc.LedgerFixture.rows;
import static org.assertj.core.api.Assertions.assertThat;

import dev.atr.core.attribution.ChangeType;
import dev.atr.core.attribution.ListStatus;
import dev.atr.core.attribution.Member;
import dev.atr.core.fhir.Reference;
import dev.atr.core.fhir.ResourceType;
import dev.atr.http.HandClock;
import dev.atr.producer.spi.ListSnapshot;
import dev.atr.producer.spi.administration.ListAdministration;
import dev.atr.producer.spi.administration.Revision;
import dev.atr.producer.spi.administration.RowDifference;
import dev.atr.producer.spi.administration.RowDifferences;
import dev.atr.producer.spi.administration.StatusChange;
import dev.atr.requirements.Requirement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** What differs between versions of a list, beyond what every backend must know: the calendar, deletions, long lists. */
class LedgerDifferencesTest {
    private static final int STORIES = 5;
    private static final int CHAPTERS = 7;
    private static final List<StatusChange> STEPS = List.of(StatusChange.values());

    private final HandClock clock = new HandClock("2026-06-30T12:00:00Z");

    @OnEachDatabase
    @Requirement({"ATR-MDL-005", "ATR-MDL-014", "ATR-MDL-018"})
    void whomTheCalendarEndedLeft(TestDatabase database) {
        try (Ledger ledger = database.open(clock)) {
            importRows(ledger, ListStatus.OPEN, row("ends", null, "2026-06-30"), row("stays"), row("goes"));
            clock.turn(Duration.ofDays(1));
            ledger.endAttributions();
            importRows(ledger, ListStatus.OPEN, row("ends", null, "2026-06-30"), row("stays"));

            assertThat(described(ledger, 1, 2)).containsExactly("left ends gone dropped");
            assertThat(described(ledger, 2, 3)).containsExactly("left goes gone");
            assertThat(described(ledger, 1, 3)).containsExactlyInAnyOrder("left ends gone dropped", "left goes gone");
        }
    }

    @OnEachDatabase
    @Requirement("ATR-MDL-005")
    void aRowThatOutlivedItsPeriodOnAFinalListLeavesWhenTheListIsReopened(TestDatabase database) {
        try (Ledger ledger = database.open(clock)) {
            importRows(ledger, ListStatus.FINAL, row("over", null, "2026-03-31"), row("stays"));

            administration(ledger).reopen(LIST);
            clock.turn(Duration.ofDays(365));
            administration(ledger).finalise(LIST);

            assertThat(described(ledger, 1, 2)).containsExactly("left over gone dropped");
            assertThat(described(ledger, 1, 1)).isEmpty();
        }
    }

    @OnEachDatabase
    @Requirement({"ATR-MDL-005", "FHIR-015"})
    void theVersionsOfADeletedListAreCompared(TestDatabase database) {
        try (Ledger ledger = database.open(clock)) {
            importRows(ledger, ListStatus.OPEN, row("a"), row("b"));
            putMembers(ledger, row("c"));
            administration(ledger).delete(LIST, null);
            assertThat(described(ledger, 1, 2)).containsExactly("joined c new");
            assertThat(administration(ledger).differences(LIST, 2, 3)).isEmpty();

            importRows(ledger, ListStatus.OPEN, row("b"), row("d"));

            assertThat(described(ledger, 2, 4)).containsExactlyInAnyOrder("left a gone", "left c gone", "joined d new");
        }
    }

    @OnEachDatabase
    void moreThanAPageComesOnceEach(TestDatabase database) {
        Member[] many = IntStream.range(0, 1100)
                .mapToObj(number -> row("p" + number))
                .flatMap(row -> List.of(row, withProvider(row, "second")).stream())
                .toArray(Member[]::new);
        try (Ledger ledger = database.open(clock)) {
            importRows(ledger, ListStatus.OPEN, row("first"));
            importRows(ledger, ListStatus.OPEN, many);
            importRows(ledger, ListStatus.OPEN, row("first"));

            List<String> joined = described(ledger, 1, 2);
            assertThat(joined).hasSize(2201).contains("left first gone", "joined p1099 new");
            assertThat(new TreeSet<>(joined)).hasSize(1101);
            assertThat(described(ledger, 2, 3)).hasSize(2201);
            assertThat(described(ledger, 1, 3)).isEmpty();
        }
    }

    @OnEachDatabase
    @Requirement({"ATR-MDL-005", "ATR-MDL-006", "FHIR-018"})
    void differencesAreThoseOfTwoWholeSnapshots(TestDatabase database) {
        for (int seed = 1; seed <= STORIES; seed++) {
            Random random = new Random(seed);
            try (Ledger ledger = database.open(clock)) {
                importRows(ledger, ListStatus.DRAFT, someRows(random));
                for (int chapter = 0; chapter < CHAPTERS; chapter++) {
                    change(ledger, random);
                }
                int newest = Integer.parseInt(String.valueOf(header(ledger).version()));
                for (int from = 1; from <= newest; from++) {
                    for (int to = from; to <= newest; to++) {
                        assertThat(byPatient(differences(ledger, from, to)))
                                .as("seed %d, versions %d and %d", seed, from, to)
                                .isEqualTo(compared(ledger, from, to));
                    }
                }
            }
        }
    }

    private void change(Ledger ledger, Random random) {
        ListStatus status = header(ledger).status();
        switch (random.nextInt(7)) {
            case 0 -> importRows(ledger, ListStatus.DRAFT, someRows(random));
            case 1 -> importRows(ledger, ListStatus.OPEN, someRows(random));
            case 2 -> importRows(ledger, ListStatus.FINAL, someRows(random));
            case 3 -> {
                clock.turn(Duration.ofDays(20));
                ledger.endAttributions();
            }
            case 4 -> administration(ledger).revise(LIST, Revision.of(STEPS.get(random.nextInt(STEPS.size()))), null);
            default -> {
                if (!ListStatus.FINAL.equals(status)) {
                    putMembers(ledger, someRows(random));
                    ledger.write(tx -> tx.removeMember(LIST, oneOf(random).key()));
                }
            }
        }
    }

    private Member[] someRows(Random random) {
        Map<String, Member> rows = new TreeMap<>();
        for (int i = random.nextInt(8); i >= 0; i--) {
            Member row = oneOf(random);
            rows.put(row.key().patient() + row.key().provider(), row);
        }
        return rows.values().toArray(Member[]::new);
    }

    private Member oneOf(Random random) {
        String month = String.valueOf(clock.instant()).substring(0, 7);
        String end = random.nextInt(3) == 0 ? "2099-12-31" : month + "-" + (10 + random.nextInt(20) % 18);
        ChangeType change = random.nextInt(6) == 0 ? ChangeType.DROPPED : null;
        return withProvider(row("p" + random.nextInt(6), change, end), "doctor-" + random.nextInt(2));
    }

    private static Member withProvider(Member row, String provider) {
        return new Member(
                row.patient(),
                row.coverage(),
                Reference.to(ResourceType.PRACTITIONER, provider),
                row.period(),
                row.inactive(),
                row.changeType(),
                row.other());
    }

    private static Map<String, List<RowDifference>> compared(Ledger ledger, int from, int to) {
        Map<String, List<Member>> before = version(ledger, from);
        Map<String, List<Member>> after = version(ledger, to);
        Map<String, List<RowDifference>> compared = new TreeMap<>();
        TreeSet<String> patients = new TreeSet<>(before.keySet());
        patients.addAll(after.keySet());
        for (String patient : patients) {
            List<RowDifference> differences = RowDifference.between(
                    before.getOrDefault(patient, List.of()), after.getOrDefault(patient, List.of()));
            if (!differences.isEmpty()) {
                compared.put(patient, differences);
            }
        }
        return compared;
    }

    private static Map<String, List<Member>> version(Ledger ledger, int version) {
        try (ListSnapshot snapshot = ledger.backend()
                .listHistory()
                .orElseThrow()
                .snapshot(CALLER, LIST, version)
                .orElseThrow()) {
            return rows(snapshot).stream()
                    .sorted(Comparator.comparing(Member::key))
                    .collect(Collectors.groupingBy(row -> row.key().patient()));
        }
    }

    private static Map<String, List<RowDifference>> byPatient(List<RowDifference> differences) {
        return differences.stream()
                .collect(Collectors.groupingBy(LedgerDifferencesTest::patient, TreeMap::new, Collectors.toList()));
    }

    private static List<String> described(Ledger ledger, int from, int to) {
        return differences(ledger, from, to).stream()
                .map(difference -> difference.map(joined -> "joined", left -> "left", changed -> "changed")
                        + " " + patient(difference).substring("Patient/".length())
                        + difference.map(
                                joined -> joined.newcomer() ? " new" : "",
                                left -> (left.gone() ? " gone" : "") + code(left),
                                changed -> " " + changed.what()))
                .toList();
    }

    private static String code(RowDifference.Left left) {
        Member after = left.after();
        return after == null || after.changeType() == null
                ? ""
                : " " + after.changeType().code();
    }

    private static String patient(RowDifference difference) {
        return difference.map(
                joined -> joined.after().key().patient(),
                left -> left.before().key().patient(),
                changed -> changed.after().key().patient());
    }

    static List<RowDifference> differences(Ledger ledger, int from, int to) {
        List<RowDifference> all = new ArrayList<>();
        try (RowDifferences differences =
                administration(ledger).differences(LIST, from, to).orElseThrow()) {
            for (RowDifference one = differences.next(); one != null; one = differences.next()) {
                all.add(one);
            }
        }
        return all;
    }

    private static ListAdministration administration(Ledger ledger) {
        return ledger.backend().listAdministration().orElseThrow();
    }
}
