package dev.atr.producer.internal.capability;

import dev.atr.auth.server.DiscoveryDocument;
import dev.atr.core.fhir.FhirVersion;
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
    private final boolean reconciliation;
    private final boolean provenance;
    private final Set<ResourceType> creatable;
    private final Set<String> topics;

    private Interactions(ProducerBackend backend, FhirVersion version, Set<String> topics) {
        this.topics = Set.copyOf(topics);
        listHistory = backend.listHistory().isPresent();
        resourceHistory = backend.resourceHistory().isPresent();
        reconciliation = backend.reconciliation().isPresent();
        provenance = version == FhirVersion.R4 && backend.provenanceRecords().isPresent();
        Set<ResourceType> types = new HashSet<>();
        backend.listCreation().ifPresent(lists -> types.add(ResourceType.GROUP));
        backend.resourceCreation().ifPresent(resources -> types.addAll(resources.types()));
        creatable = Set.copyOf(types);
    }

    /**
     * Returns the interactions over a payer's system.
     *
     * @param topics the topics to which clients subscribe; empty when they do not
     */
    public static Interactions of(ProducerBackend backend, FhirVersion version, Set<String> topics) {
        return new Interactions(backend, version, topics);
    }

    /** Returns the topics to which clients subscribe, in the order of their names. */
    List<String> topics() {
        return topics.stream().sorted().toList();
    }

    /** Returns whether members are added to and removed from lists. */
    boolean reconciles() {
        return reconciliation;
    }

    /**
     * Returns the scopes that open something here: those for reading, and those for each change that is taken.
     *
     * @see DiscoveryDocument#READING_SCOPES
     */
    public List<String> scopes() {
        List<String> scopes = new ArrayList<>(DiscoveryDocument.READING_SCOPES);
        if (provenance) {
            scopes.add("system/" + ResourceType.PROVENANCE.code() + ".rs");
        }
        if (!topics.isEmpty()) {
            scopes.add("system/" + ResourceType.SUBSCRIPTION.code() + ".cruds");
        }
        if (reconciliation || !creatable.isEmpty() || !topics.isEmpty()) {
            scopes.add("system/*.write");
        }
        for (ResourceType type : ResourceType.ATTRIBUTION_TYPES) {
            String letters = changes(type);
            if (!letters.isEmpty()) {
                scopes.add("system/" + type.code() + "." + letters);
            }
        }
        return List.copyOf(scopes);
    }

    /** Returns the letters of the rights by which resources of a type are changed, in the order of SMART. */
    private String changes(ResourceType type) {
        boolean updates = reconciliation && type.equals(ResourceType.GROUP);
        return (creates(type) ? "c" : "") + (updates ? "u" : "") + (creates(type) ? "d" : "");
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
