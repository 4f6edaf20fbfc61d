/**
 * What a payer implements. Start with {@link dev.atr.producer.spi.ProducerBackend}; everything else is a value it takes
 * or returns, or an optional capability.
 */
@NullMarked
package dev.atr.producer.spi;

import org.jspecify.annotations.NullMarked;
