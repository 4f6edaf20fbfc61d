package dev.atr.http;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The parameters of a query or of a form body, in their order, repeats kept. Immutable.
 *
 * @see <a href="https://url.spec.whatwg.org/#application/x-www-form-urlencoded">URL Standard,
 *     "application/x-www-form-urlencoded"</a>
 */
public final class QueryParameters {
    /** Most parameters that {@link #parse} takes; far more than any operation has, few enough to be no attack. */
    public static final int MAX_PARAMETERS = 1_000;

    private static final QueryParameters NONE = new QueryParameters(List.of());
    private static final String UNRESERVED = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
    private static final String HEX = "0123456789ABCDEF";

    private final List<Parameter> entries;

    private QueryParameters(List<Parameter> entries) {
        this.entries = entries;
    }

    /**
     * One parameter, decoded.
     *
     * @param name the name, not empty
     * @param value the value; empty when there is none
     */
    public record Parameter(String name, String value) {
        /** Checks the name. */
        public Parameter {
            if (name.isEmpty()) {
                throw new IllegalArgumentException("a parameter has no name");
            }
        }

        /** Returns neither name nor value: both may be member data. */
        @Override
        public String toString() {
            return "Parameter";
        }
    }

    /** Returns no parameters. */
    public static QueryParameters none() {
        return NONE;
    }

    /**
     * Returns parameters given as name, value, name, value, …
     *
     * @throws IllegalArgumentException when the last name has no value or a name is empty
     */
    public static QueryParameters of(String... namesAndValues) {
        if (namesAndValues.length % 2 != 0) {
            throw new IllegalArgumentException("each parameter needs a name and a value");
        }
        List<Parameter> entries = new ArrayList<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            entries.add(new Parameter(namesAndValues[i], namesAndValues[i + 1]));
        }
        return new QueryParameters(List.copyOf(entries));
    }

    /**
     * Reads a query or a form body strictly. A plus sign is a space, as in forms.
     *
     * @param raw the still encoded text without question mark; absent for none
     * @throws IllegalArgumentException on a broken percent escape, text that is not ASCII before or not UTF-8 after
     *     decoding, NUL, an empty name, or more than {@link #MAX_PARAMETERS} parameters. The message holds no part of
     *     the text
     */
    public static QueryParameters parse(@Nullable String raw) {
        if (raw == null || raw.isEmpty()) {
            return NONE;
        }
        List<Parameter> entries = new ArrayList<>();
        int start = 0;
        while (start <= raw.length()) {
            int end = raw.indexOf('&', start);
            end = end < 0 ? raw.length() : end;
            if (end > start) {
                if (entries.size() == MAX_PARAMETERS) {
                    throw new IllegalArgumentException("more than " + MAX_PARAMETERS + " parameters");
                }
                int equals = raw.indexOf('=', start);
                equals = equals < 0 || equals > end ? end : equals;
                entries.add(new Parameter(
                        decode(raw.substring(start, equals)), decode(raw.substring(Math.min(equals + 1, end), end))));
            }
            start = end + 1;
        }
        return new QueryParameters(List.copyOf(entries));
    }

    /** Returns a copy with one more parameter at the end. */
    public QueryParameters with(String name, String value) {
        List<Parameter> longer = new ArrayList<>(entries);
        longer.add(new Parameter(name, value));
        return new QueryParameters(List.copyOf(longer));
    }

    /** Returns the first value of this name; empty when there is none. */
    public Optional<String> first(String name) {
        return entries.stream()
                .filter(entry -> entry.name().equals(name))
                .map(Parameter::value)
                .findFirst();
    }

    /**
     * Returns the only value of this name; empty when there is none.
     *
     * @throws IllegalArgumentException when the parameter is repeated, with the same value or another
     */
    public Optional<String> single(String name) {
        List<String> all = all(name);
        if (all.size() > 1) {
            throw new IllegalArgumentException("parameter " + name + " is repeated");
        }
        return all.stream().findFirst();
    }

    /** Returns all values of this name in their order. */
    public List<String> all(String name) {
        return entries.stream()
                .filter(entry -> entry.name().equals(name))
                .map(Parameter::value)
                .toList();
    }

    /** Returns the names in order of their first appearance. */
    public Set<String> names() {
        Set<String> names = new LinkedHashSet<>();
        entries.forEach(entry -> names.add(entry.name()));
        return names;
    }

    /** Returns all parameters in their order. */
    public List<Parameter> entries() {
        return entries;
    }

    /** Returns whether there are no parameters. */
    public boolean isEmpty() {
        return entries.isEmpty();
    }

    /** Returns the text for a query or a form body, everything but letters, digits and {@code -._~} escaped. */
    public String encode() {
        StringBuilder out = new StringBuilder();
        for (Parameter entry : entries) {
            out.append(out.isEmpty() ? "" : "&");
            encode(entry.name(), out);
            encode(entry.value(), out.append('='));
        }
        return out.toString();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof QueryParameters that && entries.equals(that.entries);
    }

    @Override
    public int hashCode() {
        return entries.hashCode();
    }

    /** Returns how many there are: names and values may be member data. */
    @Override
    public String toString() {
        return "QueryParameters[" + entries.size() + "]";
    }

    private static String decode(String text) {
        byte[] bytes = new byte[text.length()];
        int length = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c <= ' ' || c > '~') {
                throw new IllegalArgumentException("a parameter holds a character that must be escaped");
            }
            if (c == '%') {
                c = escaped(text, i);
                i += 2;
            } else if (c == '+') {
                c = ' ';
            }
            bytes[length++] = (byte) c;
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes, 0, length))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("a parameter is not UTF-8", e);
        }
    }

    private static char escaped(String text, int percent) {
        int high = percent + 2 < text.length() ? hexDigit(text.charAt(percent + 1)) : -1;
        int low = percent + 2 < text.length() ? hexDigit(text.charAt(percent + 2)) : -1;
        if (high < 0 || low < 0) {
            throw new IllegalArgumentException("a parameter holds a broken percent escape");
        }
        if (high == 0 && low == 0) {
            throw new IllegalArgumentException("a parameter holds NUL");
        }
        return (char) (high << 4 | low);
    }

    // Character.digit also takes the digits of other scripts.
    private static int hexDigit(char c) {
        return c > '~' ? -1 : Character.digit(c, 16);
    }

    private static void encode(String text, StringBuilder out) {
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            if (UNRESERVED.indexOf(b) >= 0) {
                out.append((char) b);
            } else {
                out.append('%').append(HEX.charAt(b >> 4 & 15)).append(HEX.charAt(b & 15));
            }
        }
    }
}
