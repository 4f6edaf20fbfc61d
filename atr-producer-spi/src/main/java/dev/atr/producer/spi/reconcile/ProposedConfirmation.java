package dev.atr.producer.spi.reconcile;

import dev.atr.core.attribution.AttributionList;
import dev.atr.producer.spi.Caller;

/**
 * What a policy is asked about a confirmation.
 *
 * @param caller who confirms
 * @param list the list, as it stands now: a draft
 */
public record ProposedConfirmation(Caller caller, AttributionList list) {}
