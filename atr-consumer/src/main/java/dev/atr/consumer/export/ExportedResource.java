package dev.atr.consumer.export;

import dev.atr.core.error.InvalidContentException;
import dev.atr.core.fhir.ResourceKey;
import dev.atr.core.fhir.ResourceType;
import dev.atr.core.json.ResourceScanner;
import dev.atr.core.json.ResourceScanner.ScannedResource;
import org.jspecify.annotations.Nullable;

/**
 * One line of an export file: the bytes as they came, looked into only when asked. For one thread.
 */
public final class ExportedResource {
    private final ResourceType declaredType;
    private final long line;
    private final byte[] json;
    private @Nullable ScannedResource scanned;

    ExportedResource(ResourceType declaredType, long line, byte[] json) {
        this.declaredType = declaredType;
        this.line = line;
        this.json = json;
    }

    /** Returns the line's number in its file; the first is 1. */
    public long line() {
        return line;
    }

    /** Returns the resource as JSON in UTF-8, without line end. Not copied: yours from now on. */
    public byte[] json() {
        return json;
    }

    /**
     * Checks the JSON and returns type and id.
     *
     * @throws InvalidContentException when the line is no FHIR resource, of another type than the manifest says, or
     *     without an id; the message names the line, never its content
     */
    public ResourceKey key() {
        String id = scanned().id();
        if (id == null) {
            throw new InvalidContentException(place() + ": the resource has no id");
        }
        return new ResourceKey(declaredType, id);
    }

    /**
     * Checks the JSON and returns its outline: references and identifiers.
     *
     * @throws InvalidContentException when the line is no FHIR resource or of another type than the manifest says
     */
    public ScannedResource scanned() {
        ScannedResource outline = scanned;
        if (outline == null) {
            try {
                outline = ResourceScanner.scan(json);
            } catch (InvalidContentException e) {
                throw new InvalidContentException(place() + ": " + e.getMessage(), e);
            }
            if (!outline.type().equals(declaredType)) {
                throw new InvalidContentException(place() + ": the resource is of another type than its file");
            }
            scanned = outline;
        }
        return outline;
    }

    private String place() {
        return "file of " + declaredType + ", line " + line;
    }

    /** Returns type and line: the content is member data. */
    @Override
    public String toString() {
        return "ExportedResource[" + declaredType + ", line " + line + "]";
    }
}
