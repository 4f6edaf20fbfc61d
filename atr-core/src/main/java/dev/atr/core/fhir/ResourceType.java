package dev.atr.core.fhir;

import java.util.List;

/**
 * The name of a FHIR resource type.
 *
 * @param code the name as FHIR writes it, for example {@code Patient}; 2 to 64 letters, starting with a capital
 */
public record ResourceType(String code) implements Comparable<ResourceType> {
    /** The resource that carries a member attribution list. */
    public static final ResourceType GROUP = new ResourceType("Group");

    /** A member. */
    public static final ResourceType PATIENT = new ResourceType("Patient");

    /** The coverage on which an attribution rests. */
    public static final ResourceType COVERAGE = new ResourceType("Coverage");

    /** A subscriber who is not a patient of the payer. */
    public static final ResourceType RELATED_PERSON = new ResourceType("RelatedPerson");

    /** An individual provider. */
    public static final ResourceType PRACTITIONER = new ResourceType("Practitioner");

    /** An individual provider in an organization. */
    public static final ResourceType PRACTITIONER_ROLE = new ResourceType("PractitionerRole");

    /** The payer, a provider organization or a settlement entity. */
    public static final ResourceType ORGANIZATION = new ResourceType("Organization");

    /** A place of care. */
    public static final ResourceType LOCATION = new ResourceType("Location");

    /** Where something comes from; beside the guide's eight types. */
    public static final ResourceType PROVENANCE = new ResourceType("Provenance");

    /** What asks to be told of changes; beside the guide's eight types. */
    public static final ResourceType SUBSCRIPTION = new ResourceType("Subscription");

    /** The eight types of the guide, in the order in which an export writes them. */
    public static final List<ResourceType> ATTRIBUTION_TYPES =
            List.of(GROUP, PATIENT, COVERAGE, RELATED_PERSON, PRACTITIONER, PRACTITIONER_ROLE, ORGANIZATION, LOCATION);

    /** Checks the shape. */
    public ResourceType {
        if (!isName(code)) {
            throw new IllegalArgumentException("not a resource type name");
        }
    }

    /** Returns whether the text has the shape of a type name. Looked at for every reference, so no pattern is used. */
    static boolean isName(String text) {
        if (text.length() < 2 || text.length() > 64 || text.charAt(0) > 'Z') {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            if (!isLetter(text.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    static boolean isLetter(char c) {
        return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
    }

    @Override
    public int compareTo(ResourceType other) {
        return code.compareTo(other.code);
    }

    @Override
    public String toString() {
        return code;
    }
}
