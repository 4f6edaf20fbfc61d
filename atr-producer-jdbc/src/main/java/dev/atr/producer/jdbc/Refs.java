package dev.atr.producer.jdbc;

import dev.atr.core.fhir.ResourceType;
import java.util.Set;

/** References as the tables keep them: {@code Patient/12}. */
final class Refs {
    /** Longest text that a column of a key takes; a reference of two ids is far shorter. */
    static final int MAX_LENGTH = 500;

    private static final Set<ResourceType> PROVIDER_TYPES = Set.of(
            ResourceType.PRACTITIONER,
            ResourceType.PRACTITIONER_ROLE,
            ResourceType.ORGANIZATION,
            ResourceType.LOCATION);

    private Refs() {}

    /** Returns a text before every reference to the type. */
    static String before(ResourceType type) {
        return type.code() + "/";
    }

    /** Returns the first text after every reference to the type: {@code 0} is the character after the slash. */
    static String after(ResourceType type) {
        return type.code() + "0";
    }

    /** Returns whether a reference is to a type. */
    static boolean isOf(ResourceType type, String ref) {
        return ref.startsWith(before(type));
    }

    /** Returns whether providers and their networks are made of this type. */
    static boolean isProviderType(ResourceType type) {
        return PROVIDER_TYPES.contains(type);
    }

    /** Returns whether a reference is to one of the four types that providers and their networks are made of. */
    static boolean isProvider(String ref) {
        int slash = ref.indexOf('/');
        return slash > 1
                && PROVIDER_TYPES.stream()
                        .anyMatch(type -> type.code().length() == slash && ref.startsWith(type.code()));
    }
}
