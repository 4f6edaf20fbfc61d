package dev.atr.producer.internal.administration;

import dev.atr.core.attribution.ListId;
import org.jspecify.annotations.Nullable;

/**
 * A list is no more. Told once its deletion is written, by whatever way it came; whatever rests on the list ends then.
 *
 * @param list which one
 * @param clientId the client that deleted it; absent when it was the payer
 */
public record ListDeleted(ListId list, @Nullable String clientId) {}
