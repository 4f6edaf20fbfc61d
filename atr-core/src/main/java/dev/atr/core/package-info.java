/**
 * The vocabulary of the Da Vinci Member Attribution (ATR) List guide 2.1.0 and its streaming JSON codecs.
 *
 * <p>Start with {@link dev.atr.core.attribution.AttributionList}, the list, and
 * {@link dev.atr.core.attribution.Member}, one row of it. {@code dev.atr.core.json} reads and writes both without ever
 * holding a whole list.
 */
@NullMarked
package dev.atr.core;

import org.jspecify.annotations.NullMarked;
