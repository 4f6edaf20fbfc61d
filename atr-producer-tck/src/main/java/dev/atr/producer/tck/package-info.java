/**
 * The contract of the Producer SPI. Extend {@link dev.atr.producer.tck.ProducerBackendContract} and seed your backend
 * with the {@link dev.atr.producer.tck.SampleLists} it hands you; {@link dev.atr.producer.tck.InMemoryBackend} is a
 * small backend that keeps the contract, for tests and examples.
 */
@NullMarked
package dev.atr.producer.tck;

import org.jspecify.annotations.NullMarked;
