/**
 * Finding attribution lists and reading single resources; {@link dev.atr.consumer.discovery.ListClient} is where to
 * start.
 */
@NullMarked
package dev.atr.consumer.discovery;

import org.jspecify.annotations.NullMarked;
