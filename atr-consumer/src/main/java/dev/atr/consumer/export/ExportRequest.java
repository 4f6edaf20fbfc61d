package dev.atr.consumer.export;

import dev.atr.core.attribution.ListId;
import dev.atr.core.fhir.ResourceKey;
import dev.atr.core.fhir.ResourceType;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What an export asks for. Immutable.
 *
 * @param list the list
 * @param types the resource types wanted; always with Group, Patient and Coverage
 * @param since only resources changed after this instant; absent for everything
 * @param until only resources changed before this instant; absent for everything up to now. Not every Producer serves it
 * @param patients only these members; empty for all. The Group then holds their rows only; see
 *     {@link BulkExportClient#openGroupOfSome}
 * @see <a href="http://hl7.org/fhir/us/davinci-atr/STU2.1/OperationDefinition-davinci-data-export.html">ATR 2.1.0,
 *     davinci-data-export</a>
 */
public record ExportRequest(
        ListId list,
        List<ResourceType> types,
        @Nullable Instant since,
        @Nullable Instant until,
        List<ResourceKey> patients) {
    /** Every type that the guide knows; what {@link #attributionList} asks for. */
    public static final List<ResourceType> FULL = ResourceType.ATTRIBUTION_TYPES;

    /** The smaller of the two sets that the guide shows: enough to know members, coverage and most providers. */
    public static final List<ResourceType> BASIC = List.of(
            ResourceType.GROUP,
            ResourceType.PATIENT,
            ResourceType.COVERAGE,
            ResourceType.PRACTITIONER,
            ResourceType.ORGANIZATION);

    /** The types that no export may lack: a Producer must reject a request without them. */
    public static final List<ResourceType> MINIMUM =
            List.of(ResourceType.GROUP, ResourceType.PATIENT, ResourceType.COVERAGE);

    /**
     * Copies the lists, without doubles, and checks them.
     *
     * @throws IllegalArgumentException when a type of {@link #MINIMUM} is missing, a patient is no Patient, or
     *     {@code until} is before {@code since}
     */
    public ExportRequest {
        Objects.requireNonNull(list, "list");
        types = List.copyOf(new LinkedHashSet<>(types));
        patients = List.copyOf(new LinkedHashSet<>(patients));
        if (!types.containsAll(MINIMUM)) {
            List<ResourceType> missing = new ArrayList<>(MINIMUM);
            missing.removeAll(types);
            throw new IllegalArgumentException("types: an attribution export needs "
                    + missing.stream().map(ResourceType::code).collect(Collectors.joining(", ")));
        }
        if (since != null && until != null && until.isBefore(since)) {
            throw new IllegalArgumentException("until: is before since");
        }
        for (ResourceKey patient : patients) {
            if (!patient.type().equals(ResourceType.PATIENT)) {
                throw new IllegalArgumentException("patients: expected references to Patient");
            }
        }
    }

    /** Returns a request for a whole list with all its resources. */
    public static ExportRequest attributionList(ListId list) {
        return new ExportRequest(list, FULL, null, null, List.of());
    }

    /**
     * Returns a copy that asks for these types only.
     *
     * @throws IllegalArgumentException when a type of {@link #MINIMUM} is missing
     */
    public ExportRequest types(Collection<ResourceType> wanted) {
        return new ExportRequest(list, List.copyOf(wanted), since, until, patients);
    }

    /**
     * Returns a copy that asks only for what changed after an instant: the {@code transactionTime} of an earlier export.
     * The Group comes whole all the same; members who are new since then come with all their data.
     */
    public ExportRequest since(Instant instant) {
        return new ExportRequest(list, types, instant, until, patients);
    }

    /**
     * Returns a copy that asks only for what was there before an instant.
     *
     * @throws IllegalArgumentException when that is before {@code since}
     */
    public ExportRequest until(Instant instant) {
        return new ExportRequest(list, types, since, instant, patients);
    }

    /**
     * Returns a copy that is limited to one more member.
     *
     * @throws IllegalArgumentException when the key is not that of a Patient
     */
    public ExportRequest patient(ResourceKey patient) {
        List<ResourceKey> more = new ArrayList<>(patients);
        more.add(patient);
        return new ExportRequest(list, types, since, until, more);
    }

    /** Returns list and sizes: patients are member data. */
    @Override
    public String toString() {
        return "ExportRequest[" + list + ", " + types.size() + " types, " + patients.size() + " patients]";
    }
}
