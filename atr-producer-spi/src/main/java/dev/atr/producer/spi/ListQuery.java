package dev.atr.producer.spi;

import dev.atr.core.attribution.AttributionList;
import dev.atr.core.attribution.ListId;
import dev.atr.core.fhir.Identifier;
import dev.atr.core.fhir.ResourceKey;
import java.text.Normalizer;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a Group search asks for. All parts that are given must hold.
 *
 * @param ids the list is one of these; {@code null} for no such condition
 * @param identifiers for each inner list, the list has at least one of its tokens
 * @param names for each inner list, the name begins with at least one of its texts, without regard to case and accents
 * @param lastUpdated for each inner list, the newest version came to be in at least one of its spans
 * @param traits for each inner list, the list has a characteristic that matches at least one of its values
 * @param after only lists whose id comes after this one in code unit order; absent for the first page
 * @param limit most lists to return; positive
 */
public record ListQuery(
        @Nullable Set<ListId> ids,
        List<List<Token>> identifiers,
        List<List<String>> names,
        List<List<TimeSpan>> lastUpdated,
        List<List<TraitQuery>> traits,
        @Nullable ListId after,
        int limit) {
    /** Copies the collections. */
    public ListQuery {
        ids = ids == null ? null : Set.copyOf(ids);
        identifiers = identifiers.stream().map(List::copyOf).toList();
        names = names.stream().map(List::copyOf).toList();
        lastUpdated = lastUpdated.stream().map(List::copyOf).toList();
        traits = traits.stream().map(List::copyOf).toList();
        if (limit < 1) {
            throw new IllegalArgumentException("limit must be positive");
        }
    }

    /** Asks by ids, identifiers and names alone. */
    public ListQuery(
            @Nullable Set<ListId> ids,
            List<List<Token>> identifiers,
            List<List<String>> names,
            @Nullable ListId after,
            int limit) {
        this(ids, identifiers, names, List.of(), List.of(), after, limit);
    }

    /** Returns a query for every list, at most {@code limit} of them. */
    public static ListQuery all(int limit) {
        return new ListQuery(null, List.of(), List.of(), null, limit);
    }

    /**
     * Answers from lists that are at hand. For a backend whose callers have few enough: each of them is looked at.
     *
     * @param visible all lists that the caller may see, with version and time, in any order
     * @param identifiers the identifiers of a resource that a characteristic may refer to; none for what is unknown
     * @throws NullPointerException when it is asked for times and a list has none
     */
    public ListPage among(List<AttributionList> visible, Function<ResourceKey, List<Identifier>> identifiers) {
        List<AttributionList> matching = visible.stream()
                .filter(list -> matches(list, identifiers))
                .sorted(Comparator.comparing(list -> list.id().value()))
                .toList();
        List<AttributionList> page = matching.stream()
                .filter(list -> after == null || list.id().value().compareTo(after.value()) > 0)
                .limit(limit)
                .toList();
        return new ListPage(page, matching.size());
    }

    private boolean matches(AttributionList list, Function<ResourceKey, List<Identifier>> known) {
        return (ids == null || ids.contains(list.id()))
                && identifiers.stream()
                        .allMatch(anyOf -> list.identifiers().stream()
                                .anyMatch(i -> anyOf.stream().anyMatch(token -> token.matches(i.system(), i.value()))))
                && names.stream()
                        .allMatch(anyOf -> anyOf.stream()
                                .anyMatch(text -> list.name() != null
                                        && folded(list.name()).startsWith(folded(text))))
                && lastUpdated.stream()
                        .allMatch(anyOf ->
                                anyOf.stream().anyMatch(span -> span.holds(Objects.requireNonNull(list.lastUpdated()))))
                && traits.stream()
                        .allMatch(anyOf -> list.characteristics().stream()
                                .anyMatch(trait -> anyOf.stream().anyMatch(wanted -> wanted.matches(trait, known))));
    }

    private static String folded(String text) {
        return Normalizer.normalize(text, Normalizer.Form.NFD)
                .replaceAll("\\p{M}", "")
                .toLowerCase(Locale.ROOT);
    }

    /**
     * A span of time.
     *
     * @param from the first instant in it; absent for no beginning
     * @param to the first instant after it; absent for no end
     */
    public record TimeSpan(@Nullable Instant from, @Nullable Instant to) {
        /** Returns whether an instant lies in it. */
        public boolean holds(Instant instant) {
            return (from == null || !instant.isBefore(from)) && (to == null || instant.isBefore(to));
        }
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
