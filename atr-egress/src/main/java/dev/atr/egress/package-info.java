/**
 * Guarded outgoing HTTP to addresses that somebody else chose: key sets of clients, endpoints of notifications. Start at
 * {@link dev.atr.egress.GuardedEgress}.
 */
@NullMarked
package dev.atr.egress;

import org.jspecify.annotations.NullMarked;
