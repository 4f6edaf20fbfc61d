package dev.atr.producer.jdbc;

import static dev.atr.producer.jdbc.RosterFixture.row;
import static dev.atr.producer.jdbc.RosterFixture.with;
import static org.assertj.core.api.Assertions.assertThat;

import dev.atr.core.attribution.ChangeType;
import dev.atr.core.attribution.ListStatus;
import dev.atr.core.attribution.Member;
import dev.atr.core.fhir.FhirDateTime;
import dev.atr.core.fhir.Period;
import dev.atr.http.HandClock;
import dev.atr.producer.jdbc.RosterEntry.Person;
import dev.atr.producer.spi.ListSnapshot;
import dev.atr.requirements.Requirement;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;

/**
 * Rosters that follow each other at random, with days that pass between them: versions, change codes and what the report
 * counts are those of a plain model of the guide's words.
 */
class RosterCodesTest {
    private static final long SEED = 20261123;
    private static final int MEMBERS = 9;
    private static final ZoneId ZONE = ZoneId.of("America/Chicago");
    private static final List<String> ENDS = List.of("", "2026-12-31", "2026-06-04", "2026-06-12", "2026-06-20");

    @OnEachDatabase
    @Requirement({"ATR-MDL-017", "ATR-MDL-018", "ATR-MDL-019", "ATR-MDL-020", "ATR-MDL-021"})
    void everyRosterGivesTheCodesOfTheModel(TestDatabase database) {
        for (int run = 0; run < 2; run++) {
            follow(database, ListStatus.OPEN, SEED + run, 12);
            follow(database, ListStatus.DRAFT, SEED + 100 + run, 12);
        }
    }

    @OnEachDatabase
    @Tag("soak")
    void manyRostersGiveTheCodesOfTheModel(TestDatabase database) {
        for (int run = 0; run < 25; run++) {
            follow(database, ListStatus.OPEN, SEED + 1_000 + run, 20);
            follow(database, ListStatus.DRAFT, SEED + 2_000 + run, 20);
        }
    }

    private static void follow(TestDatabase database, ListStatus status, long seed, int rosters) {
        Random random = new Random(seed);
        HandClock clock = new HandClock("2026-06-01T12:00:00Z");
        Model model = new Model(status);
        try (Ledger ledger = database.open(clock)) {
            ledger.write(tx -> tx.putList(LedgerFixture.list(status)));
            LedgerFromRoster into = LedgerFromRoster.builder(ledger, LedgerFixture.LIST)
                    .maxChurn(100)
                    .build();
            Map<String, String> rows = new TreeMap<>();
            for (int i = 0; i < rosters; i++) {
                change(rows, random);

                RosterReport report = into.take(RosterFixture.of(texts(rows, random)));

                RosterChanges expected = model.take(rows, LocalDate.ofInstant(clock.instant(), ZONE));
                assertThat(report.changes()).as("roster %d of seed %d", i, seed).isEqualTo(expected);
                assertThat(codes(ledger)).as("roster %d of seed %d", i, seed).isEqualTo(model.codes);
                clock.turn(Duration.ofDays(random.nextInt(3)));
            }
        }
    }

    /** Some rows go, come or get another end. */
    private static void change(Map<String, String> rows, Random random) {
        for (int i = random.nextInt(5); i > 0; i--) {
            String key = random.nextInt(MEMBERS) + " "
                    + (random.nextBoolean() ? RosterFixture.NPI : RosterFixture.OTHER_NPI);
            if (random.nextInt(3) == 0) {
                rows.remove(key);
            } else {
                rows.put(key, ENDS.get(random.nextInt(ENDS.size())));
            }
        }
    }

    private static List<Map<RosterColumn, String>> texts(Map<String, String> rows, Random random) {
        List<Map<RosterColumn, String>> texts = new ArrayList<>();
        rows.forEach((key, end) -> {
            String[] parts = key.split(" ", -1);
            texts.add(
                    with(with(row(parts[0]), RosterColumn.PROVIDER_NPI, parts[1]), RosterColumn.ATTRIBUTION_END, end));
        });
        Collections.shuffle(texts, random);
        return texts;
    }

    /** Returns the change code of each row, by member and provider. */
    private static Map<String, String> codes(Ledger ledger) {
        Map<String, String> names = new TreeMap<>();
        for (int member = 0; member < MEMBERS; member++) {
            Person person = new Person(RosterFixture.MEMBERS, String.valueOf(member), null, null, null, "female");
            names.put(RosterResources.patientKey(person).reference(), String.valueOf(member));
        }
        for (String npi : List.of(RosterFixture.NPI, RosterFixture.OTHER_NPI)) {
            names.put(
                    RosterResources.key(new RosterEntry.Practitioner(npi, null, null))
                            .reference(),
                    npi);
        }
        Map<String, String> codes = new TreeMap<>();
        try (ListSnapshot snapshot = LedgerFixture.snapshot(ledger)) {
            for (Member row : LedgerFixture.rows(snapshot)) {
                Period period = Objects.requireNonNull(row.period());
                FhirDateTime end = period.end();
                codes.put(
                        names.get(row.key().patient()) + " "
                                + names.get(row.key().provider()),
                        Objects.requireNonNull(row.changeType()).code() + " " + (end == null ? "" : end.text()));
            }
        }
        return codes;
    }

    /** A list as the guide tells it: what each row was at the publication before, and what it is now. */
    private static final class Model {
        private final boolean draft;
        private final Map<String, String> held = new TreeMap<>();
        private final Map<String, String> gone = new TreeMap<>();
        private Map<String, String> codes = new TreeMap<>();

        Model(ListStatus status) {
            draft = ListStatus.DRAFT.equals(status);
        }

        RosterChanges take(Map<String, String> rows, LocalDate today) {
            Map<String, String> next = new TreeMap<>();
            int[] counts = new int[4];
            for (Map.Entry<String, String> row : rows.entrySet()) {
                String before = held.get(row.getKey());
                boolean was = before != null && isActive(before, today);
                boolean is = isActive(row.getValue(), today);
                boolean same = row.getValue().equals(before);
                ChangeType code = !is
                        ? ChangeType.DROPPED
                        : !was ? ChangeType.NEW : same ? ChangeType.NOCHANGE : ChangeType.CHANGED;
                counts[0] += is && !was ? 1 : 0;
                counts[1] += is && was && !same ? 1 : 0;
                counts[2] += !is && was ? 1 : 0;
                counts[3] += is && was && same ? 1 : 0;
                next.put(row.getKey(), code.code() + " " + row.getValue());
            }
            boolean differs = !held.equals(rows);
            for (Map.Entry<String, String> row : held.entrySet()) {
                if (!rows.containsKey(row.getKey())) {
                    counts[2] += isActive(row.getValue(), today) ? 1 : 0;
                    gone.put(row.getKey(), row.getValue());
                }
            }
            gone.keySet().removeAll(rows.keySet());
            if (draft) {
                gone.forEach((key, end) -> next.put(key, ChangeType.DROPPED.code() + " " + end));
            }
            held.clear();
            held.putAll(rows);
            // What is as before makes no version, and keeps the codes of the one that there is
            codes = differs ? next : codes;
            return new RosterChanges(counts[0], counts[1], counts[2], counts[3]);
        }

        private static boolean isActive(String end, LocalDate today) {
            return end.isEmpty() || !LocalDate.parse(end).isBefore(today);
        }
    }
}
