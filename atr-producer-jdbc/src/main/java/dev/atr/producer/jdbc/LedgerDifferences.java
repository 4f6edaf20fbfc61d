package dev.atr.producer.jdbc;

import dev.atr.core.attribution.ListId;
import dev.atr.core.attribution.Member;
import dev.atr.producer.spi.administration.RowDifference;
import dev.atr.producer.spi.administration.RowDifferences;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What differs between two versions of a list. Looks, a page at a time, at the patients of rows that begin or end between
 * the two positions or whose last day is between the two dates, and compares all rows of each.
 */
final class LedgerDifferences extends ReadAhead<RowDifference> implements RowDifferences {
    private static final String ROWS = "select " + MemberRow.COLUMNS + ", to_pos from :rows(atr.member, patient)"
            + " and list_id = ? and from_pos <= ? and to_pos > ?";

    private final Database database;
    private final ListId list;
    private final LedgerSnapshot earlier;
    private final LedgerSnapshot later;
    private final Function<MemberRow, Member> asEarlier;
    private final Function<MemberRow, Member> asLater;
    private final List<ChangedPatients> sources;
    private final Deque<ChangedPatients> remaining;

    LedgerDifferences(Database database, LedgerSnapshot earlier, LedgerSnapshot later) {
        super(database);
        this.database = database;
        this.list = later.list().id();
        this.earlier = earlier;
        this.later = later;
        this.asEarlier = earlier.state();
        this.asLater = later.state();
        this.sources = ChangedPatients.between(earlier, later);
        this.remaining = new ArrayDeque<>(sources);
    }

    @Override
    Stream<RowDifference> readPage() {
        return database.readPage("comparing versions of a list", this::readPage).stream();
    }

    @Override
    boolean isAtEnd() {
        return remaining.isEmpty();
    }

    private List<RowDifference> readPage(Session session) throws SQLException {
        ChangedPatients source = remaining.element();
        Set<ChangedPatients.Place> places = source.next(session, list);
        if (source.isAtEnd()) {
            remaining.remove();
        }
        if (places.isEmpty()) {
            return List.of();
        }
        MemberRow.Reader reader = new MemberRow.Reader();
        Map<String, List<Held>> byPatient = session
                .list(
                        ROWS,
                        row -> new Held(reader.read(row), row.getLong("to_pos")),
                        places.stream()
                                .map(ChangedPatients.Place::patient)
                                .distinct()
                                .toList(),
                        list.value(),
                        later.pos(),
                        earlier.pos())
                .stream()
                .collect(Collectors.groupingBy(held -> held.row.key().patient(), TreeMap::new, Collectors.toList()));
        List<RowDifference> page = new ArrayList<>();
        for (ChangedPatients.Place place : places) {
            List<Held> rows = byPatient.getOrDefault(place.patient(), List.of());
            // A patient may be in several places: the first one counts
            if (place.equals(ChangedPatients.firstPlace(sources, rows))) {
                page.addAll(RowDifference.between(at(rows, earlier, asEarlier), at(rows, later, asLater)));
            }
        }
        return page;
    }

    private static List<Member> at(List<Held> rows, LedgerSnapshot version, Function<MemberRow, Member> state) {
        return rows.stream()
                .filter(held -> held.row.fromPos() <= version.pos() && held.toPos > version.pos())
                .map(held -> state.apply(held.row))
                .sorted(Comparator.comparing(Member::key))
                .toList();
    }

    /** A row and the position at which it ends. */
    record Held(MemberRow row, long toPos) {}
}
