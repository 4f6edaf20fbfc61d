package dev.atr.consumer.export;

import dev.atr.core.fhir.ResourceType;
import java.net.URI;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * One file that a manifest offers.
 *
 * @param kind what the file holds
 * @param type the type of the resources in it: {@code Bundle} for deletions, {@code OperationOutcome} for messages
 * @param url where it is; may be a capability, so it is never part of a message
 * @param count number of lines by the manifest; absent when it does not say
 * @param requiresAccessToken whether a token must come with the request
 * @param bytes its length by the manifest; absent when it does not say
 * @param sha256 its digest by the manifest, in lower-case hexadecimal; absent when it does not say
 */
public record ExportFile(
        Kind kind,
        ResourceType type,
        URI url,
        @Nullable Long count,
        boolean requiresAccessToken,
        @Nullable Long bytes,
        @Nullable String sha256) {
    /** Creates a file of which the manifest says neither length nor digest. */
    public ExportFile(Kind kind, ResourceType type, URI url, @Nullable Long count, boolean requiresAccessToken) {
        this(kind, type, url, count, requiresAccessToken, null, null);
    }

    /** Returns the number of lines by the manifest; empty when it does not say. */
    public OptionalLong expectedCount() {
        return count == null ? OptionalLong.empty() : OptionalLong.of(count);
    }

    /** Returns kind and type. */
    @Override
    public String toString() {
        return "ExportFile[" + kind + ", " + type + "]";
    }

    /** What a file holds. */
    public enum Kind {
        /** Resources of one type, a line each. */
        OUTPUT,
        /** Transaction Bundles that name resources deleted since the instant asked for. */
        DELETED,
        /** OperationOutcomes about what could not be exported, or is worth knowing. */
        MESSAGES
    }
}
