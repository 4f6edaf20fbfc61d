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
import dev.atr.producer.spi.reconcile.HeldCoverage;
import java.sql.SQLException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Finds out whom and which provider a request names, among all that the payer holds. */
final class NamedParties {
    /** Where an NPI is looked for, one after the other (C-25). */
    private static final List<ResourceType> NPI_TYPES =
            List.of(ResourceType.PRACTITIONER, ResourceType.ORGANIZATION, ResourceType.PRACTITIONER_ROLE);

    private final Session session;

    NamedParties(Session session) {
        this.session = session;
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
        Set<String> coverages =
                new TreeSet<>(ResourceNumbers.find(session, ResourceType.COVERAGE, id.system(), id.value()));
        Set<String> patients = new LinkedHashSet<>();
        for (HeldCoverage coverage : coverages(coverages)) {
            Reference beneficiary = coverage.content().beneficiary();
            if (beneficiary != null) {
                beneficiary.key().map(ResourceKey::reference).ifPresent(patients::add);
            }
        }
        if (patients.isEmpty()) {
            patients.addAll(ResourceNumbers.find(session, ResourceType.PATIENT, id.system(), id.value()));
        }
        return patients;
    }

    /** Returns the coverages that refer to a Patient in whatever way. */
    List<HeldCoverage> coveragesOf(String patient) throws SQLException {
        return coverages(new TreeSet<>(session.list(
                "select from_ref from atr.resource_reference where to_ref = ? and from_ref > ? and from_ref < ?"
                        + " and to_pos = :forever",
                row -> row.getString(1),
                patient,
                Refs.before(ResourceType.COVERAGE),
                Refs.after(ResourceType.COVERAGE))));
    }

    /** Returns references to the providers that are meant. */
    Set<String> providers(ProviderSelector provider) throws SQLException {
        Optional<ProviderNpi> npi = provider.map(Optional::of, key -> Optional.empty());
        if (npi.isPresent()) {
            Set<String> found = Set.of();
            for (ResourceType type : NPI_TYPES) {
                if (found.isEmpty()) {
                    found = new TreeSet<>(ResourceNumbers.find(
                            session, type, Canonicals.NPI, npi.get().digits()));
                }
            }
            return found;
        }
        Set<String> named = provider.map(none -> Set.of(), key -> Set.of(key.reference()));
        return isHeld(named) ? named : Set.of();
    }

    private boolean isHeld(Set<String> refs) throws SQLException {
        return session.exists("select 1 from :rows(atr.resource, ref) and to_pos = :forever", refs);
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
