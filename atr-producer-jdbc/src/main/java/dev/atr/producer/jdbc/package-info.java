/**
 * The attribution ledger as a ready-made backend on H2 and PostgreSQL. Start with {@link dev.atr.producer.jdbc.Ledger}:
 * it is opened over a database, written in transactions, and hands out a
 * {@link dev.atr.producer.spi.ProducerBackend}.
 */
@NullMarked
package dev.atr.producer.jdbc;

import org.jspecify.annotations.NullMarked;
