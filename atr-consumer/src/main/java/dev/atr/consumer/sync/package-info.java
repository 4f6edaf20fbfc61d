/**
 * Keeps exact local copies of lists in a database, and says who is new, who left, who moved and whose coverage changed;
 * {@link dev.atr.consumer.sync.ListSync} is where to start.
 */
@NullMarked
package dev.atr.consumer.sync;

import org.jspecify.annotations.NullMarked;
