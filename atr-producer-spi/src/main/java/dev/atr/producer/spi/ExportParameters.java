package dev.atr.producer.spi;

import dev.atr.core.fhir.ResourceKey;
import dev.atr.core.fhir.ResourceType;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a client asked for at kick-off beside list, kind and resource types. A plain value, checked when it was read off
 * the request.
 *
 * @param since only what changed after this instant is exported; absent for everything
 * @param until only what was there before this instant is exported; absent for everything up to the start of the export
 * @param patients only these members are exported, Patients all of them; empty for every member
 * @param elements only these elements and the mandatory ones are exported, each {@code name} or {@code Type.name}; empty
 *     for all
 * @param typeFilters search queries that narrow the resources of a type, each {@code Type?query}; empty for none
 * @param separateStatus whether status requests are answered {@code 200} with the job's status in
 *     {@code X-Export-Status}
 */
public record ExportParameters(
        @Nullable Instant since,
        @Nullable Instant until,
        List<ResourceKey> patients,
        List<String> elements,
        List<String> typeFilters,
        boolean separateStatus) {
    /** Nothing beside list, kind and types: the whole list. */
    public static final ExportParameters NONE =
            new ExportParameters(null, null, List.of(), List.of(), List.of(), false);

    /** Copies the lists and checks them. */
    public ExportParameters {
        patients = List.copyOf(patients);
        elements = List.copyOf(elements);
        typeFilters = List.copyOf(typeFilters);
        if (patients.stream().anyMatch(key -> !key.type().equals(ResourceType.PATIENT))) {
            throw new IllegalArgumentException("patients are resources of type Patient");
        }
    }

    /** Returns only which parameters there are: patients and queries may tell of members. */
    @Override
    public String toString() {
        return "ExportParameters[since " + since + ", until " + until + ", " + patients.size() + " patients, "
                + elements.size() + " elements, " + typeFilters.size() + " filters]";
    }
}
