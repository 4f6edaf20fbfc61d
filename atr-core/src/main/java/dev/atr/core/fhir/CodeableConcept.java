package dev.atr.core.fhir;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A concept as codes, text or both.
 *
 * @param codings the codes; may be empty
 * @param text the text; may be absent
 * @param other properties not modelled here
 */
public record CodeableConcept(
        List<Coding> codings, @Nullable String text, OtherElements other) {
    /** Copies the list. */
    public CodeableConcept {
        codings = List.copyOf(codings);
    }

    /** Returns a concept of one code. */
    public static CodeableConcept of(String system, String code) {
        return new CodeableConcept(List.of(Coding.of(system, code)), null, OtherElements.NONE);
    }

    /** Returns a concept of text only. */
    public static CodeableConcept ofText(String text) {
        return new CodeableConcept(List.of(), text, OtherElements.NONE);
    }

    /** Returns whether one of the codings is the given code of the given system. */
    public boolean has(String system, String code) {
        for (Coding coding : codings) {
            if (coding.is(system, code)) {
                return true;
            }
        }
        return false;
    }
}
