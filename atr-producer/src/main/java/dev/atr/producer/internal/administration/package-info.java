/** What the payer does to its lists by way of the Producer, and what the Producer owes then. */
@NullMarked
package dev.atr.producer.internal.administration;

import org.jspecify.annotations.NullMarked;
