package dev.atr.producer.jdbc;

import dev.atr.core.Canonicals;
import dev.atr.core.fhir.ResourceKey;
import dev.atr.core.fhir.ResourceType;
import dev.atr.producer.jdbc.RosterEntry.Organization;
import dev.atr.producer.jdbc.RosterEntry.Practitioner;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The providers that a roster names: found in the ledger by their numbers, or made. What the first row says about one of
 * those that are made holds for all. Bounded: it remembers those named last. For one thread.
 */
final class RosterProviders {
    private static final String TABLE = "staged_provider";
    private static final int REMEMBERED = 10_000;

    private final Session session;
    private final RosterProblems problems;
    private final Map<RosterEntry.Provider, String> known = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<RosterEntry.Provider, String> eldest) {
            return size() > REMEMBERED;
        }
    };
    private long differing;

    RosterProviders(Session session, RosterProblems problems) throws SQLException {
        this.session = session;
        this.problems = problems;
        session.createStaging(TABLE, "ref ${text} not null primary key, json ${bytes}");
    }

    /** Returns a reference to a provider; empty when there is none, or something is wrong. */
    String resolve(long line, RosterEntry.@Nullable Provider provider) throws SQLException {
        if (provider == null) {
            return "";
        }
        String found = known.get(provider);
        if (found == null) {
            found = find(line, provider);
            known.put(provider, found);
        }
        return found;
    }

    /** Returns how many are to be written. */
    long differing() {
        return differing;
    }

    void write(LedgerTransaction transaction) throws SQLException {
        String last = "";
        List<String> page;
        do {
            page = session.list(
                    "select ref, json from staged_provider where json is not null and ref > ? order by ref limit 500",
                    row -> {
                        String ref = row.getString(1);
                        transaction.putResource(ResourceKey.ofReference(ref).orElseThrow(), row.getBytes(2));
                        return ref;
                    },
                    last);
            last = page.isEmpty() ? last : page.get(page.size() - 1);
        } while (!page.isEmpty());
    }

    private String find(long line, RosterEntry.Provider provider) throws SQLException {
        Practitioner practitioner = provider.practitioner();
        Organization organization = provider.organization();
        String person = practitioner == null ? "" : practitioner(line, practitioner);
        String group = organization == null ? "" : organization(line, organization);
        if (practitioner == null || organization == null) {
            return person + group;
        }
        return person.isEmpty() || group.isEmpty() ? "" : role(person, group);
    }

    private String practitioner(long line, Practitioner practitioner) throws SQLException {
        ResourceKey own = RosterResources.key(practitioner);
        boolean held = isHeld(own);
        String other = held ? null : other(line, RosterColumn.PROVIDER_NPI, own.type(), practitioner.npi());
        if (other != null) {
            return other;
        }
        return practitioner.family() == null
                ? nameless(held, own, line, RosterColumn.PROVIDER_FAMILY_NAME, "ATR-MDL-064")
                : stage(own, RosterResources.practitioner(practitioner));
    }

    private String organization(long line, Organization organization) throws SQLException {
        ResourceKey own = RosterResources.key(organization);
        boolean held = isHeld(own);
        String npi = organization.npi();
        String other = held || npi == null ? null : other(line, RosterColumn.ORGANIZATION_NPI, own.type(), npi);
        if (other != null) {
            return other;
        }
        return organization.name() == null
                ? nameless(held, own, line, RosterColumn.ORGANIZATION_NAME, "ATR-MDL-066")
                : stage(own, RosterResources.organization(organization));
    }

    /** Returns a reference to what a row does not name, which does when an earlier roster has named it. */
    private String nameless(boolean held, ResourceKey own, long line, RosterColumn column, String rule) {
        if (held) {
            return own.reference();
        }
        problems.add(new RosterProblem(line, column, rule, "the ledger does not have this provider; add its name"));
        return "";
    }

    private String role(String practitioner, String organization) throws SQLException {
        ResourceKey own = RosterResources.roleKey(practitioner, organization);
        if (!isHeld(own)) {
            List<String> others = session.list(
                    "select p.from_ref from atr.resource_reference p join atr.resource_reference o"
                            + " on o.from_ref = p.from_ref and o.to_ref = ? and o.to_pos = :forever"
                            + " where p.to_ref = ? and p.to_pos = :forever and p.from_ref > ? and p.from_ref < ?"
                            + " order by p.from_ref limit 1",
                    row -> row.getString(1),
                    organization,
                    practitioner,
                    Refs.before(ResourceType.PRACTITIONER_ROLE),
                    Refs.after(ResourceType.PRACTITIONER_ROLE));
            if (!others.isEmpty()) {
                return others.get(0);
            }
        }
        return stage(own, RosterResources.role(practitioner, organization));
    }

    private @Nullable String other(long line, RosterColumn column, ResourceType type, String npi) throws SQLException {
        List<String> found = ResourceNumbers.find(session, null, type, Canonicals.NPI, npi);
        if (found.size() > 1) {
            problems.add(new RosterProblem(
                    line, column, "C-25", "several of the ledger's providers of this type have this number"));
            return "";
        }
        return found.isEmpty() ? null : found.get(0);
    }

    private boolean isHeld(ResourceKey key) throws SQLException {
        return session.exists("select 1 from atr.resource where ref = ? and to_pos = :forever", key.reference());
    }

    /** Notes a resource and whether it is new or differs, unless an earlier row has said something about it. */
    private String stage(ResourceKey key, byte[] json) throws SQLException {
        String ref = key.reference();
        ResourceWriter.Held held = ResourceWriter.held(session, Set.of(ref)).get(ref);
        boolean same = held != null && held.sameContent(json);
        if (session.insertIfAbsent("insert into staged_provider (ref, json) values (?, ?)", ref, same ? null : json)) {
            differing += same ? 0 : 1;
        }
        return ref;
    }
}
