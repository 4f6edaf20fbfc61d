/**
 * How Consumers change lists: the optional capability {@link dev.atr.producer.spi.reconcile.Reconciliation}, and the
 * {@link dev.atr.producer.spi.reconcile.AttributionPolicy} through which the payer decides. Whoever writes a backend finds
 * the guide's rules ready-made in {@link dev.atr.producer.spi.reconcile.AttributionRules}.
 */
@NullMarked
package dev.atr.producer.spi.reconcile;

import org.jspecify.annotations.NullMarked;
