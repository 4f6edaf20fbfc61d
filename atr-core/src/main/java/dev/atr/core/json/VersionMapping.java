package dev.atr.core.json;

import dev.atr.core.fhir.FhirVersion;

/**
 * Maps whole resources between R4 and STU3: Patient, Coverage, RelatedPerson, Practitioner, PractitionerRole,
 * Organization and Location. What one version has and the other lacks travels in cross-version extensions, so that a
 * resource comes back as it was; code systems that changed their URI are translated; the guide's profiles, which exist
 * for R4 only, are not claimed in STU3. Contained resources are mapped too. A resource of another type gets its data
 * types mapped and nothing else.
 *
 * <p>A Group is read and written by {@link GroupReader} and {@link GroupWriter}, which know both versions.
 */
public final class VersionMapping {
    private VersionMapping() {}

    /**
     * Maps a resource from R4 to STU3.
     *
     * @return one line
     * @throws dev.atr.core.error.InvalidContentException when it is not valid JSON
     */
    public static byte[] toStu3(byte[] r4Resource) {
        return Stu3.of(JsonValue.parseObject(r4Resource)).toBytes();
    }

    /**
     * Maps a resource from STU3 to R4. A Coverage without status becomes an active one.
     *
     * @return one line
     * @throws dev.atr.core.error.InvalidContentException when it is not valid JSON, a Patient that is an animal, or a
     *     Group or Coverage that holds what only R4 has
     */
    public static byte[] toR4(byte[] stu3Resource) {
        return OtherVersion.toR4(JsonValue.parseObject(stu3Resource), FhirVersion.STU3)
                .toBytes();
    }
}
