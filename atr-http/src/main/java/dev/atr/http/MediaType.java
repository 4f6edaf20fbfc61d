package dev.atr.http;

import java.util.Collections;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A media type such as {@code application/fhir+json; fhirVersion=4.0}.
 *
 * @param name type and subtype in lower case, for example {@code application/fhir+json}
 * @param parameters the parameters; names without case, values as sent
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9110#section-8.3.1">RFC 9110, "Media Type"</a>
 */
public record MediaType(String name, Map<String, String> parameters) {
    private static final String TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]{1,127}";
    private static final Pattern NAME = Pattern.compile(TOKEN + "/" + TOKEN);
    // Longer ones are refused unread: the pattern below needs stack in proportion.
    private static final int MAX_LENGTH = 1_000;
    private static final Pattern PARAMETER =
            Pattern.compile("\\s*+;\\s*+(?:(" + TOKEN + ")=(?:(" + TOKEN + ")|\"((?:[^\"\\\\]|\\\\.)*+)\"))?+");

    /** Checks the name and copies the parameters. */
    public MediaType {
        name = name.toLowerCase(Locale.ROOT);
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("this is not a media type");
        }
        Map<String, String> copy = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        copy.putAll(parameters);
        parameters = Collections.unmodifiableMap(copy);
    }

    /** Reads the value of {@code Content-Type}, or one item of {@code Accept}; empty when it is not well formed. */
    public static Optional<MediaType> parse(String text) {
        String trimmed = text.trim();
        if (trimmed.length() > MAX_LENGTH) {
            return Optional.empty();
        }
        int semicolon = trimmed.indexOf(';');
        String name = (semicolon < 0 ? trimmed : trimmed.substring(0, semicolon)).trim();
        String rest = semicolon < 0 ? "" : trimmed.substring(semicolon);
        if (!NAME.matcher(name).matches()) {
            return Optional.empty();
        }
        Map<String, String> parameters = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        Matcher matcher = PARAMETER.matcher(rest);
        int end = 0;
        while (end < rest.length()) {
            if (!matcher.region(end, rest.length()).lookingAt()) {
                return Optional.empty();
            }
            end = matcher.end();
            if (matcher.group(1) != null) {
                String quoted = matcher.group(3);
                String value = quoted == null ? matcher.group(2) : quoted.replaceAll("\\\\(.)", "$1");
                if (parameters.put(matcher.group(1), value) != null) {
                    return Optional.empty();
                }
            }
        }
        return Optional.of(new MediaType(name, parameters));
    }

    /** Returns whether this is the given type, whatever its parameters. */
    public boolean is(String other) {
        return name.equalsIgnoreCase(other);
    }

    /** Returns the value of a parameter; empty when it is absent. */
    public Optional<String> parameter(String parameter) {
        return Optional.ofNullable(parameters.get(parameter));
    }
}
