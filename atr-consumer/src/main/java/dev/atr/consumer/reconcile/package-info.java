/**
 * Changing attribution lists at a Producer and confirming them; {@link dev.atr.consumer.reconcile.ListReconciliation} is
 * where to start.
 */
@NullMarked
package dev.atr.consumer.reconcile;

import org.jspecify.annotations.NullMarked;
