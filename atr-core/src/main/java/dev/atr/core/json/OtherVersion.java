package dev.atr.core.json;

import dev.atr.core.error.InvalidContentException;
import dev.atr.core.fhir.FhirVersion;
import java.util.List;
import java.util.Map;

/**
 * Tells a resource of the other FHIR version. One read in the wrong version would seem whole and lack its payer or its
 * plan, so it is refused for the first element that its version alone has.
 */
final class OtherVersion {
    private static final Map<String, List<String>> ONLY_IN_R4 = Map.of(
            "Group", List.of("managingEntity"),
            "Coverage", List.of("class", "costToBeneficiary", "subrogation"));

    private static final Map<String, List<String>> ONLY_IN_STU3 = Map.of("Coverage", List.of("grouping", "sequence"));

    private OtherVersion() {}

    /**
     * Returns a resource that was sent in a version as one of R4.
     *
     * @param version the version that it is read in
     * @throws InvalidContentException when it holds what only the other version has; names the element and both versions
     */
    static JsonValue.JsonObject toR4(JsonValue.JsonObject resource, FhirVersion version) {
        refuseOther(resource, version);
        return version == FhirVersion.STU3 ? Stu3.toR4(resource) : resource;
    }

    private static void refuseOther(JsonValue.JsonObject resource, FhirVersion version) {
        String type = resource.text("resourceType").orElse("");
        boolean readAsR4 = version == FhirVersion.R4;
        for (String name : (readAsR4 ? ONLY_IN_STU3 : ONLY_IN_R4).getOrDefault(type, List.of())) {
            if (resource.find(name).isPresent()) {
                throw refused(type + "." + name, version);
            }
        }
        if (readAsR4
                && type.equals("Group")
                && !CrossVersion.find(resource, Stu3Resources.MANAGING_ENTITY).isEmpty()) {
            throw refused("Group.extension(managingEntity)", version);
        }
    }

    private static InvalidContentException refused(String path, FhirVersion version) {
        FhirVersion other = version == FhirVersion.R4 ? FhirVersion.STU3 : FhirVersion.R4;
        return new InvalidContentException(path + ": a resource of FHIR " + other + ", but " + version
                + " is read here; send it in " + version + ", or say that the peer speaks " + other);
    }
}
