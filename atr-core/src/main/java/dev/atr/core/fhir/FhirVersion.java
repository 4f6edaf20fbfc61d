package dev.atr.core.fhir;

/** The FHIR versions this library speaks. R4 is the conformance mode; STU3 is a mapped compatibility mode. */
public enum FhirVersion {
    /** FHIR R4, 4.0.1. */
    R4("4.0.1", "4.0"),
    /** FHIR STU3, 3.0.2. */
    STU3("3.0.2", "3.0");

    private final String number;
    private final String mimeParameter;

    FhirVersion(String number, String mimeParameter) {
        this.number = number;
        this.mimeParameter = mimeParameter;
    }

    /** Returns the value of {@code CapabilityStatement.fhirVersion}, for example {@code 4.0.1}. */
    public String number() {
        return number;
    }

    /** Returns the value of the {@code fhirVersion} media type parameter, for example {@code 4.0}. */
    public String mimeParameter() {
        return mimeParameter;
    }
}
