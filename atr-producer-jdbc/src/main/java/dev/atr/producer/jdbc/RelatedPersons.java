package dev.atr.producer.jdbc;

import dev.atr.core.attribution.ListId;
import dev.atr.core.fhir.ResourceType;
import java.util.HashSet;
import java.util.List;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The RelatedPersons that the coverages of a list refer to. */
final class RelatedPersons {
    /** Up to this many are held at once. */
    private static final int MOST_HELD = 20_000;

    private static final ResourceType TYPE = ResourceType.RELATED_PERSON;

    private static final String FROM_MEMBERS = "select distinct r.to_ref from atr.member m"
            + " join atr.resource_reference r on r.from_ref = m.coverage"
            + " where m.list_id = ? and m.from_pos <= ? and m.to_pos > ?"
            + " and r.to_ref > ? and r.to_ref < ? and r.from_pos <= ? and r.to_pos > ?"
            + " and m.coverage > ? and m.coverage < ? limit " + (MOST_HELD + 1);

    private static final String FROM_ALL = "select r.to_ref from atr.resource_reference r"
            + " where r.to_ref > ? and r.to_ref < ? and r.from_pos <= ? and r.to_pos > ?"
            + " and r.from_ref > ? and r.from_ref < ?"
            + " and exists (select 1 from atr.member m where m.list_id = ? and m.coverage = r.from_ref"
            + " and m.from_pos <= ? and m.to_pos > ?) order by r.to_ref limit ?";

    private static final String AMONG = "select distinct t.one from :texts t(one)"
            + " join atr.resource_reference r on r.to_ref = t.one and r.from_pos <= ? and r.to_pos > ?"
            + " and r.from_ref > ? and r.from_ref < ?"
            + " join atr.member m on m.list_id = ? and m.coverage = r.from_ref and m.from_pos <= ? and m.to_pos > ?";

    private RelatedPersons() {}

    /**
     * Returns them at a position. Those of a small list are looked up from its rows and held; for a large list all
     * RelatedPersons of the payer are gone through in order, and each is asked whether it belongs.
     */
    static KeyPages keys(Database database, ListId list, long pos) {
        NavigableSet<String> few = few(database, list, pos);
        return few == null ? (after, limit) -> page(database, list, pos, after, limit) : KeyPages.of(few, TYPE);
    }

    /** Returns those of some references that are to one of them. */
    static Set<String> among(Database database, ListId list, long pos, List<String> refs) {
        return database.readPage(
                "looking for related persons of a list",
                session -> new HashSet<>(session.list(
                        AMONG,
                        row -> row.getString(1),
                        refs,
                        pos,
                        pos,
                        Refs.before(ResourceType.COVERAGE),
                        Refs.after(ResourceType.COVERAGE),
                        list.value(),
                        pos,
                        pos)));
    }

    private static @Nullable NavigableSet<String> few(Database database, ListId list, long pos) {
        List<String> refs = database.readWhole(
                "reading the related persons of a list",
                session -> session.list(
                        FROM_MEMBERS,
                        row -> row.getString(1),
                        list.value(),
                        pos,
                        pos,
                        Refs.before(TYPE),
                        Refs.after(TYPE),
                        pos,
                        pos,
                        Refs.before(ResourceType.COVERAGE),
                        Refs.after(ResourceType.COVERAGE)));
        return refs.size() > MOST_HELD ? null : new TreeSet<>(refs);
    }

    private static List<String> page(Database database, ListId list, long pos, String after, int limit) {
        return database
                .readPage(
                        "reading the related persons of a list",
                        session -> session.list(
                                FROM_ALL,
                                row -> row.getString(1),
                                after.isEmpty() ? Refs.before(TYPE) : after,
                                Refs.after(TYPE),
                                pos,
                                pos,
                                Refs.before(ResourceType.COVERAGE),
                                Refs.after(ResourceType.COVERAGE),
                                list.value(),
                                pos,
                                pos,
                                limit))
                .stream()
                .distinct()
                .toList();
    }
}
