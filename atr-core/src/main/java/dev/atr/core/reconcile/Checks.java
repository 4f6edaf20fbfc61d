package dev.atr.core.reconcile;

import dev.atr.core.fhir.FhirDateTime;
import dev.atr.core.fhir.Period;
import dev.atr.core.fhir.ResourceKey;
import dev.atr.core.fhir.ResourceType;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;

/** What the parts of a request must be. */
final class Checks {
    private Checks() {}

    static void patient(ResourceKey key) {
        require(key.type().equals(ResourceType.PATIENT), "a member is a resource of type Patient");
    }

    static void provider(ResourceKey key) {
        require(
                ProviderSelector.TYPES.contains(key.type()),
                "a member is attributed to a Practitioner, PractitionerRole or Organization");
    }

    static void coverage(ResourceKey key) {
        require(key.type().equals(ResourceType.COVERAGE), "an attribution rests on a resource of type Coverage");
    }

    static void period(@Nullable Period period) {
        if (period == null) {
            return;
        }
        FhirDateTime start = period.start();
        require(start != null, "an attribution period has a start");
        FhirDateTime end = period.end();
        require(
                start == null || end == null || !end.lastDay(ZoneOffset.UTC).isBefore(start.firstDay(ZoneOffset.UTC)),
                "an attribution period does not end before its start");
    }

    private static void require(boolean holds, String rule) {
        if (!holds) {
            throw new IllegalArgumentException(rule);
        }
    }
}
