package dev.atr.core.json;

import dev.atr.core.error.InvalidContentException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The tokens of one JSON document (RFC 8259), read strictly: no doubled property, bounded depth, texts and numbers,
 * nothing after the value. Every failure names rule and place and quotes nothing. For one thread.
 *
 * <p>Written for this library because lists of millions of rows must be read at the speed of their bytes, and because a
 * parser that accepts overlong UTF-8, lone surrogates or doubled properties would need a second pass in front of it.
 */
final class JsonTokens extends JsonInput {
    /** Deepest nesting of objects and arrays. */
    static final int MAX_DEPTH = 64;

    /** Longest number, in characters. */
    static final int MAX_NUMBER = 128;

    /** Largest exponent of a number, either sign. */
    static final int MAX_EXPONENT = 64;

    /** Longest property name, in characters. */
    private static final int MAX_NAME = 256;

    /** What a captured value costs beside its text, in characters. */
    private static final int VALUE_COST = 16;

    /** Names that may stand in a message: names of the kind that FHIR gives to elements, and no data. */
    private static final Pattern ELEMENT_NAME = Pattern.compile("_?[a-z][A-Za-z]{0,31}");

    private enum Expected {
        VALUE,
        FIRST_ITEM,
        FIRST_NAME,
        AFTER_VALUE
    }

    private Expected expected = Expected.VALUE;
    private @Nullable JsonToken current;
    private long tokenAt;

    private int depth;
    private final boolean[] inObject = new boolean[MAX_DEPTH + 1];
    private final int[] index = new int[MAX_DEPTH + 1];
    private final @Nullable String[] name = new @Nullable String[MAX_DEPTH + 1];

    /** The known names met in each open object: two words each, a bit a name. */
    private final long[] metKnown = new long[2 * (MAX_DEPTH + 1)];

    /** The other names met in each open object. */
    private final @Nullable Set<String>[] metOthers = sets();

    private long budget = Long.MAX_VALUE;

    private JsonTokens(byte[] json) {
        super(json);
    }

    private JsonTokens(InputStream in) {
        super(in);
    }

    @SuppressWarnings({"unchecked", "rawtypes"})
    private static @Nullable Set<String>[] sets() {
        return new Set[MAX_DEPTH + 1];
    }

    /** Opens a document in memory. */
    static JsonTokens of(byte[] json) {
        return new JsonTokens(json);
    }

    /** Opens a document of any length; closing closes the stream. */
    static JsonTokens of(InputStream in) {
        return new JsonTokens(in);
    }

    /** Goes to the next token. The end of the document is a failure here; see {@link #end}. */
    JsonToken next() {
        int c = peekPastBlanks();
        tokenAt = position();
        JsonToken token = switch (expected) {
            case VALUE -> value(c);
            case FIRST_ITEM -> c == ']' ? close(JsonToken.END_ARRAY) : item(c);
            case FIRST_NAME -> c == '}' ? close(JsonToken.END_OBJECT) : property(c);
            case AFTER_VALUE -> afterValue(c);
        };
        current = token;
        return token;
    }

    private JsonToken afterValue(int c) {
        if (depth == 0) {
            throw refused(c < 0 ? "the JSON ends early" : "something follows the JSON value");
        }
        boolean object = inObject[depth];
        if (c == ',') {
            take();
            int following = peekPastBlanks();
            tokenAt = position();
            return object ? property(following) : item(following);
        }
        if (c == (object ? '}' : ']')) {
            return close(object ? JsonToken.END_OBJECT : JsonToken.END_ARRAY);
        }
        throw broken(c);
    }

    private JsonToken item(int c) {
        index[depth]++;
        return value(c);
    }

    private JsonToken property(int c) {
        if (c != '"') {
            throw broken(c);
        }
        readText();
        if (stringLength() > MAX_NAME) {
            throw refused("a property name is longer than " + MAX_NAME + " characters");
        }
        int known = knownName();
        String property = known < 0 ? string() : KnownNames.name(known);
        name[depth] = property;
        if (known < 0 ? !isNew(property) : !isNew(known)) {
            throw refused("a property stands twice in one object");
        }
        if (peekPastBlanks() != ':') {
            throw broken(peek());
        }
        take();
        expected = Expected.VALUE;
        return JsonToken.NAME;
    }

