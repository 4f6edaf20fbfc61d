package dev.atr.consumer.export;

import dev.atr.core.error.InvalidContentException;
import dev.atr.core.error.ProtocolException;
import dev.atr.core.error.TransportException;
import dev.atr.core.fhir.ResourceKey;
import dev.atr.core.json.JsonValue;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * The resources that a Producer has deleted since the instant asked for, one at a time, straight from the connection. A
 * member who left a list deletes nothing: the rows of the Group tell who is on it. For one thread; whoever opened it
 * closes it.
 *
 * @see <a href="https://hl7.org/fhir/uv/bulkdata/STU2/export.html">Bulk Data 2.0.0, "Response - Complete Status",
 *     deleted</a>
 */
public final class DeletionStream implements AutoCloseable {
    private final ResourceStream bundles;
    private final Deque<ResourceKey> ahead = new ArrayDeque<>();

    DeletionStream(ResourceStream bundles) {
        this.bundles = bundles;
    }

    /**
     * Returns the key of the next deleted resource.
     *
     * @return the key, or {@code null} after the last one, when as many Bundles have come as the manifest says
     * @throws TransportException when the transfer breaks off or lines are missing; what came so far is not the whole
     * @throws ProtocolException when more lines came than the manifest says
     * @throws InvalidContentException when a line is no transaction Bundle of deletions
     */
    public @Nullable ResourceKey next() {
        while (ahead.isEmpty()) {
            ExportedResource line = bundles.next();
            if (line == null) {
                return null;
            }
            read(line);
        }
        return ahead.poll();
    }

    private void read(ExportedResource line) {
        JsonValue bundle = JsonValue.parse(line.json());
        if (!bundle.text("resourceType").orElse("").equals("Bundle")) {
            throw broken(line, "expected a Bundle");
        }
        for (JsonValue entry : bundle.items("entry")) {
            JsonValue request = entry.find("request").orElse(JsonValue.JsonObject.EMPTY);
            if (!request.text("method").orElse("").equals("DELETE")) {
                throw broken(line, "expected deletions only");
            }
            ahead.add(request.text("url")
                    .flatMap(ResourceKey::ofReference)
                    .orElseThrow(() -> broken(line, "expected the address of a resource")));
        }
    }

    private static InvalidContentException broken(ExportedResource line, String rule) {
        return new InvalidContentException("file of deletions, line " + line.line() + ": " + rule);
    }

    /** Gives the connection back, wherever the reading stands. */
    @Override
    public void close() {
        bundles.close();
    }
}
