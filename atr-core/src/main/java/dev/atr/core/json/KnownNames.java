package dev.atr.core.json;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Property names that turn up all the time, found by their bytes so that they need not be made anew. */
final class KnownNames {
    private static final List<String> NAMES = List.of(
            "active",
            "actual",
            "address",
            "alias",
            "assigner",
            "availableTime",
            "beneficiary",
            "birthDate",
            "characteristic",
            "city",
            "class",
            "code",
            "coding",
            "communication",
            "contact",
            "contained",
            "contract",
            "country",
            "count",
            "deceasedBoolean",
            "dependent",
            "description",
            "display",
            "district",
            "div",
            "end",
            "endpoint",
            "entity",
            "exclude",
            "extension",
            "family",
            "gender",
            "generalPractitioner",
            "given",
            "grouping",
            "id",
            "identifier",
            "inactive",
            "issuer",
            "language",
            "lastUpdated",
            "line",
            "link",
            "location",
            "managingEntity",
            "managingOrganization",
            "maritalStatus",
            "member",
            "meta",
            "mode",
            "modifierExtension",
            "name",
            "network",
            "order",
            "organization",
            "other",
            "partOf",
            "patient",
            "payor",
            "period",
            "photo",
            "physicalType",
            "plan",
            "planDisplay",
            "policyHolder",
            "position",
            "postalCode",
            "practitioner",
            "prefix",
            "profile",
            "qualification",
            "quantity",
            "rank",
            "reference",
            "relationship",
            "resourceType",
            "security",
            "sequence",
            "source",
            "specialty",
            "start",
            "state",
            "status",
            "subscriber",
            "subscriberId",
            "suffix",
            "system",
            "tag",
            "telecom",
            "text",
            "type",
            "url",
            "use",
            "value",
            "valueBoolean",
            "valueCode",
            "valueCodeableConcept",
            "valueCoding",
            "valueIdentifier",
            "valuePeriod",
            "valueReference",
            "valueString",
            "versionId");

    /** As many names as a pair of {@code long}s has bits, so that the names of one object fit into it. */
    static final int LIMIT = 128;

    private static final int SLOTS = 512;
    private static final int FREE = -1;
    private static final int[] BY_SLOT = new int[SLOTS];
    private static final byte[][] BYTES = new byte[LIMIT][];
    private static final Map<String, Integer> BY_NAME = new HashMap<>();

    static {
        Arrays.fill(BY_SLOT, FREE);
        for (int number = 0; number < NAMES.size(); number++) {
            byte[] bytes = NAMES.get(number).getBytes(StandardCharsets.US_ASCII);
            int slot = slot(bytes, 0, bytes.length);
            while (BY_SLOT[slot] != FREE) {
                slot = (slot + 1) % SLOTS;
            }
            BY_SLOT[slot] = number;
            BYTES[number] = bytes;
            BY_NAME.put(NAMES.get(number), number);
        }
    }

    private KnownNames() {}

    /** Returns the name of a number. */
    static String name(int number) {
        return NAMES.get(number);
    }

    /** Returns the number of a name, below {@link #LIMIT}; negative when it is not among the known ones. */
    static int find(String name) {
        return BY_NAME.getOrDefault(name, FREE);
    }

    /** Returns the number of the name that these bytes spell; negative when it is not among the known ones. */
    static int find(byte[] bytes, int from, int to) {
        if (from == to) {
            return FREE;
        }
        int slot = slot(bytes, from, to);
        int number = BY_SLOT[slot];
        while (number != FREE) {
            byte[] known = BYTES[number];
            if (Arrays.equals(known, 0, known.length, bytes, from, to)) {
                return number;
            }
            slot = (slot + 1) % SLOTS;
            number = BY_SLOT[slot];
        }
        return FREE;
    }

    private static int slot(byte[] bytes, int from, int to) {
        int length = to - from;
        int mixed = bytes[from] * 31 + bytes[to - 1] * 7 + bytes[from + length / 2] * 131 + length * 17;
        return mixed & (SLOTS - 1);
    }
}
