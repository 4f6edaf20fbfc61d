/** Tests of reconciliation. */
@NullMarked
package dev.atr.consumer.reconcile;

import org.jspecify.annotations.NullMarked;
