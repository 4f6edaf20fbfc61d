package dev.atr.producer.jdbc;

import static dev.atr.producer.jdbc.LedgerFixture.LIST;
import static dev.atr.producer.jdbc.LedgerFixture.importRows;
import static dev.atr.producer.jdbc.LedgerFixture.putMembers;
import static dev.atr.producer.jdbc.LedgerFixture.row;
import static org.assertj.core.api.Assertions.assertThat;

import dev.atr.core.attribution.ListStatus;
import dev.atr.core.attribution.Member;
import dev.atr.http.HandClock;
import dev.atr.requirements.Requirement;
import java.time.Duration;
import java.time.ZoneId;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** What a comparison of versions costs follows from what has changed between them, not from how long the list is. */
class DifferencesCostTest {
    private static final int CHANGES = 10;
    private static final int SHORT = 50;
    private static final int LONG = 4000;

    @OnEachDatabase
    @Requirement("ATR-MDL-005")
    void theSameChangeTouchesAsMuchOfAListOfAnyLength(TestDatabase database) throws Exception {
        long ofShort = touched(database, SHORT);
        long ofLong = touched(database, LONG);

        assertThat(ofShort).isPositive();
        // An index of a long list may be a page deeper
        assertThat(ofLong).isLessThanOrEqualTo(2 * ofShort).isLessThan(LONG / 4);
    }

    /** Returns how much a comparison looks at when ten members join, ten leave and ten are ended by the calendar. */
    private static long touched(TestDatabase database, int members) throws Exception {
        HandClock clock = new HandClock("2026-06-30T12:00:00Z");
        LedgerOptions place = database.options();
        try (Touched touched = new Touched(place);
                Ledger ledger = Ledger.open(LedgerOptions.ofDataSource(touched.dataSource())
                        .schema(place.schema())
                        .clock(clock)
                        .zone(ZoneId.of("America/Chicago")))) {
            importRows(
                    ledger,
                    ListStatus.OPEN,
                    Stream.concat(rows("stays", members, "2099-12-31"), rows("ends", CHANGES, "2026-06-30"))
                            .toArray(Member[]::new));
            clock.turn(Duration.ofDays(1));
            ledger.endAttributions();
            putMembers(ledger, rows("joins", CHANGES, "2099-12-31").toArray(Member[]::new));
            ledger.write(tx -> rows("stays", CHANGES, "2099-12-31").forEach(row -> tx.removeMember(LIST, row.key())));
            touched.count();

            assertThat(LedgerDifferencesTest.differences(ledger, 1, 4)).hasSize(3 * CHANGES);

            return touched.count();
        }
    }

    private static Stream<Member> rows(String name, int count, String end) {
        return IntStream.range(0, count).mapToObj(number -> row(name + number, null, end));
    }
}
