package dev.atr.producer.spi.reconcile;

import dev.atr.core.attribution.AttributionList;

/**
 * What a request did to a list.
 *
 * @param <E> the kinds of effect
 * @param effect what happened
 * @param list the list as it stands after that
 * @param rows how many rows were written or are meant
 */
public record Change<E extends Enum<E>>(E effect, AttributionList list, int rows) {}
