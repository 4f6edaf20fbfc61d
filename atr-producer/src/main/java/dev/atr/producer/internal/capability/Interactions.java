package dev.atr.producer.internal.capability;

import dev.atr.core.fhir.ResourceType;
import dev.atr.producer.spi.ProducerBackend;
import java.util.ArrayList;
import java.util.List;

/** Which FHIR interactions are served: what every payer's system does, and what this one offers beside. Immutable. */
public final class Interactions {
    private final boolean listHistory;
    private final boolean resourceHistory;

    private Interactions(boolean listHistory, boolean resourceHistory) {
        this.listHistory = listHistory;
        this.resourceHistory = resourceHistory;
    }

    /** Returns the interactions over a payer's system. */
    public static Interactions of(ProducerBackend backend) {
        return new Interactions(
                backend.listHistory().isPresent(), backend.resourceHistory().isPresent());
    }

    /** Returns the codes of the interactions with a type, in the order in which FHIR lists them. */
    List<String> codes(ResourceType type) {
        boolean group = type.equals(ResourceType.GROUP);
        List<String> codes = new ArrayList<>(List.of("read"));
        if (group ? listHistory : resourceHistory) {
            codes.add("vread");
            codes.add("history-instance");
        }
        if (group) {
            codes.add("search-type");
        }
        return codes;
    }
}
