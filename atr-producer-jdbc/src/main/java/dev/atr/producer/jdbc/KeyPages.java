package dev.atr.producer.jdbc;

import dev.atr.core.attribution.ListId;
import dev.atr.core.fhir.ResourceType;
import java.util.List;
import java.util.NavigableSet;

/** References in ascending order, a page at a time. */
interface KeyPages {
    /** No references at all. */
    KeyPages NONE = (after, limit) -> List.of();

    /**
     * Returns the references that follow.
     *
     * @param after the last reference of the page before; empty for the first page
     * @param limit about how many to return; fewer do not mean the end
     * @return ascending, without repetition; empty at the end
     */
    List<String> next(String after, int limit);

    /** Returns the references to a type that the rows of a list hold in a column. */
    static KeyPages ofColumn(Database database, ListId list, long pos, String column, ResourceType type) {
        // Repetitions are taken out here: asked for distinct texts, H2 reads the list to its end for every page
        String sql = "select " + column + " from atr.member where list_id = ? and from_pos <= ? and to_pos > ? and "
                + column + " > ? and " + column + " < ? order by list_id, " + column + " limit ?";
        return (after, limit) -> database
                .readPageOfTable(
                        "reading references",
                        session -> session.list(
                                sql,
                                row -> row.getString(1),
                                list.value(),
                                pos,
                                pos,
                                after.isEmpty() ? Refs.before(type) : after,
                                Refs.after(type),
                                limit))
                .stream()
                .distinct()
                .toList();
    }

    /** Returns the references to a type that are in a set. */
    static KeyPages of(NavigableSet<String> refs, ResourceType type) {
        return (after, limit) ->
                refs.subSet(after.isEmpty() ? Refs.before(type) : after, false, Refs.after(type), false).stream()
                        .limit(limit)
                        .toList();
    }
}