    /** Notes a known name; returns whether the object had it not yet. */
    private boolean isNew(int known) {
        int word = 2 * depth + known / Long.SIZE;
        long bit = 1L << known;
        boolean isNew = (metKnown[word] & bit) == 0;
        metKnown[word] |= bit;
        return isNew;
    }

    /** Notes any other name; returns whether the object had it not yet. */
    private boolean isNew(String property) {
        Set<String> names = metOthers[depth];
        if (names == null) {
            names = new HashSet<>();
            metOthers[depth] = names;
        }
        return names.add(property);
    }

    private JsonToken value(int c) {
        switch (c) {
            case '"' -> {
                readText();
                expected = Expected.AFTER_VALUE;
                return JsonToken.TEXT;
            }
            case '{' -> {
                return open(true);
            }
            case '[' -> {
                return open(false);
            }
            case 't' -> {
                return literal("true", JsonToken.TRUE);
            }
            case 'f' -> {
                return literal("false", JsonToken.FALSE);
            }
            case 'n' -> {
                return literal("null", JsonToken.NULL);
            }
            default -> {
                return numeric(c);
            }
        }
    }

    private JsonToken open(boolean object) {
        if (depth == MAX_DEPTH) {
            throw refused("nested deeper than " + MAX_DEPTH + " levels");
        }
        take();
        depth++;
        inObject[depth] = object;
        index[depth] = -1;
        name[depth] = null;
        metKnown[2 * depth] = 0;
        metKnown[2 * depth + 1] = 0;
        metOthers[depth] = null;
        expected = object ? Expected.FIRST_NAME : Expected.FIRST_ITEM;
        return object ? JsonToken.START_OBJECT : JsonToken.START_ARRAY;
    }

    private JsonToken close(JsonToken token) {
        take();
        depth--;
        expected = Expected.AFTER_VALUE;
        return token;
    }

    private JsonToken literal(String spelling, JsonToken token) {
        for (int i = 0; i < spelling.length(); i++) {
            if (read() != spelling.charAt(i)) {
                throw refused("not valid JSON");
            }
        }
        expected = Expected.AFTER_VALUE;
        return token;
    }

    private JsonToken numeric(int first) {
        startKept();
        if (first == '-') {
            keep();
        }
        int leading = peek();
        digits();
        if (leading == '0' && stringLength() > (first == '-' ? 2 : 1)) {
            throw refused("not valid JSON");
        }
        if (peek() == '.') {
            keep();
            digits();
        }
        if (peek() == 'e' || peek() == 'E') {
            keep();
            if (peek() == '+' || peek() == '-') {
                keep();
            }
            int from = stringLength();
            digits();
            checkExponent(string(), from);
        }
        expected = Expected.AFTER_VALUE;
        return JsonToken.NUMBER;
    }

    private void digits() {
        int c = peek();
        if (c < '0' || c > '9') {
            throw broken(c);
        }
        while (c >= '0' && c <= '9') {
            keep();
            if (stringLength() > MAX_NUMBER) {
                throw refused("a number is longer than " + MAX_NUMBER + " characters");
            }
            c = peek();
        }
    }

    private void checkExponent(String literal, int from) {
        int exponent = 0;
        for (int i = from; i < literal.length(); i++) {
            exponent = Math.min(10 * exponent + literal.charAt(i) - '0', MAX_EXPONENT + 1);
        }
        if (exponent > MAX_EXPONENT) {
            throw refused("a number's exponent is beyond ±" + MAX_EXPONENT);
        }
    }

    /** Goes to the next token, which must open an object. */
    void nextObject() {
        if (next() != JsonToken.START_OBJECT) {
            throw refused("expected an object");
        }
    }

    /** Checks that nothing follows. */
    void end() {
        int c = peekPastBlanks();
        tokenAt = position();
        if (c >= 0) {
            throw refused("something follows the JSON value");
        }
    }

