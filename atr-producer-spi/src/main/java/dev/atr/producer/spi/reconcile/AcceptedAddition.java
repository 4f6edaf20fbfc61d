package dev.atr.producer.spi.reconcile;

import dev.atr.core.attribution.Member;

/**
 * An addition that the policy accepted.
 *
 * @param row the row asked for, active
 * @param periodIsDefault whether nobody named its period, so that a row that is there keeps its own
 */
public record AcceptedAddition(Member row, boolean periodIsDefault) {}
