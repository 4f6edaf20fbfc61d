package dev.atr.core.json;

import dev.atr.core.attribution.AttributionList;
import dev.atr.core.attribution.Member;
import dev.atr.core.fhir.FhirVersion;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Writes a list as one Group on a single line, row by row, in constant memory however many rows there are. Equal input
 * gives equal bytes. For one thread.
 *
 * <p>Call {@link #begin} or {@link #beginSubset} once, {@link #member} for each row, {@link #end} once. Until then bytes may wait in a buffer of
 * 64 KB; the stream needs none of its own and is never closed here.
 */
public final class GroupWriter {
    private static final byte[] MEMBERS = ",\"member\":[".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] COMMA = {','};
    private static final byte[] MEMBERS_END = {']', '}'};
    private static final byte[] OBJECT_END = {'}'};

    private enum State {
        NEW,
        HEADER,
        ROWS,
        ENDED
    }

    private final OutputStream out;
    private final FhirVersion version;
    private final RowBuffer buffer;
    private State state = State.NEW;

    /**
     * Creates a writer.
     *
     * @param out where the bytes go; not closed
     * @param version the FHIR version to write
     */
    public GroupWriter(OutputStream out, FhirVersion version) {
        this.out = out;
        this.version = version;
        this.buffer = new RowBuffer(out, version);
    }

    /**
     * Writes everything that stands before the rows: id, {@code meta} with version, time and profile (R4 only), status,
     * contract period, identifiers and the rest of the record.
     *
     * @throws IllegalArgumentException when a text is none: it holds half a character (a lone surrogate) or a control
     *     character
     * @throws IOException when the stream fails
     */
    public void begin(AttributionList list) throws IOException {
        begin(list, false);
    }

    /**
     * Writes the same as {@link #begin} for a Group that gets some of its rows only: tagged as {@code SUBSETTED}, and
     * without a claim to a profile.
     *
     * @throws IllegalArgumentException when a text is none: it holds half a character (a lone surrogate) or a control
     *     character
     * @throws IOException when the stream fails
     */
    public void beginSubset(AttributionList list) throws IOException {
        begin(list, true);
    }

    private void begin(AttributionList list, boolean subsetted) throws IOException {
        require(state == State.NEW);
        byte[] header = GroupHeader.json(list, version, subsetted).toBytes();
        buffer.write(Arrays.copyOf(header, header.length - 1));
        state = State.HEADER;
    }

    /**
     * Writes one row as it is given; order and state are the caller's.
     *
     * @throws IllegalArgumentException when a text is none: it holds half a character (a lone surrogate) or a control
     *     character
     * @throws IOException when the stream fails
     */
    public void member(Member row) throws IOException {
        require(state == State.HEADER || state == State.ROWS);
        buffer.write(state == State.HEADER ? MEMBERS : COMMA);
        state = State.ROWS;
        buffer.write(row);
    }

    /**
     * Closes the Group and hands all bytes to the stream, without a line feed.
     *
     * @throws IOException when the stream fails
     */
    public void end() throws IOException {
        require(state == State.HEADER || state == State.ROWS);
        buffer.write(state == State.HEADER ? OBJECT_END : MEMBERS_END);
        buffer.flush();
        out.flush();
        state = State.ENDED;
    }

    private static void require(boolean inOrder) {
        if (!inOrder) {
            throw new IllegalStateException("a Group is written by begin, any number of members, end");
        }
    }
}
