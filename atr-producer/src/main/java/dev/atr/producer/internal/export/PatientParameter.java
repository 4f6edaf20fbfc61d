package dev.atr.producer.internal.export;

import dev.atr.core.fhir.ResourceKey;
import dev.atr.core.fhir.ResourceType;
import dev.atr.producer.internal.routing.Query;
import dev.atr.producer.internal.routing.Reason;
import dev.atr.producer.internal.routing.Refusal;
import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Reads the parameter {@code patient}. */
final class PatientParameter {
    static final String NAME = "patient";

    /** Most patients of one export: 10 000. Who needs more needs the whole list. */
    static final int MAX_PATIENTS = 10_000;

    private PatientParameter() {}

    /**
     * Returns the Patients that are named, each once.
     *
     * @param base the FHIR base; absolute references must be below it
     * @return their keys; empty when the parameter was not sent
     * @throws Refusal when a value is no reference to a Patient of this Producer, or there are too many
     */
    static List<ResourceKey> read(Query query, URI base) {
        List<String> values = new ArrayList<>();
        for (String list : query.all(NAME)) {
            values.addAll(Arrays.asList(list.split(",", -1)));
            if (values.size() > MAX_PATIENTS) {
                throw Refusal.of(Reason.VALUE, "At most " + MAX_PATIENTS + " patients can be named.")
                        .at(NAME);
            }
        }
        Set<ResourceKey> patients = new LinkedHashSet<>();
        for (String value : values) {
            patients.add(key(value.trim(), base + "/"));
        }
        return List.copyOf(patients);
    }

    private static ResourceKey key(String reference, String base) {
        String relative = reference.startsWith(base) ? reference.substring(base.length()) : reference;
        return ResourceKey.ofReference(relative)
                .filter(key -> key.type().equals(ResourceType.PATIENT)
                        && key.reference().equals(relative))
                .orElseThrow(() -> Refusal.of(Reason.VALUE, "References such as Patient/123 are expected.")
                        .at(NAME));
    }
}
