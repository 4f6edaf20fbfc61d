package dev.atr.core.rules;

import dev.atr.core.Canonicals;
import dev.atr.core.fhir.CodeableConcept;
import dev.atr.core.fhir.FhirDateTime;
import dev.atr.core.fhir.Identifier;
import dev.atr.core.fhir.Npi;
import dev.atr.core.fhir.Period;
import dev.atr.core.fhir.Reference;
import dev.atr.core.fhir.ResourceType;
import java.time.ZoneId;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Questions that several rules ask of a value. */
final class Checks {
    private Checks() {}

    static boolean isBlank(@Nullable String text) {
        return text == null || text.isBlank();
    }

    /** Returns whether this is a literal reference to a resource of one of the types. */
    static boolean refersTo(@Nullable Reference reference, Set<ResourceType> types) {
        return Optional.ofNullable(reference)
                .flatMap(r -> r.key())
                .map(key -> types.contains(key.type()))
                .orElse(false);
    }

    /** Returns whether the type has the code, in either form of the identifier type system. */
    static boolean isOfType(@Nullable CodeableConcept type, String code) {
        return type != null
                && (type.has(Canonicals.IDENTIFIER_TYPE, code) || type.has(Canonicals.IDENTIFIER_TYPE_STU3, code));
    }

    static boolean hasSystemAndValue(Identifier identifier) {
        return !isBlank(identifier.system()) && !isBlank(identifier.value());
    }

    /** Returns whether this is an NPI that can't be one. An NPI without a value is the business of another rule. */
    static boolean isBrokenNpi(Identifier identifier) {
        String value = identifier.value();
        return Canonicals.NPI.equals(identifier.system()) && value != null && !Npi.isValid(value);
    }

    /** Returns whether the period ends before it starts, seen as days. */
    static boolean endsBeforeStart(Period period, ZoneId zone) {
        FhirDateTime start = period.start();
        FhirDateTime end = period.end();
        return start != null && end != null && end.lastDay(zone).isBefore(start.firstDay(zone));
    }
}
