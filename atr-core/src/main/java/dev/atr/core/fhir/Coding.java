package dev.atr.core.fhir;

import org.jspecify.annotations.Nullable;

/**
 * A code in a code system.
 *
 * @param system URI of the code system; may be absent
 * @param code the code; may be absent
 * @param display the text that the system gives the code; may be absent
 * @param other properties not modelled here
 */
public record Coding(
        @Nullable String system,
        @Nullable String code,
        @Nullable String display,
        OtherElements other) {
    /** Returns a coding of system and code. */
    public static Coding of(String system, String code) {
        return new Coding(system, code, null, OtherElements.NONE);
    }

    /** Returns whether this is the given code of the given system. */
    public boolean is(String otherSystem, String otherCode) {
        return otherSystem.equals(system) && otherCode.equals(code);
    }
}
