package dev.atr.producer.jdbc;

import dev.atr.core.attribution.ListId;
import dev.atr.core.attribution.Member;
import dev.atr.core.attribution.MemberCursor;
import dev.atr.core.attribution.MemberKey;
import dev.atr.core.fhir.ResourceType;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

/** The rows of a list at a position, read in pages that begin behind the last key. */
final class MemberPages extends ReadAhead<Member> implements MemberCursor {
    private static final int PAGE = 4000;

    // With a last patient too, although there is none behind: H2 holds that for less work than going through positions
    private static final String SQL = "select " + MemberRow.COLUMNS + " from atr.member"
            + " where list_id = ? and from_pos <= ? and to_pos > ? and patient >= ? and patient < ?"
            + " and (patient, provider, coverage, period_start) > (?, ?, ?, ?)"
            + " order by list_id, patient, provider, coverage, period_start limit " + PAGE;

    private final Database database;
    private final ListId list;
    private final long pos;
    private final Function<MemberRow, Member> state;
    private MemberKey last = new MemberKey("", "", "", "");
    private boolean ended;

    MemberPages(Database database, ListId list, long pos, Function<MemberRow, Member> state) {
        super(database);
        this.database = database;
        this.list = list;
        this.pos = pos;
        this.state = state;
    }

    @Override
    Stream<Member> readPage() {
        List<MemberRow> page = database.readPageOfTable(
                "reading rows of a list",
                session -> session.list(
                        SQL,
                        new MemberRow.Reader(),
                        list.value(),
                        pos,
                        pos,
                        last.patient(),
                        Refs.after(ResourceType.PATIENT),
                        last.patient(),
                        last.provider(),
                        last.coverage(),
                        last.start()));
        ended = page.size() < PAGE;
        if (!page.isEmpty()) {
            last = page.get(page.size() - 1).key();
        }
        return page.stream().map(state);
    }

    @Override
    boolean isAtEnd() {
        return ended;
    }
}
