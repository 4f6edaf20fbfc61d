package dev.atr.producer.jdbc;

import dev.atr.core.Canonicals;
import dev.atr.core.fhir.FhirVersion;
import dev.atr.core.fhir.Reference;
import dev.atr.core.fhir.ResourceKey;
import dev.atr.core.fhir.ResourceType;
import dev.atr.core.json.CoverageJson;
import dev.atr.core.reconcile.MemberId;
import dev.atr.core.reconcile.MemberSelector;
import dev.atr.core.reconcile.ProviderNpi;
import dev.atr.core.reconcile.ProviderSelector;
import dev.atr.producer.spi.Caller;
import dev.atr.producer.spi.reconcile.HeldCoverage;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Finds out whom and which provider a request names: among all that the payer holds and, where that has no such number,
 * among what the caller created itself. What other clients created is as good as not there. For one transaction.
 */
final class NamedParties {
    /** Where an NPI is looked for, one after the other (C-25). */
    private static final List<ResourceType> NPI_TYPES =
            List.of(ResourceType.PRACTITIONER, ResourceType.ORGANIZATION, ResourceType.PRACTITIONER_ROLE);

    private final Session session;
    private final Caller caller;
    private final Set<String> found = new HashSet<>();

    NamedParties(Session session, Caller caller) {
        this.session = session;
        this.caller = caller;
    }

    /** Returns references to the Patients that are meant, whether or not they are anybody's members. */
    Set<String> patients(MemberSelector who) throws SQLException {
        Optional<MemberId> number = who.map(Optional::of, patient -> Optional.empty());
        return number.isPresent()
                ? patients(number.get())
                : who.map(none -> Set.of(), patient -> Set.of(patient.reference()));
    }

    /** Looks in the coverages first, and in the Patients where none has the number (C-24). */
    private Set<String> patients(MemberId id) throws SQLException {
        Set<String> coverages = numbered(List.of(ResourceType.COVERAGE), id.system(), id.value());
        Set<String> patients = new LinkedHashSet<>();
        for (HeldCoverage coverage : coverages(coverages)) {
            Reference beneficiary = coverage.content().beneficiary();
            if (beneficiary != null) {
                beneficiary.key().map(ResourceKey::reference).ifPresent(patients::add);
            }
        }
        return patients.isEmpty() ? numbered(List.of(ResourceType.PATIENT), id.system(), id.value()) : patients;
    }

    /** Returns the coverages that refer to a Patient in whatever way. */
    List<HeldCoverage> coveragesOf(String patient) throws SQLException {
        List<HeldCoverage> coverages = coverages(new TreeSet<>(session.list(
                "select from_ref from atr.resource_reference where to_ref = ? and from_ref > ? and from_ref < ?"
                        + " and to_pos = :forever",
                row -> row.getString(1),
                patient,
                Refs.before(ResourceType.COVERAGE),
                Refs.after(ResourceType.COVERAGE))));
        coverages.forEach(coverage -> found.add(coverage.key().reference()));
        return coverages;
    }

    /** Returns references to the providers that are meant. */
    Set<String> providers(ProviderSelector provider) throws SQLException {
        Optional<ProviderNpi> npi = provider.map(Optional::of, key -> Optional.empty());
        Optional<ResourceKey> named = provider.map(none -> Optional.empty(), Optional::of);
        Set<String> providers = npi.isPresent()
                ? numbered(NPI_TYPES, Canonicals.NPI, npi.get().digits())
                : named.isPresent() && isThere(named.get()) ? Set.of(named.get().reference()) : Set.of();
        found.addAll(providers);
        return providers;
    }

    /** Returns which providers of a member's rows are meant, whoever created them. */
    Set<String> providers(ProviderSelector provider, Set<String> ofRows) throws SQLException {
        Optional<ProviderNpi> npi = provider.map(Optional::of, key -> Optional.empty());
        if (npi.isEmpty()) {
            return provider.map(none -> Set.of(), key -> Set.of(key.reference()));
        }
        List<String> numbered =
                ResourceNumbers.among(session, ofRows, Canonicals.NPI, npi.get().digits());
        Set<String> ofType = Set.of();
        for (ResourceType type : NPI_TYPES) {
            if (ofType.isEmpty()) {
                ofType = numbered.stream().filter(ref -> Refs.isOf(type, ref)).collect(Collectors.toSet());
            }
        }
        return ofType;
    }

    /** Returns which of some references were found here and are not held any more. */
    Set<String> gone(Collection<String> refs) throws SQLException {
        Set<String> gone = new HashSet<>(refs);
        gone.retainAll(found);
        gone.removeAll(held(gone));
        return gone;
    }

    /** Looks among the payer's own first, type by type, and then among what the caller created. */
    private Set<String> numbered(List<ResourceType> types, @Nullable String system, String value) throws SQLException {
        Set<String> refs = new TreeSet<>();
        for (String creator : Arrays.asList(null, caller.clientId())) {
            for (ResourceType type : types) {
                if (refs.isEmpty()) {
                    refs.addAll(ResourceNumbers.find(session, creator, type, system, value));
                }
            }
        }
        return refs;
    }

    private boolean isThere(ResourceKey key) throws SQLException {
        return !held(Set.of(key.reference())).isEmpty()
                && (!Creations.isOfAClient(session, key) || ResourceAccess.allows(session, caller, key));
    }

    private List<String> held(Set<String> refs) throws SQLException {
        return refs.isEmpty()
                ? List.of()
                : session.list(
                        "select ref from :rows(atr.resource, ref) and to_pos = :forever",
                        row -> row.getString(1),
                        refs);
    }

    private List<HeldCoverage> coverages(Set<String> refs) throws SQLException {
        return refs.isEmpty()
                ? List.of()
                : session.list(
                        "select ref, json from :rows(atr.resource, ref) and to_pos = :forever" + " order by ref",
                        row -> new HeldCoverage(
                                ResourceKey.ofReference(row.getString(1)).orElseThrow(),
                                CoverageJson.read(row.getBytes(2), FhirVersion.R4)),
                        refs);
    }
}