    /** Says that the bytes of the object that is open have been gone over, its closing brace included. */
    void endedObject() {
        depth--;
        expected = Expected.AFTER_VALUE;
        current = JsonToken.END_OBJECT;
    }

    /** Returns the token on which this stands. */
    JsonToken current() {
        if (current == null) {
            throw new IllegalStateException("no token yet");
        }
        return current;
    }

    /** Returns the name of the current property. */
    String name() {
        String property = name[depth];
        if (property == null) {
            throw new IllegalStateException("no property here");
        }
        return property;
    }

    /** Returns the text of the current token, which must be a text. */
    String text() {
        requireText();
        return string();
    }

    /** Returns whether the current token, which must be a text, is this ASCII text. */
    boolean textIs(byte[] ascii) {
        requireText();
        return stringIs(ascii);
    }

    private void requireText() {
        if (current != JsonToken.TEXT) {
            throw refused("expected a text");
        }
    }

    /** Sets how many characters {@link #value} may take from here on; each value costs a few beside its text. */
    void allow(long characters) {
        budget = characters;
    }

    /** Returns how many characters {@link #value} may still take. */
    long allowed() {
        return budget;
    }

    /** Takes a value that is kept in another form than as a tree out of what is allowed. */
    void charge(int characters) {
        budget -= characters + VALUE_COST;
        if (budget < 0) {
            throw refused("too much content in one element");
        }
    }

    /** Reads the current value as a tree; stands on its last token afterwards. */
    JsonValue value() {
        JsonToken token = current();
        charge(token == JsonToken.TEXT ? stringLength() : 0);
        return switch (token) {
            case START_OBJECT -> object();
            case START_ARRAY -> array();
            case TEXT -> new JsonValue.JsonText(string());
            case NUMBER -> new JsonValue.JsonNumber(string());
            case TRUE -> new JsonValue.JsonBoolean(true);
            case FALSE -> new JsonValue.JsonBoolean(false);
            case NULL -> new JsonValue.JsonNull();
            default -> throw refused("expected a value");
        };
    }

    private JsonValue object() {
        Map<String, JsonValue> properties = new LinkedHashMap<>();
        while (next() != JsonToken.END_OBJECT) {
            String property = name();
            charge(property.length());
            next();
            properties.put(property, value());
        }
        return new JsonValue.JsonObject(properties);
    }

    private JsonValue array() {
        List<JsonValue> values = new ArrayList<>();
        while (next() != JsonToken.END_ARRAY) {
            values.add(value());
        }
        return new JsonValue.JsonArray(values);
    }

    /** Passes over the current value, checking it all the same; stands on its last token afterwards. */
    void skip() {
        int open = 0;
        JsonToken token = current();
        while (true) {
            if (token.opens()) {
                open++;
            } else if (token.closes()) {
                open--;
            }
            if (open == 0) {
                return;
            }
            token = next();
        }
    }

    private InvalidContentException broken(int c) {
        return refused(c < 0 ? "the JSON ends early" : "not valid JSON");
    }

    @Override
    InvalidContentException refused(String rule) {
        return new InvalidContentException(rule + " (line " + line() + ", column " + (tokenAt - linePosition() + 1)
                + ", byte " + tokenAt + path() + ")");
    }

    /** Returns the properties that lead to the object of the current property, for example {@code contact.name}. */
    String parent() {
        StringBuilder path = new StringBuilder();
        for (int i = 1; i < depth; i++) {
            if (inObject[i]) {
                path.append(path.isEmpty() ? "" : ".").append(name[i]);
            }
        }
        return path.toString();
    }

    private String path() {
        StringBuilder path = new StringBuilder();
        for (int i = 1; i <= depth; i++) {
            String property = name[i];
            if (!inObject[i]) {
                path.append('[').append(index[i]).append(']');
            } else if (property != null) {
                path.append(path.isEmpty() ? "" : ".")
                        .append(ELEMENT_NAME.matcher(property).matches() ? property : "?");
            }
        }
        return path.isEmpty() ? "" : ", at " + path;
    }
}
