/**
 * How one Producer differs from others. Start with {@link dev.atr.consumer.peer.PeerProfile#AUTO}, which is what every
 * connection has, and say only what can't be found out.
 */
@NullMarked
package dev.atr.consumer.peer;

import org.jspecify.annotations.NullMarked;
