package dev.atr.core.json;

import dev.atr.core.attribution.AttributionList;
import dev.atr.core.attribution.Member;
import dev.atr.core.fhir.FhirVersion;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;

/** Lists without rows, and single rows, as JSON in memory. Whole lists go through the reader and the writer. */
public final class GroupJson {
    private GroupJson() {}

    /**
     * Writes a list without its rows, as one line without line feed.
     *
     * @param list the list
     * @param version the FHIR version to write
     * @param subsetted whether to tag the Group {@code SUBSETTED} instead of naming the profile: rows that the list has
     *     are left out
     * @throws IllegalArgumentException when a text is none: it holds half a character (a lone surrogate) or a control
     *     character
     */
    public static byte[] header(AttributionList list, FhirVersion version, boolean subsetted) {
        return GroupHeader.json(list, version, subsetted).toBytes();
    }

    /**
     * Reads a list and passes over its rows.
     *
     * @throws dev.atr.core.error.InvalidContentException when the content breaks a rule
     */
    public static AttributionList readHeader(byte[] json, FhirVersion version) {
        try (JsonTokens tokens = JsonTokens.of(json)) {
            tokens.nextObject();
            Map<String, JsonValue> header = new LinkedHashMap<>();
            while (tokens.next() != JsonToken.END_OBJECT) {
                String name = tokens.name();
                tokens.next();
                if (name.equals("member")) {
                    tokens.skip();
                } else {
                    header.put(name, tokens.value());
                }
            }
            tokens.end();
            return GroupHeader.read(new JsonValue.JsonObject(header), version);
        }
    }

    /**
     * Writes one row, an element of {@code Group.member}, as one line without line feed.
     *
     * @throws IllegalArgumentException when a text is none: it holds half a character (a lone surrogate) or a control
     *     character
     */
    public static byte[] member(Member row, FhirVersion version) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(640);
        RowBuffer buffer = new RowBuffer(out, version);
        try {
            buffer.write(row);
            buffer.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    /**
     * Reads one row.
     *
     * @return the row; a repeated attributed provider is kept among the other extensions
     * @throws dev.atr.core.error.InvalidContentException when the content breaks a rule
     */
    public static Member readMember(byte[] json, FhirVersion version) {
        try (JsonTokens tokens = JsonTokens.of(json)) {
            tokens.nextObject();
            Member row = new RowReader(tokens, version).readOne();
            tokens.end();
            return row;
        }
    }
}
