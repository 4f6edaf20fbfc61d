package dev.atr.producer.spi;

import dev.atr.core.attribution.ListId;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a Group search asks for. All parts that are given must hold.
 *
 * @param ids the list is one of these; {@code null} for no such condition
 * @param identifiers for each inner list, the list has at least one of its tokens
 * @param names for each inner list, the name begins with at least one of its texts, without regard to case and accents
 * @param after only lists whose id comes after this one in code unit order; absent for the first page
 * @param limit most lists to return; positive
 */
public record ListQuery(
        @Nullable Set<ListId> ids,
        List<List<Token>> identifiers,
        List<List<String>> names,
        @Nullable ListId after,
        int limit) {
    /** Copies the collections. */
    public ListQuery {
        ids = ids == null ? null : Set.copyOf(ids);
        identifiers = identifiers.stream().map(List::copyOf).toList();
        names = names.stream().map(List::copyOf).toList();
        if (limit < 1) {
            throw new IllegalArgumentException("limit must be positive");
        }
    }

    /** Returns a query for every list, at most {@code limit} of them. */
    public static ListQuery all(int limit) {
        return new ListQuery(null, List.of(), List.of(), null, limit);
    }

    /**
     * A token search value.
     *
     * @param system the system: {@code null} matches any system, empty text matches identifiers without a system
     * @param value the value; {@code null} matches any value of the system
     */
    public record Token(@Nullable String system, @Nullable String value) {
        /** Returns whether an identifier of this system and value matches. */
        public boolean matches(@Nullable String otherSystem, @Nullable String otherValue) {
            boolean systemFits =
                    system == null || (system.isEmpty() ? otherSystem == null : system.equals(otherSystem));
            return systemFits && (value == null || value.equals(otherValue));
        }

        @Override
        public String toString() {
            return "Token[" + system + "]";
        }
    }

    @Override
    public String toString() {
        return "ListQuery";
    }
}
