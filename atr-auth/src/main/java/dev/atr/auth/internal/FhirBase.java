package dev.atr.auth.internal;

import java.net.URI;

/** Which addresses may be a FHIR base. */
public final class FhirBase {
    private FhirBase() {}

    /**
     * Returns the base without a slash at its end.
     *
     * @throws IllegalArgumentException when it is not https, or http at a loopback address, or holds more than a path
     */
    public static URI check(URI fhirBase) {
        SecureAddress.check("FHIR base", fhirBase);
        if (fhirBase.getRawQuery() != null || fhirBase.getRawFragment() != null) {
            throw new IllegalArgumentException("FHIR base: holds a query or a fragment");
        }
        return URI.create(fhirBase.toString().replaceAll("/+$", ""));
    }
}
