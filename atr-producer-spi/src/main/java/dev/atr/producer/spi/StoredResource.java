package dev.atr.producer.spi;

import dev.atr.core.fhir.ResourceKey;
import java.time.Instant;

/**
 * A resource as the payer holds it.
 *
 * @param key type and id
 * @param version its version; a positive number as text
 * @param lastUpdated when it took this content
 * @param json R4 JSON in UTF-8 on a single line, {@code id} included, and {@code meta.versionId} and
 *     {@code meta.lastUpdated} in agreement with the other components. Passed through to clients as it stands, so it
 *     must have been checked on the way in. Not to be changed
 */
public record StoredResource(ResourceKey key, String version, Instant lastUpdated, byte[] json) {
    /** Returns the type only: content is member data. */
    @Override
    public String toString() {
        return "StoredResource[" + key.type() + "]";
    }
}
