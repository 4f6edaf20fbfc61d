package dev.atr.producer.jdbc;

import dev.atr.core.attribution.ListId;
import dev.atr.core.fhir.ResourceType;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;

/**
 * The attributed providers of a list with the Practitioners, roles, Organizations and Locations that they refer to, the
 * payer, and the Organizations of the coverages, at a position. Held whole: it grows with the network, not with the
 * members.
 */
final class ProviderNetwork {
    /** References that are followed together. */
    private static final int STEP = 1000;

    private static final String ORGANIZATIONS_OF_COVERAGES = "select distinct r.to_ref from atr.member m"
            + " join atr.resource_reference r on r.from_ref = m.coverage"
            + " where m.list_id = ? and m.from_pos <= ? and m.to_pos > ?"
            + " and r.to_ref > ? and r.to_ref < ? and r.from_pos <= ? and r.to_pos > ?"
            + " and m.coverage > ? and m.coverage < ?";

    private final NavigableSet<String> refs;

    private ProviderNetwork(NavigableSet<String> refs) {
        this.refs = refs;
    }

    static ProviderNetwork of(Database database, ListId list, long pos) {
        return database.readWhole("reading the providers of a list", session -> {
            TreeSet<String> found = new TreeSet<>(session.list(
                    "select distinct provider from atr.member where list_id = ? and from_pos <= ? and to_pos > ?",
                    row -> row.getString(1),
                    list.value(),
                    pos,
                    pos));
            found.addAll(session.list(
                    ORGANIZATIONS_OF_COVERAGES,
                    row -> row.getString(1),
                    list.value(),
                    pos,
                    pos,
                    Refs.before(ResourceType.ORGANIZATION),
                    Refs.after(ResourceType.ORGANIZATION),
                    pos,
                    pos,
                    Refs.before(ResourceType.COVERAGE),
                    Refs.after(ResourceType.COVERAGE)));
            found.addAll(targets(session, List.of(list.key().reference()), pos));
            return from(session, found, pos);
        });
    }

    /** Returns the network that some references lead to; those to other types are left aside. */
    static ProviderNetwork from(Session session, Collection<String> roots, long pos) throws SQLException {
        TreeSet<String> found = new TreeSet<>(roots);
        found.removeIf(ref -> !Refs.isProvider(ref));
        follow(session, found, pos);
        return new ProviderNetwork(found);
    }

    /** Returns the references to all members of the network. Not to be changed. */
    NavigableSet<String> refs() {
        return refs;
    }

    private static void follow(Session session, Set<String> found, long pos) throws SQLException {
        List<String> todo = new ArrayList<>(found);
        while (!todo.isEmpty()) {
            List<String> next = new ArrayList<>();
            for (int i = 0; i < todo.size(); i += STEP) {
                for (String target : targets(session, todo.subList(i, Math.min(todo.size(), i + STEP)), pos)) {
                    if (Refs.isProvider(target) && found.add(target)) {
                        next.add(target);
                    }
                }
            }
            todo = next;
        }
    }

    /** Returns what some resources refer to. */
    static List<String> targets(Session session, Collection<String> refs, long pos) throws SQLException {
        return session.list(
                "select distinct to_ref from :rows(atr.resource_reference, from_ref)"
                        + " and from_pos <= ? and to_pos > ?",
                row -> row.getString(1),
                refs,
                pos,
                pos);
    }
}
