/**
 * Flat files of a payer's current list. Start with {@link dev.atr.producer.jdbc.roster.RosterFile}; what is done with one
 * says {@link dev.atr.producer.jdbc.LedgerFromRoster}.
 */
@NullMarked
package dev.atr.producer.jdbc.roster;

import org.jspecify.annotations.NullMarked;
