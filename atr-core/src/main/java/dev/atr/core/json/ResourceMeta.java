package dev.atr.core.json;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/** Puts version and time into the JSON of a resource. */
public final class ResourceMeta {
    private ResourceMeta() {}

    /**
     * Returns the resource on a single line with these two entries of {@code meta}; everything else stays as it is.
     *
     * @param json one resource in UTF-8; not changed
     * @param versionId the new {@code meta.versionId}
     * @param lastUpdated the new {@code meta.lastUpdated}
     * @throws dev.atr.core.error.InvalidContentException when it is not valid JSON
     */
    public static byte[] withMeta(byte[] json, String versionId, Instant lastUpdated) {
        JsonValue.JsonObject resource = JsonValue.parseObject(json);
        Map<String, JsonValue> meta = new LinkedHashMap<>();
        meta.put("versionId", JsonValue.of(versionId));
        meta.put("lastUpdated", JsonValue.of(lastUpdated.toString()));
        if (resource.find("meta").orElse(null) instanceof JsonValue.JsonObject old) {
            old.properties().forEach(meta::putIfAbsent);
        }
        Map<String, JsonValue> properties = new LinkedHashMap<>();
        for (String first : new String[] {"resourceType", "id"}) {
            resource.find(first).ifPresent(value -> properties.put(first, value));
        }
        properties.put("meta", new JsonValue.JsonObject(meta));
        resource.properties().forEach(properties::putIfAbsent);
        return new JsonValue.JsonObject(properties).toBytes();
    }
}
