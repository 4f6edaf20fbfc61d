package dev.atr.examples;

import dev.atr.consumer.export.BulkExportClient;
import dev.atr.consumer.export.CompletedExport;
import dev.atr.consumer.export.DeletionStream;
import dev.atr.consumer.export.ExportFile;
import dev.atr.consumer.export.GroupStream;
import dev.atr.consumer.export.ResourceStream;
import dev.atr.core.attribution.AttributionList;
import dev.atr.core.attribution.Member;
import dev.atr.core.attribution.MemberCursor;
import dev.atr.core.fhir.ResourceKey;
import dev.atr.core.fhir.ResourceType;
import dev.atr.core.json.JsonValue;
import dev.atr.producer.spi.KeyCursor;
import dev.atr.producer.spi.ListSnapshot;
import dev.atr.producer.spi.ResourceCursor;
import dev.atr.producer.spi.StoredResource;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * An export as a Consumer received it, in the shape of what it was made from: so a copy that is kept by exports can be
 * compared in the same way as one that is kept by snapshots.
 */
record ReceivedSnapshot(
        AttributionList list,
        Instant transactionTime,
        List<Member> rows,
        Map<ResourceType, List<StoredResource>> stored,
        List<ResourceKey> deletions)
        implements ListSnapshot {
    /** Reads every file of an export to its end. */
    static ReceivedSnapshot read(BulkExportClient client, CompletedExport export) throws InterruptedException {
        List<Member> rows = new ArrayList<>();
        AttributionList list;
        try (GroupStream group = client.openGroup(export.filesOf("Group").get(0))) {
            for (Member row = group.next(); row != null; row = group.next()) {
                rows.add(row);
            }
            list = group.list();
        }
        Map<ResourceType, List<StoredResource>> stored = new TreeMap<>();
        for (ExportFile file : export.files()) {
            if (!file.type().equals(ResourceType.GROUP)) {
                List<StoredResource> ofType = stored.computeIfAbsent(file.type(), type -> new ArrayList<>());
                try (ResourceStream resources = client.open(file)) {
                    resources.forEach(resource -> ofType.add(stored(resource.key(), resource.json())));
                }
            }
        }
        List<ResourceKey> deletions = new ArrayList<>();
        for (ExportFile file : export.deleted()) {
            try (DeletionStream keys = client.openDeleted(file)) {
                for (ResourceKey key = keys.next(); key != null; key = keys.next()) {
                    deletions.add(key);
                }
            }
        }
        return new ReceivedSnapshot(list, export.transactionTime(), rows, stored, deletions);
    }

    private static StoredResource stored(ResourceKey key, byte[] json) {
        JsonValue meta = JsonValue.parse(json).find("meta").orElseThrow();
        return new StoredResource(
                key,
                meta.text("versionId").orElseThrow(),
                OffsetDateTime.parse(meta.text("lastUpdated").orElseThrow()).toInstant(),
                json);
    }

    @Override
    public MemberCursor members() {
        return MemberCursor.of(rows);
    }

    @Override
    public ResourceCursor resources(ResourceType type) {
        return ResourceCursor.of(stored.getOrDefault(type, List.of()));
    }

    @Override
    public KeyCursor deleted() {
        return KeyCursor.of(deletions);
    }

    @Override
    public void close() {}
}
