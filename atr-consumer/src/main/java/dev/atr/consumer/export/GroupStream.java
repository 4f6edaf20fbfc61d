package dev.atr.consumer.export;

import dev.atr.core.attribution.AttributionList;
import dev.atr.core.attribution.Member;
import dev.atr.core.attribution.MemberCursor;
import dev.atr.core.error.InvalidContentException;
import dev.atr.core.error.ProtocolException;
import dev.atr.core.error.TransportException;
import dev.atr.core.fhir.FhirVersion;
import dev.atr.core.json.GroupReader;
import dev.atr.core.json.JsonValue;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The rows of an exported list, straight from the connection. A list of millions is one line of gigabytes, so the line
 * is never held: rows come one at a time, and what the Group says about the list as a whole is known after the last.
 * For one thread; whoever opened it closes it.
 *
 * <p>Some Producers cut a long list into several Group lines; their rows come as one sequence.
 */
public final class GroupStream implements MemberCursor {
    private final ExportFile file;
    private final FhirVersion version;
    private final InputStream bytes;
    private final LineSlices lines;
    private final boolean partAllowed;
    private final List<AttributionList> lists = new ArrayList<>();
    private @Nullable GroupReader line;
    private boolean ended;

    GroupStream(ExportFile file, FhirVersion version, InputStream bytes, boolean partAllowed) {
        this.file = file;
        this.version = version;
        this.bytes = bytes;
        this.lines = new LineSlices(bytes);
        this.partAllowed = partAllowed;
    }

    /**
     * Returns the next row.
     *
     * @return the row, or {@code null} after the last one, when as many Groups have come as the manifest says
     * @throws TransportException when the transfer breaks off or Groups are missing; what came so far is not the whole
     * @throws ProtocolException when a Group is only a part by its own tag, or more came than the manifest says
     * @throws InvalidContentException when a Group can't be read
     */
    @Override
    public @Nullable Member next() {
        try {
            while (!ended) {
                if (line == null) {
                    if (!lines.nextLine()) {
                        ended = true;
                        CountCheck.check(file, lists.size());
                        return null;
                    }
                    line = new GroupReader(lines, version);
                }
                Member row = line.next();
                if (row != null) {
                    return row;
                }
                AttributionList list = line.list();
                if (!partAllowed && isPart(list)) {
                    throw new ProtocolException("file of Group: the Group is tagged SUBSETTED, expected a whole one");
                }
                lists.add(list);
                line.close();
                line = null;
            }
            return null;
        } catch (IOException | UncheckedIOException e) {
            throw new TransportException("file of Group: the transfer broke off", e);
        }
    }

    private static boolean isPart(AttributionList list) {
        return list.other().properties().stream()
                .filter(property -> property.name().equals("meta"))
                .map(property -> JsonValue.parse(property.json().getBytes(StandardCharsets.UTF_8)))
                .flatMap(meta -> meta.all("tag.code").stream())
                .anyMatch(code -> code.text().orElse("").equals("SUBSETTED"));
    }

    /**
     * Returns what the Group says about the list as a whole; to be called after the last row.
     *
     * @throws ProtocolException when the file holds no Group, or Groups of different lists; see {@link #lists}
     * @throws IllegalStateException when rows are left
     */
    public AttributionList list() {
        List<AttributionList> all = lists();
        if (all.stream().map(AttributionList::id).distinct().count() != 1) {
            throw new ProtocolException("file of Group: expected one list, got " + all.size() + " Groups");
        }
        return all.get(0);
    }

    /**
     * Returns every Group of the file, without rows; to be called after the last row.
     *
     * @throws IllegalStateException when rows are left
     */
    public List<AttributionList> lists() {
        if (!ended) {
            throw new IllegalStateException("the list is known after its last row");
        }
        return List.copyOf(lists);
    }

    /** Gives the connection back, wherever the reading stands. */
    @Override
    public void close() {
        if (line != null) {
            line.close();
        }
        Closing.quietly(bytes);
    }
}
