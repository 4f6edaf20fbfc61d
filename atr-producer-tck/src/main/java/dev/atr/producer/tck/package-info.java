/**
 * The contract of the Producer SPI. Extend {@link dev.atr.producer.tck.ProducerBackendContract} and seed your backend
 * with the {@link dev.atr.producer.tck.SampleLists} it hands you; {@link dev.atr.producer.tck.InMemoryBackend} is a
 * small backend that keeps the contract, for tests and examples.
 * Stores of one's own for jobs and files extend {@link dev.atr.producer.tck.ExportJobStoreContract} and
 * {@link dev.atr.producer.tck.ExportFilesContract}.
 */
@NullMarked
package dev.atr.producer.tck;

import org.jspecify.annotations.NullMarked;
