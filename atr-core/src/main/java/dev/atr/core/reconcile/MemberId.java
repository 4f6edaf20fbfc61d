package dev.atr.core.reconcile;

import dev.atr.core.Canonicals;
import dev.atr.core.fhir.CodeableConcept;
import dev.atr.core.fhir.Identifier;
import dev.atr.core.fhir.OtherElements;
import org.jspecify.annotations.Nullable;

/**
 * The number under which a payer knows a member (C-24).
 *
 * @param system URI of the namespace; absent when only the value is known, which must then be one member's alone
 * @param value the number; not blank
 */
public record MemberId(@Nullable String system, String value) {
    /** Checks that there is a value. */
    public MemberId {
        if (value.isBlank() || (system != null && system.isBlank())) {
            throw new IllegalArgumentException("a member id has a value, and a system only if it names one");
        }
    }

    /** Returns the identifier of type {@code MB} that is sent. */
    public Identifier identifier() {
        return new Identifier(
                null, CodeableConcept.of(Canonicals.IDENTIFIER_TYPE, "MB"), system, value, null, OtherElements.NONE);
    }

    /** Returns whether an identifier says of itself that it is a member id, by type {@code MB}. */
    public static boolean isTyped(Identifier identifier) {
        CodeableConcept type = identifier.type();
        return type != null
                && (type.has(Canonicals.IDENTIFIER_TYPE, "MB") || type.has(Canonicals.IDENTIFIER_TYPE_STU3, "MB"));
    }

    /** Returns whether an identifier is this member id: system and value, or the value alone where no system is named. */
    public boolean matches(Identifier identifier) {
        return value.equals(identifier.value()) && (system == null || system.equals(identifier.system()));
    }

    /** Returns the name of the type only: the number is member data. */
    @Override
    public String toString() {
        return "MemberId";
    }
}
