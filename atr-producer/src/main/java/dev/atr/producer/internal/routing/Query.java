package dev.atr.producer.internal.routing;

import dev.atr.http.QueryParameters;
import dev.atr.http.QueryParameters.Parameter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The parameters of a query or form, with the refusals that FHIR requests need.
 *
 * @param parameters names and values in the order sent; a name may come several times
 */
public record Query(List<Parameter> parameters) {
    /** No parameters. */
    public static final Query NONE = new Query(List.of());

    private static final Pattern ECHOABLE = Pattern.compile("_?[A-Za-z][A-Za-z:-]{0,40}");

    /** Copies the list. */
    public Query {
        parameters = List.copyOf(parameters);
    }

    /**
     * Decodes a query or form.
     *
     * @param raw the text without its question mark; absent or empty for no parameters
     * @throws Refusal when it is not well formed
     */
    public static Query parse(@Nullable String raw) {
        try {
            return new Query(QueryParameters.parse(raw).entries());
        } catch (IllegalArgumentException e) {
            throw Refusal.of(Reason.STRUCTURE, "The parameters can't be read: " + e.getMessage() + ".");
        }
    }

    /** Returns whether a parameter was sent, be it empty. */
    public boolean has(String name) {
        return parameters.stream().anyMatch(p -> p.name().equals(name));
    }

    /** Returns the values of a parameter in the order sent. */
    public List<String> all(String name) {
        return parameters.stream()
                .filter(p -> p.name().equals(name))
                .map(Parameter::value)
                .toList();
    }

    /**
     * Returns the value of a parameter that may be sent once.
     *
     * @throws Refusal when it was sent more than once or without a value
     */
    public Optional<String> single(String name) {
        List<String> values = all(name);
        if (values.size() > 1) {
            throw Refusal.of(Reason.INVALID, "This parameter may be given once only.")
                    .at(name);
        }
        if (values.size() == 1 && values.get(0).isBlank()) {
            throw Refusal.of(Reason.VALUE, "This parameter has no value.").at(name);
        }
        return values.stream().findFirst();
    }

    /** Returns both parameter lists, these first. */
    public Query and(Query more) {
        return new Query(
                Stream.concat(parameters.stream(), more.parameters.stream()).toList());
    }

    /**
     * Refuses parameters that are not served; with {@code handling=lenient} they are left out instead.
     *
     * @param served the names that are served; {@code _format} and {@code _pretty} always are
     * @param preferences what the client prefers
     * @return the parameters that are served
     */
    public Query only(Set<String> served, Preferences preferences) {
        List<Parameter> kept = new ArrayList<>();
        for (Parameter parameter : parameters) {
            if (served.contains(parameter.name()) || isGeneral(parameter.name())) {
                kept.add(parameter);
            } else if (!preferences.lenient()) {
                throw unsupported(parameter.name());
            }
        }
        return new Query(kept);
    }

    /** Returns the refusal of a parameter that is not served. */
    public static Refusal unsupported(String name) {
        return Refusal.of(Reason.NOT_SUPPORTED, "This parameter is not supported.")
                .at(echoable(name));
    }

    /** Returns the name of a parameter, or a placeholder when it has not the shape of one and may be anything. */
    public static String echoable(String name) {
        return ECHOABLE.matcher(name).matches() ? name : "parameter";
    }

    /** Returns whether a parameter is about the form of the answer and allowed everywhere. */
    public static boolean isGeneral(String name) {
        return name.equals("_format") || name.equals("_pretty");
    }

    /** Returns the parameters as the text of a query; empty when there are none. */
    public String text() {
        QueryParameters encoded = QueryParameters.none();
        for (Parameter parameter : parameters) {
            encoded = encoded.with(parameter.name(), parameter.value());
        }
        return encoded.encode();
    }

    @Override
    public String toString() {
        return "Query[" + parameters.size() + "]";
    }
}
