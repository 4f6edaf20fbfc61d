package dev.atr.producer.tck;

import dev.atr.core.attribution.AttributionList;
import dev.atr.core.attribution.ListId;
import dev.atr.core.attribution.Member;
import java.util.List;

/**
 * One list with its rows, small enough to be held whole. Immutable.
 *
 * @param header the list without version and time; where it names a quantity, the backend answers the true one
 * @param rows its rows in any order, no two of one {@link dev.atr.core.attribution.MemberKey}
 */
public record SampleList(AttributionList header, List<Member> rows) {
    /** Copies the rows. */
    public SampleList {
        rows = List.copyOf(rows);
    }

    /** Returns the id of the list. */
    public ListId id() {
        return header.id();
    }

    /** Returns a copy with one more row. */
    public SampleList withRow(Member row) {
        return new SampleList(header, SampleLists.with(rows, row));
    }

    /** Returns the number of distinct patients with at least one active row. */
    public int activeMembers() {
        return (int) rows.stream()
                .filter(row -> !row.inactive())
                .map(row -> row.key().patient())
                .distinct()
                .count();
    }
}
