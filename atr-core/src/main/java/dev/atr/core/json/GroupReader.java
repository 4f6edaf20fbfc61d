package dev.atr.core.json;

import dev.atr.core.attribution.AttributionList;
import dev.atr.core.attribution.Member;
import dev.atr.core.attribution.MemberCursor;
import dev.atr.core.fhir.FhirVersion;
import dev.atr.core.fhir.OperationOutcome;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads a list from one Group, row by row, in constant memory however many rows there are. The fields of the list may
 * stand before or after the rows. Nothing that is met is lost: what is not modelled is kept as JSON. For one thread.
 *
 * <p>Reading is strict about JSON (see {@link JsonValue#parse}) and lenient about the guide: words of peers, wrong names
 * and missing parts that readings C-32 to C-36 name are understood.
 *
 * <p>Limits: 10 million characters for all fields of the list together, one million a row.
 */
public final class GroupReader implements MemberCursor {
    /** What the fields of the list may hold together, in characters. */
    private static final long HEADER_LIMIT = 10_000_000;

    /** Most warnings kept; a list of millions may have as many. */
    private static final int MAX_WARNINGS = 100;

    private final JsonTokens tokens;
    private final FhirVersion version;
    private final RowReader rows;
    private final Map<String, JsonValue> header = new LinkedHashMap<>();
    private final Deque<Member> split = new ArrayDeque<>();
    private final List<OperationOutcome.Issue> warnings = new ArrayList<>();
    private long headerLeft = HEADER_LIMIT;
    private boolean started;
    private boolean inRows;
    private @Nullable AttributionList list;

    /**
     * Creates a reader; reads nothing yet.
     *
     * @param in one Group in UTF-8; closed with this reader
     * @param version the FHIR version of what comes
     */
    public GroupReader(InputStream in, FhirVersion version) {
        this.tokens = JsonTokens.of(in);
        this.version = version;
        this.rows = new RowReader(tokens, version);
    }

    /**
     * Returns the next row.
     *
     * @return the row, or {@code null} after the last one, when the whole Group has been read
     * @throws dev.atr.core.error.InvalidContentException when the content breaks a rule; the reader is of no use then
     * @throws java.io.UncheckedIOException when the stream fails
     */
    @Override
    public @Nullable Member next() {
        if (!split.isEmpty()) {
            return split.poll();
        }
        if (list != null) {
            return null;
        }
        if (!started) {
            started = true;
            tokens.nextObject();
        }
        while (true) {
            if (inRows) {
                if (tokens.next() != JsonToken.END_ARRAY) {
                    return row();
                }
                inRows = false;
            }
            if (!nextField()) {
                tokens.end();
                list = GroupHeader.read(new JsonValue.JsonObject(header), version);
                return null;
            }
        }
    }

    /** Goes over the next field of the list, or into the rows; returns whether there was one. */
    private boolean nextField() {
        if (tokens.next() == JsonToken.END_OBJECT) {
            return false;
        }
        String name = tokens.name();
        tokens.next();
        if (name.equals("member")) {
            if (tokens.current() != JsonToken.START_ARRAY) {
                throw tokens.refused("expected an array");
            }
            inRows = true;
        } else {
            tokens.allow(headerLeft);
            header.put(name, tokens.value());
            headerLeft = tokens.allowed() - name.length();
        }
        return true;
    }

    private Member row() {
        List<Member> read = rows.read();
        if (read.size() > 1) {
            if (warnings.size() < MAX_WARNINGS) {
                warnings.add(new OperationOutcome.Issue(
                        OperationOutcome.Severity.WARNING,
                        OperationOutcome.IssueCode.VALUE,
                        "The attributed provider is repeated in one row; read as " + read.size() + " rows.",
                        "Group.member.extension"));
            }
            split.addAll(read.subList(1, read.size()));
        }
        return read.get(0);
    }

    /**
     * Returns the list without its rows.
     *
     * @throws IllegalStateException before {@link #next} has returned {@code null}: fields may follow the rows
     */
    public AttributionList list() {
        if (list == null) {
            throw new IllegalStateException("the list is known after the last row");
        }
        return list;
    }

    /** Returns what was read although the guide has it otherwise; at most 100 entries, without content. */
    public List<OperationOutcome.Issue> warnings() {
        return List.copyOf(warnings);
    }

    @Override
    public void close() {
        tokens.close();
    }
}
