package dev.atr.producer.jdbc;

import dev.atr.core.attribution.ListId;
import dev.atr.core.attribution.Member;
import dev.atr.core.attribution.MemberCursor;
import dev.atr.core.attribution.MemberKey;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The rows of a list at a position, read in pages that begin behind the last key. */
final class MemberPages implements MemberCursor {
    private static final int PAGE = 2000;

    private static final String SQL = "select " + MemberRow.COLUMNS + " from atr.member"
            + " where list_id = ? and from_pos <= ? and to_pos > ? and patient >= ?"
            + " and (patient, provider, coverage, period_start) > (?, ?, ?, ?)"
            + " order by list_id, patient, provider, coverage, period_start limit " + PAGE;

    private final Database database;
    private final ListId list;
    private final long pos;
    private final Function<MemberRow, Member> state;
    private final Deque<MemberRow> page = new ArrayDeque<>(PAGE);
    private MemberKey last = new MemberKey("", "", "", "");
    private boolean ended;

    MemberPages(Database database, ListId list, long pos, Function<MemberRow, Member> state) {
        this.database = database;
        this.list = list;
        this.pos = pos;
        this.state = state;
    }

    @Override
    public @Nullable Member next() {
        if (page.isEmpty() && !ended) {
            readPage();
        }
        MemberRow row = page.poll();
        return row == null ? null : state.apply(row);
    }

    @Override
    public void close() {
        ended = true;
        page.clear();
    }

    private void readPage() {
        page.addAll(database.readPage(
                "reading rows of a list",
                session -> session.list(
                        SQL,
                        MemberRow::read,
                        list.value(),
                        pos,
                        pos,
                        last.patient(),
                        last.patient(),
                        last.provider(),
                        last.coverage(),
                        last.start())));
        ended = page.size() < PAGE;
        if (!page.isEmpty()) {
            last = page.getLast().key();
        }
    }
}
