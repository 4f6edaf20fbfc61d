package dev.atr.producer.jdbc;

import dev.atr.core.attribution.ListId;
import dev.atr.core.attribution.Member;
import dev.atr.core.attribution.MemberCursor;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Stream;

/** The rows of some members of a list at a position, read some members at a time. */
final class RowsOfPatients extends ReadAhead<Member> implements MemberCursor {
    private static final int STEP = 500;

    private static final String SQL = "select " + MemberRow.COLUMNS + " from :rows(atr.member, patient)"
            + " and list_id = ? and from_pos <= ? and to_pos > ?";

    private final Database database;
    private final ListId list;
    private final long pos;
    private final Function<MemberRow, Member> state;
    private final List<String> patients;
    private int done;

    RowsOfPatients(Database database, ListId list, long pos, Function<MemberRow, Member> state, Set<String> patients) {
        super(database);
        this.database = database;
        this.list = list;
        this.pos = pos;
        this.state = state;
        this.patients = List.copyOf(new TreeSet<>(patients));
    }

    @Override
    Stream<Member> readPage() {
        List<String> step = patients.subList(done, Math.min(patients.size(), done + STEP));
        done += step.size();
        return database
                .readPage(
                        "reading rows of a list",
                        session -> session.list(SQL, new MemberRow.Reader(), step, list.value(), pos, pos))
                .stream()
                .sorted(Comparator.comparing(MemberRow::key))
                .map(state);
    }

    @Override
    boolean isAtEnd() {
        return done == patients.size();
    }
}
