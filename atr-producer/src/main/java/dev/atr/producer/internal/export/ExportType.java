package dev.atr.producer.internal.export;

import dev.atr.core.Canonicals;
import dev.atr.core.attribution.AttributionList;
import dev.atr.core.attribution.Member;
import dev.atr.core.attribution.MemberCursor;
import dev.atr.core.attribution.MemberKey;
import dev.atr.core.bulk.LineBreaks;
import dev.atr.core.error.InvalidContentException;
import dev.atr.core.fhir.FhirVersion;
import dev.atr.core.fhir.ResourceType;
import dev.atr.core.json.GroupWriter;
import dev.atr.core.json.ResourceScanner;
import dev.atr.core.json.VersionMapping;
import dev.atr.producer.spi.ExportKind;
import dev.atr.producer.spi.ListSnapshot;
import dev.atr.producer.spi.ResourceCursor;
import dev.atr.producer.spi.StoredResource;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A kind of export at work: the Group as one line, however long, and the resources of the other types. One pass over the
 * rows and one ordered pass a type; nothing is held but the row at hand and the key before it. Thread-safe.
 *
 * @see <a href="http://hl7.org/fhir/us/davinci-atr/STU2.1/OperationDefinition-davinci-data-export.html">ATR 2.1.0,
 *     davinci-data-export</a>
 */
public final class ExportType {
    /** The export of the guide. */
    public static final ExportKind ATTRIBUTION = new ExportKind(
            Canonicals.EXPORT_TYPE,
            ResourceType.ATTRIBUTION_TYPES,
            Set.of(ResourceType.GROUP, ResourceType.PATIENT, ResourceType.COVERAGE));

    private final ExportKind kind;
    private final FhirVersion version;

    /** Creates a kind of export in a FHIR version. */
    public ExportType(ExportKind kind, FhirVersion version) {
        this.kind = kind;
        this.version = version;
    }

    /** Returns the value of {@code exportType}. */
    public String name() {
        return kind.name();
    }

    /** Returns the resource types that can be exported, in the order in which they are written. */
    List<ResourceType> types() {
        return kind.types();
    }

    /** Returns the types that an explicit list must hold, in the order in which they are written. */
    List<ResourceType> minimum() {
        return kind.types().stream().filter(kind.minimum()::contains).toList();
    }

    /**
     * Writes the resources of one type as NDJSON.
     *
     * @param snapshot what is exported
     * @param type one of {@link #types}
     * @param selection which of the resources are written, and how much of each
     * @param out where the lines go, nothing when there is nothing of the type; stays open
     * @param checkpoint to be passed before each row and resource
     * @throws ExportFailure when the payer's data breaks a rule
     * @throws IOException when writing fails
     */
    void write(ListSnapshot snapshot, ResourceType type, Selection selection, LineStream out, Checkpoint checkpoint)
            throws IOException {
        if (type.equals(ResourceType.GROUP)) {
            writeGroup(snapshot, selection, out, checkpoint);
        } else {
            writeResources(snapshot, type, selection, out, checkpoint);
        }
    }

    private void writeGroup(ListSnapshot snapshot, Selection selection, LineStream out, Checkpoint checkpoint)
            throws IOException {
        GroupWriter group = new GroupWriter(out, version);
        try (MemberCursor members = snapshot.members()) {
            begin(group, snapshot.list(), selection.someMembers());
            MemberKey last = null;
            for (Member row = members.next(); row != null; row = members.next()) {
                checkpoint.pass();
                MemberKey key = row.key();
                if (last != null && last.compareTo(key) >= 0) {
                    throw new ExportFailure("The payer's system does not hand over the rows of the Group in strictly"
                            + " ascending order.");
                }
                last = key;
                try {
                    group.member(row);
                } catch (IllegalArgumentException e) {
                    throw noText();
                }
            }
            group.end();
        }
        out.endLine();
    }

    private static void begin(GroupWriter group, AttributionList list, boolean someMembers) throws IOException {
        try {
            if (someMembers) {
                group.beginSubset(list);
            } else {
                group.begin(list);
            }
        } catch (IllegalArgumentException e) {
            throw noText();
        }
    }

    /** What JSON can't hold must not become a question mark. */
    private static ExportFailure noText() {
        return new ExportFailure(
                "The payer's system hands over text for the Group that is none: it holds half a character"
                        + " (a lone surrogate) or a control character.");
    }

    private void writeResources(
            ListSnapshot snapshot, ResourceType type, Selection selection, LineStream out, Checkpoint checkpoint)
            throws IOException {
        try (ResourceCursor resources = snapshot.resources(type)) {
            String last = null;
            for (StoredResource next = resources.next(); next != null; next = resources.next()) {
                checkpoint.pass();
                check(type, last, next, snapshot.isChecked());
                last = next.key().id();
                if (selection.wants(next)) {
                    byte[] json = selection.json(next);
                    out.write(version == FhirVersion.R4 ? json : VersionMapping.toStu3(json));
                    out.endLine();
                }
            }
        }
    }

    private static void check(ResourceType type, @Nullable String last, StoredResource next, boolean isValid) {
        if (!next.key().type().equals(type)) {
            throw new ExportFailure(
                    "The payer's system hands over a resource of another type where " + type.code() + " is expected.");
        }
        if (last != null && last.compareTo(next.key().id()) >= 0) {
            throw new ExportFailure("The payer's system does not hand over resources of type " + type.code()
                    + " in strictly ascending order of their ids.");
        }
        if (!isOneObjectOnOneLine(next.json())) {
            throw new ExportFailure("The payer's system holds a resource of type " + type.code()
                    + " that is not a JSON object on a single line.");
        }
        if (!isValid && !isValid(next)) {
            throw new ExportFailure("The payer's system holds a resource of type " + type.code()
                    + " that is not valid JSON with the type and id of its key.");
        }
    }

    private static boolean isValid(StoredResource resource) {
        try {
            ResourceScanner.ScannedResource scanned = ResourceScanner.scan(resource.json());
            return scanned.type().equals(resource.key().type())
                    && resource.key().id().equals(scanned.id());
        } catch (InvalidContentException e) {
            return false;
        }
    }

    /** Whatever else is wrong, one broken resource must not shift all lines after it. */
    private static boolean isOneObjectOnOneLine(byte[] json) {
        return json.length >= 2 && json[0] == '{' && json[json.length - 1] == '}' && !LineBreaks.in(json);
    }

    /** A place at which an export can be stopped. */
    @FunctionalInterface
    interface Checkpoint {
        /** Returns at once, or throws when the export is to end here. */
        void pass();
    }
}
