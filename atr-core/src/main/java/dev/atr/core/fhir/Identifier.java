package dev.atr.core.fhir;

import org.jspecify.annotations.Nullable;

/**
 * A business identifier.
 *
 * @param use {@code usual}, {@code official}, …; may be absent
 * @param type what kind of identifier it is; may be absent
 * @param system URI of the namespace; may be absent
 * @param value the identifier in the namespace; may be absent
 * @param period when it is in use; may be absent
 * @param other properties not modelled here
 */
public record Identifier(
        @Nullable String use,
        @Nullable CodeableConcept type,
        @Nullable String system,
        @Nullable String value,
        @Nullable Period period,
        OtherElements other) {
    /** Returns an identifier of system and value. */
    public static Identifier of(String system, String value) {
        return new Identifier(null, null, system, value, null, OtherElements.NONE);
    }

    /** Returns an identifier of type, system and value. */
    public static Identifier of(CodeableConcept type, String system, String value) {
        return new Identifier(null, type, system, value, null, OtherElements.NONE);
    }

    /** Returns the system only: the value may be member data. */
    @Override
    public String toString() {
        return "Identifier[" + system + "]";
    }
}
