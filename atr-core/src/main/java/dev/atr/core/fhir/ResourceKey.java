package dev.atr.core.fhir;

import java.util.Comparator;
import java.util.Optional;

/**
 * Type and logical id of a resource on the Producer that holds it.
 *
 * @param type the resource type
 * @param id the logical id: 1 to 64 letters, digits, {@code -} or {@code .}
 */
public record ResourceKey(ResourceType type, String id) implements Comparable<ResourceKey> {
    private static final Comparator<ResourceKey> ORDER =
            Comparator.comparing(ResourceKey::type).thenComparing(ResourceKey::id);

    /** Checks the id. */
    public ResourceKey {
        if (!isId(id)) {
            throw new IllegalArgumentException("a logical id has 1 to 64 letters, digits, '-' or '.'");
        }
    }

    /** Returns whether the text has the shape of a FHIR logical id. */
    public static boolean isId(String text) {
        if (text.isEmpty() || text.length() > 64) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (!ResourceType.isLetter(c) && !(c >= '0' && c <= '9') && c != '-' && c != '.') {
                return false;
            }
        }
        return true;
    }

    /**
     * Reads a relative or absolute literal reference such as {@code Patient/12} or
     * {@code https://payer.example/r4/Patient/12/_history/3}; base and version are left out.
     *
     * @param reference the text of {@code Reference.reference}
     * @return the key, or empty when the text is no literal reference to a resource
     */
    public static Optional<ResourceKey> ofReference(String reference) {
        String text = reference;
        int history = text.indexOf("/_history/");
        if (history >= 0) {
            text = text.substring(0, history);
        }
        int idAt = text.lastIndexOf('/');
        if (idAt <= 0) {
            return Optional.empty();
        }
        int typeAt = text.lastIndexOf('/', idAt - 1);
        String type = text.substring(typeAt + 1, idAt);
        String id = text.substring(idAt + 1);
        if (typeAt > 0 && !text.startsWith("http://") && !text.startsWith("https://")) {
            return Optional.empty();
        }
        return isId(id) && ResourceType.isName(type)
                ? Optional.of(new ResourceKey(new ResourceType(type), id))
                : Optional.empty();
    }

    /** Returns the relative reference, for example {@code Patient/12}. */
    public String reference() {
        return type.code() + "/" + id;
    }

    @Override
    public int compareTo(ResourceKey other) {
        return ORDER.compare(this, other);
    }

    /** Returns the type alone: a logical id may be member data. */
    @Override
    public String toString() {
        return type.code() + "/…";
    }
}
