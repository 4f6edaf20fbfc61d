package dev.atr.producer.jdbc;

import dev.atr.core.Canonicals;
import dev.atr.core.fhir.Identifier;
import dev.atr.core.fhir.ResourceType;
import dev.atr.core.json.ResourceScanner;
import dev.atr.core.reconcile.MemberId;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The numbers by which members (C-24) and providers (C-25) are named in requests. */
final class ResourceNumbers {
    private static final Set<ResourceType> MEMBERS = Set.of(ResourceType.COVERAGE, ResourceType.PATIENT);
    private static final Set<ResourceType> PROVIDERS =
            Set.of(ResourceType.PRACTITIONER, ResourceType.PRACTITIONER_ROLE, ResourceType.ORGANIZATION);
    private static final String INSERT = "insert into atr.resource_number (ref, id_system, id_value) values (?, ?, ?)";

    /** More resources than this of one number are as good as none. */
    private static final int MOST = 20;

    private static final int PAGE = 500;

    private ResourceNumbers() {}

    /** Returns those of a resource's identifiers by which it is named. */
    static List<Identifier> of(ResourceScanner.ScannedResource resource) {
        return resource.identifiers().stream()
                .filter(identifier -> identifier.value() != null)
                .filter(identifier -> MEMBERS.contains(resource.type())
                        ? MemberId.isTyped(identifier)
                        : PROVIDERS.contains(resource.type()) && Canonicals.NPI.equals(identifier.system()))
                .toList();
    }

    /**
     * Puts the numbers of resources in the place of those that they had.
     *
     * @param replaced references to resources that may have numbers already
     */
    static void put(Session session, Collection<String> replaced, Map<String, List<Identifier>> numbers)
            throws SQLException {
        try (Session.Batch delete = session.batch("delete from atr.resource_number where ref = ?");
                Session.Batch insert = session.batch(INSERT)) {
            for (String ref : replaced) {
                delete.add(ref);
            }
            for (Map.Entry<String, List<Identifier>> resource : numbers.entrySet()) {
                for (Identifier number : resource.getValue()) {
                    insert.add(resource.getKey(), number.system(), number.value());
                }
            }
            delete.run();
            insert.run();
        }
    }

    /** Reads them off all resources as they stand now: for a ledger that was made before there was the table. */
    static void fill(Session session) throws SQLException {
        String last = "";
        List<Map.Entry<String, byte[]>> page;
        do {
            page = session.list(
                    "select ref, json from atr.resource where to_pos = :forever and ref > ? order by ref limit " + PAGE,
                    row -> Map.entry(row.getString(1), row.getBytes(2)),
                    last);
            try (Session.Batch insert = session.batch(INSERT)) {
                for (Map.Entry<String, byte[]> resource : page) {
                    last = resource.getKey();
                    for (Identifier number : of(ResourceScanner.scan(resource.getValue()))) {
                        insert.add(last, number.system(), number.value());
                    }
                }
                insert.run();
            }
        } while (page.size() == PAGE);
    }

    /**
     * Finds resources of a type by number, among those of one owner: what clients create never stands between the payer,
     * or another client, and what they mean.
     *
     * @param creator the client that created them; absent for the payer's own
     * @param system the system; absent for any
     */
    static List<String> find(
            Session session, @Nullable String creator, ResourceType type, @Nullable String system, String value)
            throws SQLException {
        String created = "exists (select 1 from atr.created_by c where c.ref = n.ref"
                + (creator == null ? ")" : " and c.client_id = ?)");
        List<@Nullable Object> parameters =
                new ArrayList<>(Arrays.asList(value, Refs.before(type), Refs.after(type), system, system));
        if (creator != null) {
            parameters.add(creator);
        }
        return session.list(
                "select distinct n.ref from atr.resource_number n where n.id_value = ? and n.ref > ? and n.ref < ?"
                        + " and (cast(? as varchar) is null or n.id_system = ?) and "
                        + (creator == null ? "not " : "") + created + " order by n.ref limit " + MOST,
                row -> row.getString(1),
                parameters.toArray());
    }

    /** Returns which of some resources have a number, whoever created them. */
    static List<String> among(Session session, Collection<String> refs, String system, String value)
            throws SQLException {
        return session.list(
                "select distinct ref from :rows(atr.resource_number, ref) and id_system = ? and id_value = ?"
                        + " order by ref",
                row -> row.getString(1),
                refs,
                system,
                value);
    }
}
