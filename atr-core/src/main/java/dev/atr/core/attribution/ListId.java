package dev.atr.core.attribution;

import dev.atr.core.fhir.ResourceKey;
import dev.atr.core.fhir.ResourceType;

/**
 * The logical id of the Group that carries a list.
 *
 * @param value 1 to 64 letters, digits, {@code -} or {@code .}
 */
public record ListId(String value) {
    /** Checks the shape. */
    public ListId {
        if (!ResourceKey.isId(value)) {
            throw new IllegalArgumentException("a list id has 1 to 64 letters, digits, '-' or '.'");
        }
    }

    /** Returns the key of the Group. */
    public ResourceKey key() {
        return new ResourceKey(ResourceType.GROUP, value);
    }

    @Override
    public String toString() {
        return value;
    }
}
