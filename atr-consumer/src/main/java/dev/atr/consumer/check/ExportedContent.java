package dev.atr.consumer.check;

import dev.atr.consumer.export.BulkExportClient;
import dev.atr.consumer.export.ExportFile;
import dev.atr.consumer.export.ExportedResource;
import dev.atr.consumer.export.GroupStream;
import dev.atr.consumer.export.ResourceStream;
import dev.atr.core.attribution.AttributionList;
import dev.atr.core.attribution.Member;
import dev.atr.core.error.AtrException;
import dev.atr.core.fhir.FhirVersion;
import dev.atr.core.fhir.Reference;
import dev.atr.core.fhir.ResourceKey;
import dev.atr.core.fhir.ResourceType;
import dev.atr.core.json.GroupJson;
import dev.atr.core.json.JsonValue;
import dev.atr.core.rules.AttributionListRules;
import dev.atr.core.rules.ResourceRules;
import dev.atr.http.HttpHeaders;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * What is in the files of an export. All of each file passes by; rules of content are held against the first of it, so that
 * memory does not grow with the list. For one thread.
 */
final class ExportedContent {
    static final HttpHeaders NDJSON = HttpHeaders.of("Accept", "application/fhir+ndjson");

    /** How many rows, and resources of each type, are held against the rules of content. */
    static final int LOOKED_INTO = 1_000;

    /** How many rows are followed to what they refer to. */
    static final int FOLLOWED = 200;

    private static final List<String> LIST_RULES = List.of(
            "ATR-MDL-003",
            "ATR-MDL-008",
            "ATR-MDL-012",
            "ATR-MDL-028",
            "ATR-MDL-029",
            "ATR-MDL-030",
            "ATR-MDL-032",
            "ATR-MDL-033",
            "ATR-MDL-034",
            "ATR-MDL-035",
            "ATR-MDL-037",
            "ATR-MDL-045",
            "ATR-MDL-048");
    private static final List<String> ROW_RULES = List.of(
            "ATR-MDL-010",
            "ATR-MDL-014",
            "ATR-MDL-017",
            "ATR-MDL-018",
            "ATR-MDL-038",
            "ATR-MDL-040",
            "ATR-MDL-041",
            "ATR-MDL-042",
            "ATR-MDL-046");
    private static final Map<ResourceType, List<String>> RULES_BY_TYPE = Map.of(
            ResourceType.COVERAGE,
                    List.of(
                            "ATR-MDL-009",
                            "ATR-MDL-013",
                            "ATR-MDL-050",
                            "ATR-MDL-051",
                            "ATR-MDL-052",
                            "ATR-MDL-053",
                            "ATR-MDL-054",
                            "ATR-MDL-055",
                            "ATR-MDL-056"),
            ResourceType.PATIENT, List.of("ATR-MDL-058", "ATR-MDL-059", "ATR-MDL-061", "ATR-MDL-063"),
            ResourceType.PRACTITIONER, List.of("ATR-MDL-064"),
            ResourceType.PRACTITIONER_ROLE, List.of("ATR-MDL-065"),
            ResourceType.ORGANIZATION, List.of("ATR-MDL-066"),
            ResourceType.LOCATION, List.of("ATR-MDL-067"),
            ResourceType.RELATED_PERSON, List.of("ATR-MDL-068"));

    private final Visit visit;
    private final Notes notes;
    private final BulkExportClient exports;
    private final AttributionListRules rules;
    private final Set<ResourceKey> missing = new HashSet<>();
    private final Map<ResourceType, ResourceKey> first = new LinkedHashMap<>();

    ExportedContent(Visit visit, AttributionListRules rules) {
        this.visit = visit;
        this.notes = visit.notes;
        this.exports = new BulkExportClient(visit.producer);
        this.rules = rules;
    }

    /** Reads the files, the list first. */
    void read(List<ExportFile> files) throws InterruptedException {
        List<ExportFile> groups = files.stream()
                .filter(file -> file.type().equals(ResourceType.GROUP))
                .toList();
        notes.expect("ATR-EXP-013", !groups.isEmpty(), "the export has no Group");
        long lines = 0;
        long rows = 0;
        boolean whole = !groups.isEmpty();
        for (ExportFile file : groups) {
            try (GroupStream group = exports.openGroup(uncounted(file))) {
                rows += rows(group);
                int here = group.lists().size();
                lines += here;
                group.lists().forEach(this::list);
                boolean counted = file.count() == null || file.count() == here;
                notes.expect(
                        "BULK-FILE-002", counted, "a file of Group has " + here + " lines, by the manifest others");
            } catch (AtrException e) {
                notes.broken("BULK-FILE-002", String.valueOf(e.getMessage()));
                whole = false;
            }
        }
        if (whole) {
            notes.expect("ATR-EXP-014", lines == 1, "the list comes in " + lines + " lines, expected one");
            quantity(rows);
        }
        for (ExportFile file : files) {
            if (!file.type().equals(ResourceType.GROUP)) {
                resources(file);
            }
        }
        tellMissing();
    }

