package dev.atr.producer.jdbc;

/**
 * A position in the past with which a snapshot is compared.
 *
 * @param pos the position; 0 is the empty ledger
 * @param resources what belonged to the list then
 */
record Since(long pos, ListResources resources) {}
