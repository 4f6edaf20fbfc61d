package dev.atr.core.fhir;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A reference from one resource to another.
 *
 * @param reference the literal reference, relative or absolute; may be absent
 * @param type the type of the target (R4 only); may be absent
 * @param identifier the logical reference; may be absent
 * @param display text for people; may be absent
 * @param other properties not modelled here
 */
public record Reference(
        @Nullable String reference,
        @Nullable String type,
        @Nullable Identifier identifier,
        @Nullable String display,
        OtherElements other) {
    /** Returns the relative literal reference to a resource. */
    public static Reference to(ResourceKey key) {
        return new Reference(key.reference(), null, null, null, OtherElements.NONE);
    }

    /** Returns the relative literal reference to a resource. */
    public static Reference to(ResourceType type, String id) {
        return to(new ResourceKey(type, id));
    }

    /** Returns type and id of the target; empty when this is not a literal reference to a resource. */
    public Optional<ResourceKey> key() {
        return reference == null ? Optional.empty() : ResourceKey.ofReference(reference);
    }

    /** Returns whether this holds a literal reference and nothing else. */
    public boolean isPlain() {
        return reference != null && type == null && identifier == null && display == null && other.isEmpty();
    }

    @Override
    public String toString() {
        return "Reference[" + key().map(k -> k.type().code()).orElse("?") + "]";
    }
}
