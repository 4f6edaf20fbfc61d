/**
 * The contract of the Producer SPI. Extend {@link dev.atr.producer.tck.ProducerBackendContract} and seed your backend
 * with the {@link dev.atr.producer.tck.SampleLists} it hands you; {@link dev.atr.producer.tck.InMemoryBackend} is a
 * small backend that keeps the contract, for tests and examples.
 * Stores of one's own extend the contract of their kind, for example {@link dev.atr.producer.tck.ExportJobStoreContract} or
 * {@link dev.atr.producer.tck.ReplayMemoryContract}.
 */
@NullMarked
package dev.atr.producer.tck;

import org.jspecify.annotations.NullMarked;
