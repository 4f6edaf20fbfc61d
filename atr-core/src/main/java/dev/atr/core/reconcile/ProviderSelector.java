package dev.atr.core.reconcile;

import dev.atr.core.fhir.ResourceKey;
import dev.atr.core.fhir.ResourceType;
import java.util.Set;
import java.util.function.Function;

/** Names the provider of an attribution: by NPI, or by a resource of the Producer. */
public sealed interface ProviderSelector {
    /** The resource types to which members are attributed. */
    Set<ResourceType> TYPES =
            Set.of(ResourceType.PRACTITIONER, ResourceType.PRACTITIONER_ROLE, ResourceType.ORGANIZATION);

    /** Returns what one of two functions makes of it. */
    <T> T map(Function<ProviderNpi, T> byNpi, Function<ResourceKey, T> byReference);

    /**
     * By number.
     *
     * @param npi the provider's NPI
     */
    record ByNpi(ProviderNpi npi) implements ProviderSelector {
        @Override
        public <T> T map(Function<ProviderNpi, T> byNpi, Function<ResourceKey, T> byReference) {
            return byNpi.apply(npi);
        }
    }

    /**
     * By resource.
     *
     * @param provider key of a resource of one of the {@link #TYPES}
     */
    record ByReference(ResourceKey provider) implements ProviderSelector {
        /** Checks the type. */
        public ByReference {
            Checks.provider(provider);
        }

        @Override
        public <T> T map(Function<ProviderNpi, T> byNpi, Function<ResourceKey, T> byReference) {
            return byReference.apply(provider);
        }
    }
}
