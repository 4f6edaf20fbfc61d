package dev.atr.producer.spi.creation;

import dev.atr.core.fhir.ResourceKey;

/** What a client says about where it has something from that it creates. */
@FunctionalInterface
public interface ProvenanceNote {
    /**
     * Returns the Provenance as R4 JSON on one line, without {@code meta}.
     *
     * @param id the id that the Provenance gets
     * @param created what was created
     * @param version its first version
     */
    byte[] about(String id, ResourceKey created, String version);
}
