package dev.atr.core.json;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonStreamContext;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import dev.atr.core.error.InvalidContentException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The tokens of one JSON document, read strictly. Every failure of the parser becomes an
 * {@link InvalidContentException} that names rule and place: the parser's own messages quote content. For one thread.
 */
final class JsonTokens implements AutoCloseable {
    /** Deepest nesting of objects and arrays. */
    static final int MAX_DEPTH = 64;

    /** Longest text, in characters. */
    static final int MAX_TEXT = 1 << 20;

    /** Longest number, in characters. */
    static final int MAX_NUMBER = 128;

    /** Largest exponent of a number, either sign. */
    static final int MAX_EXPONENT = 64;

    private static final int MAX_NAME = 256;

    /** What a captured value costs beside its text, in characters. */
    private static final int VALUE_COST = 16;

    /** Names that may stand in a message: names of the kind that FHIR gives to elements, and no data. */
    private static final Pattern ELEMENT_NAME = Pattern.compile("_?[a-z][A-Za-z]{0,31}");

    private static final JsonFactory FACTORY = new JsonFactoryBuilder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_DEPTH)
                    .maxStringLength(MAX_TEXT)
                    .maxNumberLength(MAX_NUMBER)
                    .maxNameLength(MAX_NAME)
                    .build())
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .disable(JsonFactory.Feature.CHARSET_DETECTION)
            .build();

    private final JsonParser parser;
    private final boolean mayHoldLongText;
    private long budget = Long.MAX_VALUE;

    private JsonTokens(JsonParser parser, boolean mayHoldLongText) {
        this.parser = parser;
        this.mayHoldLongText = mayHoldLongText;
    }

    /** Opens a document in memory. */
    static JsonTokens of(byte[] json) {
        TextCheck.check(json);
        try {
            return new JsonTokens(FACTORY.createParser(json), json.length > MAX_TEXT);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Opens a document of any length; closing closes the stream. */
    static JsonTokens of(InputStream in) {
        try {
            return new JsonTokens(FACTORY.createParser(new CheckedInput(in)), true);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Goes to the next token. The end of the document is a failure here; see {@link #end}. */
    JsonToken next() {
        JsonToken token = advance();
        if (token == null) {
            throw refused("the JSON ends early");
        }
        return token;
    }

    /** Goes to the next token, which must open an object. */
    void nextObject() {
        if (next() != JsonToken.START_OBJECT) {
            throw refused("expected an object");
        }
    }

    /** Checks that nothing follows. */
    void end() {
        if (advance() != null) {
            throw refused("something follows the JSON value");
        }
    }

    private @Nullable JsonToken advance() {
        try {
            JsonToken token = parser.nextToken();
            if (token == JsonToken.VALUE_NUMBER_FLOAT) {
                checkExponent(parser.getText());
            } else if (token == JsonToken.VALUE_NUMBER_INT) {
                parser.getTextLength();
            }
            return token;
        } catch (JacksonException e) {
            throw refused(e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns the token on which this stands. */
    JsonToken current() {
        JsonToken token = parser.currentToken();
        if (token == null) {
            throw new IllegalStateException("no token yet");
        }
        return token;
    }

    /** Returns the name of the current property. */
    String name() {
        try {
            return parser.currentName();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns the text of the current token, which must be a text. */
    String text() {
        if (parser.currentToken() != JsonToken.VALUE_STRING) {
            throw refused("expected a text");
        }
        return rawText();
    }

    private String rawText() {
        try {
            return parser.getText();
        } catch (JacksonException e) {
            throw refused(e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
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

    /** Takes the current value out of the budget without keeping it as a tree. */
    void charge(int characters) {
        budget -= characters + VALUE_COST;
        if (budget < 0) {
            throw refused("too much content in one element");
        }
    }

    /** Reads the current value as a tree; stands on its last token afterwards. */
    JsonValue value() {
        switch (current()) {
            case START_OBJECT -> {
                Map<String, JsonValue> properties = new LinkedHashMap<>();
                charge(0);
                while (next() != JsonToken.END_OBJECT) {
                    String name = name();
                    charge(name.length());
                    next();
                    properties.put(name, value());
                }
                return new JsonValue.JsonObject(properties);
            }
            case START_ARRAY -> {
                List<JsonValue> values = new ArrayList<>();
                charge(0);
                while (next() != JsonToken.END_ARRAY) {
                    values.add(value());
                }
                return new JsonValue.JsonArray(values);
            }
            case VALUE_STRING -> {
                String text = rawText();
                charge(text.length());
                return new JsonValue.JsonText(text);
            }
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> {
                String literal = rawText();
                charge(literal.length());
                return new JsonValue.JsonNumber(literal);
            }
            case VALUE_TRUE, VALUE_FALSE -> {
                charge(0);
                return new JsonValue.JsonBoolean(current() == JsonToken.VALUE_TRUE);
            }
            case VALUE_NULL -> {
                charge(0);
                return new JsonValue.JsonNull();
            }
            default -> throw refused("expected a value");
        }
    }

    /** Passes over the current value, checking it all the same; stands on its last token afterwards. */
    void skip() {
        int depth = 0;
        JsonToken token = current();
        while (true) {
            if (token.isStructStart()) {
                depth++;
            } else if (token.isStructEnd()) {
                depth--;
            } else {
                checkText();
            }
            if (depth == 0) {
                return;
            }
            token = next();
        }
    }

    /** Checks the length of the current text, which the parser leaves alone until somebody asks for it. */
    void checkText() {
        if (mayHoldLongText && parser.currentToken() == JsonToken.VALUE_STRING) {
            rawText();
        }
    }

    private void checkExponent(String literal) {
        int e = Math.max(literal.indexOf('e'), literal.indexOf('E'));
        if (e < 0) {
            return;
        }
        int exponent = 0;
        for (int i = e + 1; i < literal.length(); i++) {
            char c = literal.charAt(i);
            if (c >= '0' && c <= '9') {
                exponent = Math.min(exponent * 10 + (c - '0'), 10_000);
            }
        }
        if (exponent > MAX_EXPONENT) {
            throw refused("a number's exponent is beyond ±" + MAX_EXPONENT);
        }
    }

    /** Returns a failure at the current place. */
    InvalidContentException refused(String rule) {
        return refused(rule, parser.currentTokenLocation());
    }

    private InvalidContentException refused(JacksonException e) {
        String message = String.valueOf(e.getOriginalMessage());
        String rule = "not valid JSON";
        if (e instanceof StreamConstraintsException) {
            rule = message.contains("nesting")
                    ? "nested deeper than " + MAX_DEPTH + " levels"
                    : "a text, name or number is too long";
        } else if (e instanceof JsonEOFException) {
            rule = "the JSON ends early";
        } else if (message.startsWith("Duplicate field")) {
            rule = "a property stands twice in one object";
        }
        return refused(rule, e.getLocation() == null ? parser.currentLocation() : e.getLocation());
    }

    private InvalidContentException refused(String rule, JsonLocation location) {
        return new InvalidContentException(rule + " (line " + location.getLineNr() + ", column "
                + location.getColumnNr() + ", byte " + location.getByteOffset() + path() + ")");
    }

    private String path() {
        StringBuilder path = new StringBuilder();
        for (JsonStreamContext at = parser.getParsingContext(); at != null && !at.inRoot(); at = at.getParent()) {
            if (at.inArray()) {
                path.insert(0, "[" + at.getCurrentIndex() + "]");
            } else if (at.hasCurrentName()) {
                String name = at.getCurrentName();
                path.insert(0, "." + (ELEMENT_NAME.matcher(name).matches() ? name : "?"));
            }
        }
        if (path.isEmpty()) {
            return "";
        }
        return ", at " + (path.charAt(0) == '.' ? path.substring(1) : path);
    }

    @Override
    public void close() {
        try {
            parser.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
