package dev.atr.producer.internal.export;

import dev.atr.core.fhir.ResourceType;
import dev.atr.producer.spi.ExportParameters;
import dev.atr.producer.spi.StoredResource;
import dev.atr.producer.spi.TypeFilters;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Which of the resources of a snapshot are written, and how much of each. Immutable. */
public final class Selection {
    private final boolean someMembers;
    private final Map<ResourceType, Predicate<StoredResource>> conditions;
    private final @Nullable ElementSubset elements;

    private Selection(
            boolean someMembers,
            Map<ResourceType, Predicate<StoredResource>> conditions,
            @Nullable ElementSubset elements) {
        this.someMembers = someMembers;
        this.conditions = conditions;
        this.elements = elements;
    }

    /**
     * Returns what a client asked for.
     *
     * @param types the types that are exported
     * @param filters what the payer's system can filter by
     * @throws dev.atr.producer.internal.routing.Refusal when it can't filter as asked for
     */
    static Selection of(ExportParameters parameters, List<ResourceType> types, Optional<TypeFilters> filters) {
        return new Selection(
                !parameters.patients().isEmpty(),
                filters.map(served -> TypeFilterParameter.conditions(parameters.typeFilters(), types, served))
                        .orElse(Map.of()),
                parameters.elements().isEmpty() ? null : new ElementSubset(parameters.elements()));
    }

    /** Returns whether the rows are those of some members only. */
    public boolean someMembers() {
        return someMembers;
    }

    /** Returns whether a resource is written. */
    boolean wants(StoredResource resource) {
        Predicate<StoredResource> condition = conditions.get(resource.key().type());
        return condition == null || condition.test(resource);
    }

    /** Returns the R4 JSON that is written of a resource. */
    byte[] json(StoredResource resource) {
        return elements == null ? resource.json() : elements.of(resource.key().type(), resource.json());
    }
}
