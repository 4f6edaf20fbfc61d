package dev.atr.core.fhir;

import java.util.List;
import java.util.regex.Pattern;

/**
 * The name of a FHIR resource type.
 *
 * @param code the name as FHIR writes it, for example {@code Patient}; letters only, starting with a capital
 */
public record ResourceType(String code) implements Comparable<ResourceType> {
    private static final Pattern SHAPE = Pattern.compile("[A-Z][A-Za-z]{1,63}");

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

    /** The eight types of the guide, in the order in which an export writes them. */
    public static final List<ResourceType> ATTRIBUTION_TYPES =
            List.of(GROUP, PATIENT, COVERAGE, RELATED_PERSON, PRACTITIONER, PRACTITIONER_ROLE, ORGANIZATION, LOCATION);

    /** Checks the shape. */
    public ResourceType {
        if (!SHAPE.matcher(code).matches()) {
            throw new IllegalArgumentException("not a resource type name");
        }
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
