package dev.atr.producer.internal.export;

import dev.atr.core.fhir.ResourceKey;
import dev.atr.core.fhir.ResourceType;
import dev.atr.core.json.JsonValue;
import dev.atr.producer.spi.KeyCursor;
import dev.atr.producer.spi.ListSnapshot;
import java.io.IOException;
import java.util.List;

/**
 * What was deleted, as the manifest's {@code deleted} files say it: a transaction Bundle a line, with one entry.
 *
 * @see <a href="https://hl7.org/fhir/uv/bulkdata/STU2/export.html">Bulk Data 2.0.0, "Response - Complete Status",
 *     deleted</a>
 */
final class Deletions {
    static final ResourceType BUNDLE = new ResourceType("Bundle");

    private Deletions() {}

    /** Writes the deletions of some types. */
    static void write(ListSnapshot snapshot, List<ResourceType> types, LineStream out, ExportType.Checkpoint checkpoint)
            throws IOException {
        try (KeyCursor keys = snapshot.deleted()) {
            for (ResourceKey key = keys.next(); key != null; key = keys.next()) {
                checkpoint.pass();
                if (types.contains(key.type())) {
                    out.write(bundle(key).toBytes());
                    out.endLine();
                }
            }
        }
    }

    private static JsonValue bundle(ResourceKey key) {
        JsonValue request = JsonValue.object()
                .put("method", "DELETE")
                .put("url", key.reference())
                .build();
        return JsonValue.object()
                .put("resourceType", BUNDLE.code())
                .put("type", "transaction")
                .put(
                        "entry",
                        JsonValue.array(
                                JsonValue.object().put("request", request).build()))
                .build();
    }
}
