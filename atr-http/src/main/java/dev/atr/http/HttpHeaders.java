package dev.atr.http;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * HTTP headers; names are compared without case, values keep their order. Immutable.
 *
 * <p>No name or value here holds a line break or NUL, so no header can smuggle in another one.
 */
public final class HttpHeaders {
    private static final HttpHeaders EMPTY = new HttpHeaders(new TreeMap<>(String.CASE_INSENSITIVE_ORDER));

    private final Map<String, List<String>> values;

    private HttpHeaders(Map<String, List<String>> values) {
        this.values = values;
    }

    /** Returns no headers. */
    public static HttpHeaders none() {
        return EMPTY;
    }

    /**
     * Returns headers of one value each, given as name, value, name, value, …
     *
     * @throws IllegalArgumentException when the last name has no value, or a name or value is not fit for a header
     */
    public static HttpHeaders of(String... namesAndValues) {
        if (namesAndValues.length % 2 != 0) {
            throw new IllegalArgumentException("each header needs a name and a value");
        }
        HttpHeaders headers = EMPTY;
        for (int i = 0; i < namesAndValues.length; i += 2) {
            headers = headers.with(namesAndValues[i], namesAndValues[i + 1]);
        }
        return headers;
    }

    /**
     * Returns a copy of the given map.
     *
     * @throws IllegalArgumentException when a name or value is not fit for a header
     */
    public static HttpHeaders copyOf(Map<String, List<String>> map) {
        Map<String, List<String>> copy = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        map.forEach((name, list) -> {
            list.forEach(value -> check(name, value));
            copy.computeIfAbsent(name, n -> new ArrayList<>()).addAll(list);
        });
        copy.replaceAll((name, list) -> List.copyOf(list));
        return new HttpHeaders(copy);
    }

    /**
     * Returns a copy in which the header has this one value.
     *
     * @throws IllegalArgumentException when the name or value is not fit for a header
     */
    public HttpHeaders with(String name, String value) {
        check(name, value);
        Map<String, List<String>> copy = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        copy.putAll(values);
        copy.put(name, List.of(value));
        return new HttpHeaders(copy);
    }

    /** Returns a copy without the header. */
    public HttpHeaders without(String name) {
        Map<String, List<String>> copy = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        copy.putAll(values);
        copy.remove(name);
        return new HttpHeaders(copy);
    }

    /** Returns the first value of a header; empty when it is absent. */
    public Optional<String> first(String name) {
        List<String> list = values.get(name);
        return list == null || list.isEmpty() ? Optional.empty() : Optional.of(list.get(0));
    }

    /** Returns all values of a header; empty when it is absent. */
    public List<String> all(String name) {
        return values.getOrDefault(name, List.of());
    }

    /** Returns all headers, names in alphabetical order. */
    public Map<String, List<String>> map() {
        return Collections.unmodifiableMap(values);
    }

    /** Returns the names only: values may be credentials. */
    @Override
    public String toString() {
        return "HttpHeaders" + values.keySet().toString().toLowerCase(Locale.ROOT);
    }

    private static void check(String name, String value) {
        if (name.isEmpty() || !name.chars().allMatch(c -> c > ' ' && c < 0x7f && c != ':')) {
            throw new IllegalArgumentException("this is not a header name");
        }
        // The value may be a credential: it never becomes part of a message.
        if (value.indexOf('\r') >= 0 || value.indexOf('\n') >= 0 || value.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("the value of header " + name + " holds a line break or NUL");
        }
    }
}
