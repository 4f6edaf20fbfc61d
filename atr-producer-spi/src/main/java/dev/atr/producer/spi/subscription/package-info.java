/** Subscriptions to changes of lists: what a payer's system tells of changes, and what is kept of Subscriptions. */
@NullMarked
package dev.atr.producer.spi.subscription;

import org.jspecify.annotations.NullMarked;
