package dev.atr.consumer.subscription;

import dev.atr.core.attribution.ListId;
import java.net.URI;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An event: a list has a new version. What is new about it is to be read from the Producer.
 *
 * @param fhirBase the Producer, without a slash at the end
 * @param list the list
 * @param number the number of the event, counted from the beginning of the Subscription
 * @param timestamp when it happened; absent when the Producer did not say
 */
public record ListChange(
        URI fhirBase, ListId list, long number, @Nullable Instant timestamp) {}
