package dev.atr.core.json;

import java.util.Map;
import java.util.Optional;

/** Code systems that have one URI in R4 and another in STU3. */
final class Terminology {
    private static final String R4_BASE = "http://terminology.hl7.org/CodeSystem/";
    private static final String STU3_BASE = "http://hl7.org/fhir/";
    private static final String R4_RELATIONSHIP = R4_BASE + "subscriber-relationship";

    private static final Map<String, String> TO_STU3 = Map.of(
            R4_RELATIONSHIP,
            STU3_BASE + "policyholder-relationship",
            R4_BASE + "organization-type",
            STU3_BASE + "organization-type",
            R4_BASE + "location-physical-type",
            STU3_BASE + "location-physical-type",
            R4_BASE + "contactentity-type",
            STU3_BASE + "contactentity-type");

    private static final Map<String, String> TO_R4 = Map.of(
            STU3_BASE + "policyholder-relationship", R4_RELATIONSHIP,
            STU3_BASE + "organization-type", R4_BASE + "organization-type",
            STU3_BASE + "location-physical-type", R4_BASE + "location-physical-type",
            STU3_BASE + "contactentity-type", R4_BASE + "contactentity-type");

    private Terminology() {}

    /** Returns the STU3 form of a code system; the same when it has only one form, or STU3 lacks the code. */
    static String toStu3(String system, Optional<String> code) {
        if (system.equals(R4_RELATIONSHIP) && code.equals(Optional.of("injured"))) {
            return system;
        }
        for (String family : new String[] {"v2", "v3"}) {
            String r4 = R4_BASE + family + "-";
            if (system.startsWith(r4)) {
                return STU3_BASE + family + "/" + system.substring(r4.length());
            }
        }
        return TO_STU3.getOrDefault(system, system);
    }

    /** Returns the R4 form of a code system; the same when it has only one form. */
    static String toR4(String system) {
        for (String family : new String[] {"v2", "v3"}) {
            String stu3 = STU3_BASE + family + "/";
            if (system.startsWith(stu3)) {
                return R4_BASE + family + "-" + system.substring(stu3.length());
            }
        }
        return TO_R4.getOrDefault(system, system);
    }
}
