/** The four reconciliation operations, one class each. */
@NullMarked
package dev.atr.producer.internal.reconcile;

import org.jspecify.annotations.NullMarked;
