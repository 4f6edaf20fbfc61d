package dev.atr.producer.internal.export;

import dev.atr.core.fhir.ResourceType;
import dev.atr.http.QueryParameters.Parameter;
import dev.atr.producer.internal.routing.Query;
import dev.atr.producer.internal.routing.Reason;
import dev.atr.producer.internal.routing.Refusal;
import dev.atr.producer.spi.StoredResource;
import dev.atr.producer.spi.TypeFilters;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * Reads the parameter {@code _typeFilter}. Its queries never reach the payer's system as text: each is parted into search
 * parameters that the payer declares and their values.
 *
 * @see <a href="https://hl7.org/fhir/uv/bulkdata/STU2/export.html">Bulk Data 2.0.0, "_typeFilter Experimental Query
 *     Parameter"</a>
 */
final class TypeFilterParameter {
    static final String NAME = "_typeFilter";

    private static final int MAX_QUERIES = 100;
    private static final int MAX_QUERY = 4000;
    private static final int MAX_VALUE = 1000;

    /** A comma parts two queries only where the next one begins (C-10); elsewhere it is part of a value. */
    private static final Pattern BETWEEN = Pattern.compile(",(?=[A-Z][A-Za-z]{1,40}\\?)");

    private TypeFilterParameter() {}

    /** Returns the queries that were sent, each {@code Type?query}, not checked any further. */
    static List<String> read(Query query) {
        List<String> queries = new ArrayList<>();
        for (String list : query.all(NAME)) {
            if (list.length() > MAX_QUERIES * MAX_QUERY) {
                throw tooLong();
            }
            queries.addAll(Arrays.asList(BETWEEN.split(list, -1)));
        }
        if (queries.size() > MAX_QUERIES || queries.stream().anyMatch(text -> text.length() > MAX_QUERY)) {
            throw tooLong();
        }
        return queries;
    }

    /**
     * Returns the condition of each type that has one.
     *
     * @param queries what {@link #read} returned
     * @param types the types that are exported
     * @param served what the payer can be asked
     * @throws Refusal when a query can't be served
     */
    static Map<ResourceType, Predicate<StoredResource>> conditions(
            List<String> queries, List<ResourceType> types, TypeFilters served) {
        Map<ResourceType, Predicate<StoredResource>> conditions = new HashMap<>();
        for (String text : queries) {
            int question = text.indexOf('?');
            ResourceType type = types.stream()
                    .filter(t -> question > 0 && t.code().equals(text.substring(0, question)))
                    .filter(t -> !t.equals(ResourceType.GROUP))
                    .findFirst()
                    .orElseThrow(() -> Refusal.of(
                                    Reason.NOT_SUPPORTED,
                                    "Each filter must be a type other than Group that is exported, a question mark and"
                                            + " a query.")
                            .at(NAME));
            // Queries for the same type are alternatives.
            conditions.merge(type, condition(type, text.substring(question + 1), served), Predicate::or);
        }
        return conditions;
    }

    private static Predicate<StoredResource> condition(ResourceType type, String text, TypeFilters served) {
        Predicate<StoredResource> all = resource -> true;
        Set<String> names = served.parameters(type);
        List<Parameter> parameters = Query.parse(text).parameters();
        if (parameters.isEmpty()) {
            throw Refusal.of(Reason.VALUE, "A filter has no query.").at(NAME);
        }
        for (Parameter parameter : parameters) {
            if (!names.contains(parameter.name())) {
                throw Refusal.of(
                                Reason.NOT_SUPPORTED,
                                names.isEmpty()
                                        ? "Resources of type " + type.code() + " can't be filtered."
                                        : "Resources of type " + type.code() + " can be filtered by: "
                                                + String.join(
                                                        ", ",
                                                        names.stream().sorted().toList()) + ".")
                        .at(NAME);
            }
            if (parameter.value().isBlank() || parameter.value().length() > MAX_VALUE) {
                throw Refusal.of(Reason.VALUE, "A filter has an empty or too long value.")
                        .at(NAME);
            }
            all = all.and(served.condition(type, parameter.name(), parameter.value())
                    .orElseThrow(() -> Refusal.of(Reason.VALUE, "A filter has a value that can't be asked for.")
                            .at(NAME)));
        }
        return all;
    }

    private static Refusal tooLong() {
        return Refusal.of(Reason.VALUE, "The filters are too many or too long.").at(NAME);
    }
}
