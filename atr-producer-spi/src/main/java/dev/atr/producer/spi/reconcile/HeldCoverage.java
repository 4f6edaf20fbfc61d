package dev.atr.producer.spi.reconcile;

import dev.atr.core.attribution.MemberCoverage;
import dev.atr.core.fhir.ResourceKey;

/**
 * A coverage that the payer holds.
 *
 * @param key key of the Coverage
 * @param content what it says
 */
public record HeldCoverage(ResourceKey key, MemberCoverage content) {}
