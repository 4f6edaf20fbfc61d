package dev.atr.producer.jdbc.load;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import dev.atr.core.error.InvalidContentException;
import dev.atr.producer.jdbc.load.ByteSource.Slice;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/**
 * Finds out what a JSON document is and where the resources of a Bundle stand, in one streaming pass that keeps nothing.
 * What it finds is read again by the strict reader of the library; here only the outline counts.
 */
final class JsonIndex {
    private final JsonFactory json = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .streamReadConstraints(
                    StreamReadConstraints.builder().maxNestingDepth(80).build())
            .build();

    /** Receives the entries of a Bundle. */
    interface Entries {
        /**
         * An entry.
         *
         * @param index counted from 0
         * @param resource where its resource stands; empty when it has none
         */
        void entry(long index, Optional<Slice> resource) throws IOException;
    }

    /** Returns the resource type of a document; empty when it has none, or its JSON is broken before that. */
    Optional<String> resourceType(Slice document) throws IOException {
        try (InputStream in = document.open();
                JsonParser parser = json.createParser(in)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return Optional.empty();
            }
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                boolean type = parser.currentName().equals("resourceType");
                if (parser.nextToken() == JsonToken.VALUE_STRING && type) {
                    return Optional.of(parser.getText());
                }
                parser.skipChildren();
            }
            return Optional.empty();
        } catch (JacksonException e) {
            return Optional.empty();
        }
    }

    /**
     * Goes over the entries of a Bundle.
     *
     * @throws InvalidContentException when it is not valid JSON, or not built like a Bundle
     */
    void entries(ByteSource source, Entries entries) throws IOException {
        try (InputStream in = source.open(0);
                JsonParser parser = json.createParser(in)) {
            expect(parser.nextToken() == JsonToken.START_OBJECT, parser);
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                boolean isEntry = parser.currentName().equals("entry");
                JsonToken token = parser.nextToken();
                if (isEntry) {
                    expect(token == JsonToken.START_ARRAY, parser);
                    for (long index = 0; parser.nextToken() != JsonToken.END_ARRAY; index++) {
                        expect(parser.currentToken() == JsonToken.START_OBJECT, parser);
                        entries.entry(index, resource(parser, source));
                    }
                } else {
                    parser.skipChildren();
                }
            }
            expect(parser.nextToken() == null, parser);
        } catch (JacksonException e) {
            // Its message quotes the document, so it stays behind.
            throw broken("not valid JSON", e.getLocation());
        }
    }

    private static Optional<Slice> resource(JsonParser parser, ByteSource source) throws IOException {
        Optional<Slice> resource = Optional.empty();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            boolean isResource = parser.currentName().equals("resource");
            JsonToken token = parser.nextToken();
            long from = parser.currentTokenLocation().getByteOffset();
            parser.skipChildren();
            if (isResource) {
                expect(token == JsonToken.START_OBJECT, parser);
                resource = Optional.of(
                        new Slice(source, from, parser.currentLocation().getByteOffset() - from));
            }
        }
        return resource;
    }

    private static void expect(boolean holds, JsonParser parser) {
        if (!holds) {
            throw broken("not a Bundle of entries", parser.currentTokenLocation());
        }
    }

    private static InvalidContentException broken(String rule, JsonLocation at) {
        return new InvalidContentException(
                rule + (at == null ? "" : " (line " + at.getLineNr() + ", column " + at.getColumnNr() + ")"));
    }
}
