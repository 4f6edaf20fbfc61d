package dev.atr.consumer.subscription;

import dev.atr.core.attribution.ListId;
import java.net.URI;

/**
 * Events that happened and whose notifications never came.
 *
 * @param fhirBase the Producer, without a slash at the end
 * @param list the list
 * @param first the number of the first; positive
 * @param last the number of the last, not below the first
 */
public record MissedChanges(URI fhirBase, ListId list, long first, long last) {}
