package dev.atr.producer.internal.capability;

import dev.atr.core.fhir.ResourceType;
import dev.atr.producer.spi.ProducerBackend;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Which FHIR interactions are served: what every payer's system does, and what this one offers beside. Immutable. */
public final class Interactions {
    private final boolean listHistory;
    private final boolean resourceHistory;

    private final Set<ResourceType> creatable;

    private Interactions(boolean listHistory, boolean resourceHistory, Set<ResourceType> creatable) {
        this.listHistory = listHistory;
        this.resourceHistory = resourceHistory;
        this.creatable = Set.copyOf(creatable);
    }

    /** Returns the interactions over a payer's system. */
    public static Interactions of(ProducerBackend backend) {
        Set<ResourceType> creatable = new HashSet<>();
        backend.listCreation().ifPresent(lists -> creatable.add(ResourceType.GROUP));
        backend.resourceCreation().ifPresent(resources -> creatable.addAll(resources.types()));
        return new Interactions(
                backend.listHistory().isPresent(), backend.resourceHistory().isPresent(), creatable);
    }

    /** Returns whether clients create resources of a type. */
    boolean creates(ResourceType type) {
        return creatable.contains(type);
    }

    /** Returns the codes of the interactions with a type, in the order in which FHIR lists them. */
    List<String> codes(ResourceType type) {
        boolean group = type.equals(ResourceType.GROUP);
        List<String> codes = new ArrayList<>(List.of("read"));
        if (group ? listHistory : resourceHistory) {
            codes.add("vread");
            codes.add("history-instance");
        }
        if (creates(type)) {
            codes.add("create");
            codes.add("delete");
        }
        if (group) {
            codes.add("search-type");
        }
        return codes;
    }
}
