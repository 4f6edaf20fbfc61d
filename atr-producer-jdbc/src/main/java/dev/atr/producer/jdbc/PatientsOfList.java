package dev.atr.producer.jdbc;

import dev.atr.core.attribution.ListId;
import dev.atr.core.attribution.MemberKey;
import dev.atr.core.fhir.ResourceType;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;

/** What belongs to some members of a list at a position. Held whole: it grows with the members that are asked for. */
final class PatientsOfList implements ListResources {
    private static final int STEP = 500;

    private final NavigableSet<String> refs;

    private PatientsOfList(NavigableSet<String> refs) {
        this.refs = refs;
    }

    /**
     * Reads it.
     *
     * @param patients references to Patients; those on no row are left aside
     */
    static PatientsOfList of(Database database, ListId list, long pos, Set<String> patients) {
        return database.readPage("reading what belongs to members", session -> {
            TreeSet<String> found = new TreeSet<>();
            Set<String> providers = new TreeSet<>(
                    ProviderNetwork.targets(session, List.of(list.key().reference()), pos));
            List<String> todo = new ArrayList<>(patients);
            for (int i = 0; i < todo.size(); i += STEP) {
                readRows(session, list, pos, todo.subList(i, Math.min(todo.size(), i + STEP)), found, providers);
            }
            found.addAll(ProviderNetwork.from(session, providers, pos).refs());
            return new PatientsOfList(found);
        });
    }

    @Override
    public KeyPages keys(ResourceType type) {
        return KeyPages.of(refs, type);
    }

    @Override
    public Set<String> among(ResourceType type, List<String> some) {
        Set<String> common = new HashSet<>(some);
        common.retainAll(refs);
        return common;
    }

    private static void readRows(
            Session session, ListId list, long pos, List<String> patients, Set<String> found, Set<String> providers)
            throws SQLException {
        Set<String> coverages = new TreeSet<>();
        for (MemberKey row : session.list(
                "select patient, provider, coverage from :texts t(one) join atr.member on list_id = ?"
                        + " and patient = t.one and from_pos <= ? and to_pos > ?",
                row -> new MemberKey(row.getString(1), row.getString(2), row.getString(3), ""),
                patients,
                list.value(),
                pos,
                pos)) {
            found.add(row.patient());
            providers.add(row.provider());
            coverages.add(row.coverage());
        }
        coverages.removeIf(ref -> !Refs.isOf(ResourceType.COVERAGE, ref));
        found.addAll(coverages);
        for (String party : ProviderNetwork.targets(session, coverages, pos)) {
            if (Refs.isOf(ResourceType.RELATED_PERSON, party)) {
                found.add(party);
            } else if (Refs.isOf(ResourceType.ORGANIZATION, party)) {
                providers.add(party);
            }
        }
    }
}
