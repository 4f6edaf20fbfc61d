package dev.atr.core.json;

import dev.atr.core.Canonicals;
import dev.atr.core.error.InvalidContentException;
import dev.atr.core.fhir.CodeableConcept;
import dev.atr.core.fhir.Identifier;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The numbers of a Patient, told apart by the types that the guide's profile names. Immutable.
 *
 * @see <a href="http://hl7.org/fhir/us/davinci-atr/STU2.1/StructureDefinition-atr-patient.html">ATR 2.1.0, ATR Patient</a>
 */
public final class PatientIdentifiers {

    private final Map<Kind, List<Identifier>> numbers = new EnumMap<>(Kind.class);

    /** What a number is. */
    public enum Kind {
        /** Medicare. */
        MEDICARE("MC"),
        /** Medicaid. */
        MEDICAID("MA"),
        /** A medical record. */
        MEDICAL_RECORD("MR"),
        /** The payer's number of the member. */
        MEMBER("MB"),
        /**
         * Social security. The profile's code for it, SB, means something else in the table that it is from; so SS and the
         * system of these numbers count as well (C-73).
         */
        SOCIAL_SECURITY("SB");

        private final String code;

        Kind(String code) {
            this.code = code;
        }

        private boolean fits(Identifier identifier) {
            CodeableConcept type = identifier.type();
            return isTyped(type, code)
                    || (this == SOCIAL_SECURITY && (isTyped(type, "SS") || Canonicals.SSN.equals(identifier.system())));
        }

        private static boolean isTyped(@Nullable CodeableConcept type, String code) {
            return type != null
                    && type.codings().stream()
                            .anyMatch(coding ->
                                    Canonicals.IDENTIFIER_TYPE.equals(coding.system()) && code.equals(coding.code()));
        }
    }

    private PatientIdentifiers(List<Identifier> identifiers) {
        for (Kind kind : Kind.values()) {
            numbers.put(kind, identifiers.stream().filter(kind::fits).toList());
        }
    }

    /**
     * Reads them off a Patient.
     *
     * @param patient a Patient as JSON in UTF-8
     * @throws InvalidContentException when it can't be read
     */
    public static PatientIdentifiers read(byte[] patient) {
        List<Identifier> identifiers = new ArrayList<>();
        for (JsonValue identifier : JsonValue.parseObject(patient).items("identifier")) {
            identifiers.add(Elements.identifier(identifier, "Patient.identifier"));
        }
        return new PatientIdentifiers(identifiers);
    }

    /** Returns the numbers of a kind, in the order in which they stand. */
    public List<Identifier> of(Kind kind) {
        return numbers.getOrDefault(kind, List.of());
    }

    /** Returns how many there are: the numbers are member data. */
    @Override
    public String toString() {
        return "PatientIdentifiers["
                + numbers.values().stream().mapToInt(List::size).sum() + "]";
    }
}
