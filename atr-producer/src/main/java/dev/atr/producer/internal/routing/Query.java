package dev.atr.producer.internal.routing;

import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The parameters of a query or form, decoded, in the order sent.
 *
 * @param parameters names and values; a name may come several times
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
     * @throws Refusal when an escape is broken, the bytes are no UTF-8, or a control character is among them
     */
    public static Query parse(@Nullable String raw) {
        if (raw == null || raw.isEmpty()) {
            return NONE;
        }
        List<Parameter> parameters = new ArrayList<>();
        for (String pair : raw.split("&", -1)) {
            if (!pair.isEmpty()) {
                int equals = pair.indexOf('=');
                String name = equals < 0 ? pair : pair.substring(0, equals);
                String value = equals < 0 ? "" : pair.substring(equals + 1);
                parameters.add(new Parameter(decode(name), decode(value)));
            }
        }
        return new Query(parameters);
    }

    /** Returns whether a parameter was sent, be it empty. */
    public boolean has(String name) {
        return parameters.stream().anyMatch(p -> p.name.equals(name));
    }

    /** Returns the values of a parameter in the order sent. */
    public List<String> all(String name) {
        return parameters.stream()
                .filter(p -> p.name.equals(name))
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
        List<Parameter> both = new ArrayList<>(parameters);
        both.addAll(more.parameters);
        return new Query(both);
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
            if (served.contains(parameter.name) || isGeneral(parameter.name)) {
                kept.add(parameter);
            } else if (!preferences.lenient()) {
                throw unsupported(parameter.name);
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
        StringBuilder text = new StringBuilder();
        for (Parameter parameter : parameters) {
            text.append(text.length() == 0 ? "" : "&")
                    .append(encode(parameter.name))
                    .append('=')
                    .append(encode(parameter.value));
        }
        return text.toString();
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private static String decode(String text) {
        byte[] raw = text.getBytes(StandardCharsets.UTF_8);
        ByteBuffer bytes = ByteBuffer.allocate(raw.length);
        for (int i = 0; i < raw.length; i++) {
            if (raw[i] == '+') {
                bytes.put((byte) ' ');
            } else if (raw[i] == '%') {
                int high = i + 2 < raw.length ? Character.digit(raw[i + 1], 16) : -1;
                int low = i + 2 < raw.length ? Character.digit(raw[i + 2], 16) : -1;
                if (high < 0 || low < 0) {
                    throw Refusal.of(Reason.STRUCTURE, "The query has a broken escape.");
                }
                bytes.put((byte) (high * 16 + low));
                i += 2;
            } else {
                bytes.put(raw[i]);
            }
        }
        String decoded;
        try {
            decoded = StandardCharsets.UTF_8.newDecoder().decode(bytes.flip()).toString();
        } catch (CharacterCodingException e) {
            throw Refusal.of(Reason.STRUCTURE, "The query is not UTF-8.");
        }
        if (decoded.chars().anyMatch(Character::isISOControl)) {
            throw Refusal.of(Reason.STRUCTURE, "The query has a control character.");
        }
        return decoded;
    }

    @Override
    public String toString() {
        return "Query[" + parameters.size() + "]";
    }

    /**
     * One parameter.
     *
     * @param name the decoded name
     * @param value the decoded value; may be empty
     */
    public record Parameter(String name, String value) {
        @Override
        public String toString() {
            return "Parameter";
        }
    }
}
