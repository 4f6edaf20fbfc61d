package dev.atr.producer.internal.export;

import dev.atr.core.fhir.ResourceKey;
import dev.atr.core.fhir.ResourceType;
import dev.atr.core.json.JsonValue;
import dev.atr.producer.spi.KeyCursor;
import dev.atr.producer.spi.ListSnapshot;
import java.io.IOException;
import java.io.OutputStream;
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

    /** Writes the deletions of some types and returns the number of lines. */
    static long write(
            ListSnapshot snapshot, List<ResourceType> types, OutputStream out, ExportType.Checkpoint checkpoint)
            throws IOException {
        long count = 0;
        try (KeyCursor keys = snapshot.deleted()) {
            for (ResourceKey key = keys.next(); key != null; key = keys.next()) {
                checkpoint.pass();
                if (types.contains(key.type())) {
                    out.write(bundle(key).toBytes());
                    out.write('\n');
                    count++;
                }
            }
        }
        return count;
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