    /** Returns the file without its count, so that more lines than it says can be counted. */
    private static ExportFile uncounted(ExportFile file) {
        return new ExportFile(file.kind(), file.type(), file.url(), null, file.requiresAccessToken());
    }

    /** Returns a resource of each type, a Patient of an active row first. */
    List<ResourceKey> seen() {
        return List.copyOf(first.values());
    }

    private long rows(GroupStream group) {
        AttributionList summary = GroupJson.readHeader(visit.list().toBytes(), FhirVersion.R4);
        long count = 0;
        for (Member row = group.next(); row != null; row = group.next()) {
            if (count < LOOKED_INTO && visit.isR4()) {
                ROW_RULES.forEach(notes::conforms);
                rules.checkRow(summary, row, count, notes::violation);
            }
            if (count < FOLLOWED) {
                follow(row.patient());
                follow(row.coverage());
                follow(row.provider());
            }
            if (!row.inactive()) {
                key(row.patient(), ResourceType.PATIENT);
            }
            count++;
        }
        return count;
    }

    private void follow(@Nullable Reference reference) {
        if (reference != null && reference.reference() != null) {
            ResourceKey.ofReference(reference.reference()).ifPresent(missing::add);
        }
    }

    private void key(Reference reference, ResourceType type) {
        if (!first.containsKey(type) && reference.reference() != null) {
            ResourceKey.ofReference(reference.reference())
                    .filter(key -> key.type().equals(type))
                    .ifPresent(key -> first.put(type, key));
        }
    }

    private void list(AttributionList list) {
        if (!list.id().value().equals(visit.listId())) {
            notes.broken("ATR-EXP-013", "the export has another list than was asked for");
        }
        if (visit.isR4()) {
            LIST_RULES.forEach(notes::conforms);
            rules.checkList(list, notes::violation);
        }
        notes.expect("ATR-MDL-027", list.lastUpdated() != null, "Group.meta.lastUpdated is missing");
    }

    private void quantity(long rows) {
        long quantity = visit.list().find("quantity").flatMap(JsonValue::number).orElse(rows);
        if (rows < quantity) {
            notes.doubtful(
                    "ATR-EXP-006",
                    "the summary says " + quantity + " members, the export has " + rows
                            + " rows; right only if the list" + " changed meanwhile");
        } else {
            notes.conforms("ATR-EXP-006");
        }
    }

    private void resources(ExportFile file) throws InterruptedException {
        List<String> ids = RULES_BY_TYPE.getOrDefault(file.type(), List.of());
        long count = 0;
        try (ResourceStream stream = exports.open(file)) {
            for (ExportedResource resource = stream.next(); resource != null; resource = stream.next()) {
                ResourceKey key = resource.key();
                missing.remove(key);
                first.putIfAbsent(file.type(), key);
                notes.expect(
                        "BULK-MAN-005", key.type().equals(file.type()), "a file of " + file.type() + " has others");
                if (count < LOOKED_INTO && visit.isR4() && !ids.isEmpty()) {
                    ids.forEach(notes::conforms);
                    ResourceRules.check(file.type(), resource.json(), notes::violation);
                }
                count++;
            }
            notes.conforms("BULK-FILE-002");
        } catch (AtrException e) {
            notes.broken("BULK-FILE-002", String.valueOf(e.getMessage()));
        }
    }

    private void tellMissing() {
        Map<String, Integer> byType = new TreeMap<>();
        missing.forEach(key -> byType.merge(key.type().code(), 1, Integer::sum));
        List<String> counts = new ArrayList<>();
        byType.forEach((type, count) -> counts.add(count + " of type " + type));
        notes.expect(
                "ATR-EXP-013",
                missing.isEmpty(),
                "what the first rows refer to is not in the export: " + String.join(", ", counts));
    }

    /** Goes through the resources of small files, whose rows do not count. */
    static void forEach(Visit visit, List<ExportFile> files, BiConsumer<ResourceKey, byte[]> each)
            throws InterruptedException {
        BulkExportClient exports = new BulkExportClient(visit.producer);
        for (ExportFile file : files) {
            if (file.type().equals(ResourceType.GROUP)) {
                continue;
            }
            try (ResourceStream stream = exports.open(file)) {
                for (ExportedResource resource = stream.next(); resource != null; resource = stream.next()) {
                    each.accept(resource.key(), resource.json());
                }
            }
        }
    }
}
