package dev.atr.producer.jdbc;

import dev.atr.core.attribution.ListStatus;
import dev.atr.core.fhir.Identifier;
import java.io.IOException;
import java.time.LocalDate;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Small rosters. */
final class RosterFixture {
    static final String MEMBERS = "https://payer.example/ids/member";
    static final String NPI = "1234567893";
    static final String OTHER_NPI = "1357902463";

    static final RosterList ABOUT = new RosterList(
            ListStatus.OPEN,
            "Juniper",
            Identifier.of("https://payer.example/contracts", "CT-1"),
            "1487203592",
            null,
            LocalDate.of(2026, 1, 1),
            LocalDate.of(2026, 12, 31),
            "Cedar Valley Health Plan",
            null);

    private RosterFixture() {}

    static LedgerFromRoster.Builder rosters(Ledger ledger) {
        return LedgerFromRoster.builder(ledger, LedgerFixture.LIST).newList(ABOUT);
    }

    /** Returns a sound row of a member with a practitioner. */
    static Map<RosterColumn, String> row(String member) {
        Map<RosterColumn, String> row = new EnumMap<>(RosterColumn.class);
        row.put(RosterColumn.MEMBER_ID, member);
        row.put(RosterColumn.MEMBER_ID_SYSTEM, MEMBERS);
        row.put(RosterColumn.FAMILY_NAME, "Family-" + member);
        row.put(RosterColumn.GIVEN_NAME, "Given");
        row.put(RosterColumn.BIRTH_DATE, "1980-02-29");
        row.put(RosterColumn.GENDER, "F");
        row.put(RosterColumn.PLAN_ID, "PPO");
        row.put(RosterColumn.COVERAGE_START, "2026-01-01");
        row.put(RosterColumn.PROVIDER_NPI, NPI);
        row.put(RosterColumn.PROVIDER_FAMILY_NAME, "Doctor");
        row.put(RosterColumn.ATTRIBUTION_START, "2026-01-01");
        return row;
    }

    static Map<RosterColumn, String> with(Map<RosterColumn, String> row, RosterColumn column, String value) {
        Map<RosterColumn, String> copy = new EnumMap<>(row);
        copy.put(column, value);
        return copy;
    }

    /** Returns sound rows of some members. */
    static Roster of(String... members) {
        return of(List.of(members).stream().map(RosterFixture::row).toList());
    }

    static Roster of(List<Map<RosterColumn, String>> rows) {
        return () -> cursor(rows);
    }

    static Roster of(String digest, Roster roster) {
        return new Roster() {
            @Override
            public RosterCursor open() throws IOException {
                return roster.open();
            }

            @Override
            public Optional<String> digest() {
                return Optional.of(digest);
            }
        };
    }

    static RosterCursor cursor(List<Map<RosterColumn, String>> rows) {
        Iterator<Map<RosterColumn, String>> remaining = rows.iterator();
        return new RosterCursor() {
            private long line;

            @Override
            public @Nullable RosterRow next() {
                return remaining.hasNext() ? new RosterRow(++line, remaining.next()) : null;
            }

            @Override
            public void close() {}
        };
    }
}
