/**
 * The Producer engine. Start at {@link dev.atr.producer.AtrProducer}: it turns a payer's
 * {@link dev.atr.producer.spi.ProducerBackend} into a handler that any web stack can mount.
 */
@NullMarked
package dev.atr.producer;

import org.jspecify.annotations.NullMarked;
