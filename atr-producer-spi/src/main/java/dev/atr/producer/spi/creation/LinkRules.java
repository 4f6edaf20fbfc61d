package dev.atr.producer.spi.creation;

import dev.atr.core.attribution.AttributionList;
import dev.atr.core.error.InvalidContentException;
import dev.atr.core.fhir.FhirVersion;
import dev.atr.core.fhir.Reference;
import dev.atr.core.fhir.ResourceKey;
import dev.atr.core.fhir.ResourceType;
import dev.atr.core.json.GroupJson;
import dev.atr.core.json.ResourceScanner;
import dev.atr.core.json.ResourceScanner.ScannedResource.Link;
import dev.atr.core.reconcile.ProviderSelector;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * What may be referred to by what a client creates. A list makes readable what it refers to, and is found by what that
 * says: so a client names nothing that it could not read before. All backends of the SDK use these rules.
 *
 * <p>A refusal tells the element and the type alone. What the client may not read is refused with the same text as what
 * does not exist.
 */
public final class LinkRules {
    private LinkRules() {}

    /**
     * Returns why a list can't be created for what it refers to, if so: it must be the payer's, and name no others than
     * providers that the client may read. The payer itself need not be readable yet, as it is not for the first list of a
     * client.
     *
     * @param isPayer whether an Organization stands for the payer in its own lists. Any other one would make its coverages
     *     those of the payer (C-23)
     * @param mayRead whether there is a resource that the client may read, or that it created
     * @throws InvalidContentException when a text of the list is none: it holds half a character (a lone surrogate) or a
     *     control character
     */
    public static Optional<String> ofList(
            AttributionList list, Predicate<ResourceKey> isPayer, Predicate<ResourceKey> mayRead) {
        Optional<ResourceKey> payer = Optional.ofNullable(list.payer())
                .flatMap(Reference::key)
                .filter(key -> key.type().equals(ResourceType.ORGANIZATION))
                .filter(isPayer);
        if (payer.isEmpty()) {
            return Optional.of("managingEntity must refer to the Organization that stands for the payer in its lists.");
        }
        Predicate<ResourceKey> mayBeNamed = target ->
                target.equals(payer.get()) || (ProviderSelector.TYPES.contains(target.type()) && mayRead.test(target));
        return refusal(header(list), mayBeNamed);
    }

    /**
     * Returns why a resource can't be created for what it refers to, if so.
     *
     * @param json the resource
     * @param mayRead whether there is a resource that the client may read, or that it created
     */
    public static Optional<String> ofResource(byte[] json, Predicate<ResourceKey> mayRead) {
        return refusal(json, target -> !ResourceType.ATTRIBUTION_TYPES.contains(target.type()) || mayRead.test(target));
    }

    private static Optional<String> refusal(byte[] json, Predicate<ResourceKey> mayBeNamed) {
        for (Link link : ResourceScanner.scan(json).links()) {
            if (!mayBeNamed.test(link.target())) {
                return Optional.of(
                        link.path() + " refers to a " + link.target().type() + " that is not available to the client.");
            }
        }
        return Optional.empty();
    }

    private static byte[] header(AttributionList list) {
        try {
            return GroupJson.header(list, FhirVersion.R4, false);
        } catch (IllegalArgumentException e) {
            throw new InvalidContentException(
                    "what the list says about itself can't be written as JSON: " + e.getMessage());
        }
    }
}
