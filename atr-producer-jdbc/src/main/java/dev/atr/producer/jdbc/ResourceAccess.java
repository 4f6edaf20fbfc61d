package dev.atr.producer.jdbc;

import dev.atr.core.fhir.ResourceKey;
import dev.atr.core.fhir.ResourceType;
import dev.atr.producer.spi.Caller;
import dev.atr.producer.spi.StoredResource;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Reads one resource, if the caller created it or it belongs to a list that the caller may see: asked from the resource
 * towards the lists, as they stand now, and as they stood for as long as a caller keeps what was dropped.
 */
final class ResourceAccess {
    private static final String COVERAGE_OF_A_MEMBER = "select 1 from :texts t(one)"
            + " join atr.resource_reference r on r.to_ref = t.one and r.to_pos = :forever"
            + " and r.from_ref > 'Coverage/' and r.from_ref < 'Coverage0' cross join :texts l(id)"
            + " join atr.member m on m.list_id = l.id and m.coverage = r.from_ref and m.to_pos";

    private final Session session;
    private final List<String> lists;
    private final String held;

    private ResourceAccess(Session session, List<String> lists, String held) {
        this.session = session;
        this.lists = lists;
        this.held = held;
    }

    /** Reads it as the lists stand now. */
    static Optional<StoredResource> read(Session session, Caller caller, ResourceKey key) throws SQLException {
        return read(session, caller, key, AfterDrop.NOTHING);
    }

    static Optional<StoredResource> read(Session session, Caller caller, ResourceKey key, AfterDrop kept)
            throws SQLException {
        Optional<StoredResource> resource = session.first(
                "select ref, version, last_updated, json from atr.resource where ref = ? and to_pos = :forever",
                ResourcePages::read,
                key.reference());
        return resource.isPresent() && allows(session, caller, key, kept) ? resource : Optional.empty();
    }

    /** Returns whether the caller created a resource or a list that it may see refers to it, be it deleted. */
    static boolean allows(Session session, Caller caller, ResourceKey key) throws SQLException {
        return allows(session, caller, key, AfterDrop.NOTHING);
    }

    static boolean allows(Session session, Caller caller, ResourceKey key, AfterDrop kept) throws SQLException {
        if (Creations.isOf(session, caller, key)) {
            return true;
        }
        List<String> lists = Entitlements.visibleLists(session, caller);
        return !lists.isEmpty() && new ResourceAccess(session, lists, kept.condition(session)).allows(key);
    }

    private boolean allows(ResourceKey key) throws SQLException {
        String ref = key.reference();
        if (key.type().equals(ResourceType.PATIENT)) {
            return isInRow("patient", Set.of(ref));
        }
        if (key.type().equals(ResourceType.COVERAGE)) {
            return isInRow("coverage", Set.of(ref));
        }
        if (key.type().equals(ResourceType.RELATED_PERSON)) {
            return session.exists(COVERAGE_OF_A_MEMBER + held, Set.of(ref), lists);
        }
        return Refs.isProviderType(key.type()) && isInNetwork(ref);
    }

    /** Goes from a provider to those who refer to it, until one is attributed or named by a list. */
    private boolean isInNetwork(String ref) throws SQLException {
        Set<String> seen = new HashSet<>();
        Set<String> step = Set.of(ref);
        while (!step.isEmpty()) {
            if (isInRow("provider", step) || isInHeader(step) || isInCoverage(step)) {
                return true;
            }
            seen.addAll(step);
            step = new HashSet<>(session.list(
                    "select distinct from_ref from :rows(atr.resource_reference, to_ref) and to_pos = :forever"
                            + " and ((from_ref > 'Practitioner/' and from_ref < 'Practitioner0')"
                            + " or (from_ref > 'PractitionerRole/' and from_ref < 'PractitionerRole0')"
                            + " or (from_ref > 'Organization/' and from_ref < 'Organization0')"
                            + " or (from_ref > 'Location/' and from_ref < 'Location0'))",
                    row -> row.getString(1),
                    step));
            step.removeAll(seen);
        }
        return false;
    }

    private boolean isInRow(String column, Set<String> refs) throws SQLException {
        return session.exists(
                "select 1 from :texts l(id) cross join :texts t(one)"
                        + " join atr.member m on m.list_id = l.id and m." + column + " = t.one"
                        + " and m.to_pos" + held,
                lists,
                refs);
    }

    private boolean isInHeader(Set<String> refs) throws SQLException {
        return session.exists(
                "select 1 from :texts l(one) cross join :texts t(one)"
                        + " join atr.resource_reference on from_ref = l.one and to_ref = t.one"
                        + " and to_pos = :forever",
                lists.stream().map(list -> "Group/" + list).toList(),
                refs);
    }

    private boolean isInCoverage(Set<String> refs) throws SQLException {
        Set<String> organizations = new HashSet<>(refs);
        organizations.removeIf(ref -> !ref.startsWith("Organization/"));
        return !organizations.isEmpty() && session.exists(COVERAGE_OF_A_MEMBER + held, organizations, lists);
    }
}
