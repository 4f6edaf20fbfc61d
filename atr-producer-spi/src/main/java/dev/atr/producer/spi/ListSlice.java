package dev.atr.producer.spi;

import dev.atr.core.fhir.ResourceKey;
import dev.atr.core.fhir.ResourceType;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which part of a list is looked at.
 *
 * @param since only the resources that changed, or came to belong to the list, after this instant; the rows of the list
 *     are there all the same. Absent for every resource
 * @param until the list as it stood just before this instant; absent for how it stands now
 * @param patients only what belongs to these members, their rows included; keys of Patients, empty for every member
 */
public record ListSlice(@Nullable Instant since, @Nullable Instant until, Set<ResourceKey> patients) {
    /** The whole list as it stands now. */
    public static final ListSlice WHOLE = new ListSlice(null, null, Set.of());

    /** Copies the set and checks it. */
    public ListSlice {
        patients = Set.copyOf(patients);
        if (patients.stream().anyMatch(key -> !key.type().equals(ResourceType.PATIENT))) {
            throw new IllegalArgumentException("patients are resources of type Patient");
        }
    }

    /** Returns what this slice is limited by; empty for the whole list as it stands now. */
    public Set<Limit> limits() {
        Set<Limit> limits = EnumSet.noneOf(Limit.class);
        if (since != null) {
            limits.add(Limit.SINCE);
        }
        if (until != null) {
            limits.add(Limit.UNTIL);
        }
        if (!patients.isEmpty()) {
            limits.add(Limit.PATIENTS);
        }
        return limits;
    }

    /** Returns times and the number of patients only. */
    @Override
    public String toString() {
        return "ListSlice[since " + since + ", until " + until + ", " + patients.size() + " patients]";
    }

    /** A way to limit what is looked at. */
    public enum Limit {
        /** To what changed after an instant. */
        SINCE,
        /** To what there was before an instant. */
        UNTIL,
        /** To some members. */
        PATIENTS
    }
}
