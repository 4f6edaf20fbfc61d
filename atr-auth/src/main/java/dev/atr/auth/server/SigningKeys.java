package dev.atr.auth.server;

import dev.atr.auth.SigningKey;
import dev.atr.core.error.TransportException;
import java.time.Clock;
import java.time.Duration;

/**
 * The keys with which access tokens are signed. Nodes that work as one share them, so that each knows the other's
 * tokens. Called from many threads at once; must be quick.
 */
public interface SigningKeys {
    /** How long a rotating key signs: 1 day, so that one that leaks unnoticed is of little use. */
    Duration DEFAULT_PERIOD = Duration.ofDays(1);

    /** How long a rotating key is known to all before it signs: 1 hour, far more than clocks of nodes differ. */
    Duration DEFAULT_LEAD = Duration.ofHours(1);

    /**
     * Returns the key that signs now. RS384 is verified some fifty times quicker than ES384.
     *
     * @throws TransportException when it can't be had right now; the request is answered with {@code 503}
     */
    SigningKey current();

    /**
     * Returns a key set of the public halves of every key whose tokens may still live, the current one included.
     *
     * @throws TransportException when it can't be had right now; the request is answered with {@code 503}
     */
    String publicJwks();

    /**
     * Returns RS384 keys that follow each other, made when they are needed and shared by all nodes on a store. Each is in
     * the store for some time before it signs, signs for one period, and stays until its last token is dead (6 minutes
     * more: the longest life of a token, and what clocks may differ). Nodes that make one at the same time agree on the first.
     *
     * <p>The store is read again each minute. While it does not answer, known keys serve on until the end of their
     * period; tokens are then neither issued nor accepted.
     *
     * @param store where the keys are; see there how they are to be protected
     * @param clock tells which period it is
     * @param period how long each key signs; {@link #DEFAULT_PERIOD} is a good choice. The same on all nodes
     * @param lead how long each key is known before it signs: 2 minutes to one period; {@link #DEFAULT_LEAD} is a good
     *     choice
     * @throws IllegalArgumentException when the lead is not within these bounds
     */
    static SigningKeys rotating(SigningKeyStore store, Clock clock, Duration period, Duration lead) {
        return new RotatingKeys(store, clock, period, lead);
    }

    /** Returns one RS384 key made now and lost with the process: tokens end when the Producer restarts. */
    static SigningKeys ephemeral() {
        SigningKey key = SigningKey.generate("RS384");
        String publicJwks = key.publicJwks();
        return new SigningKeys() {
            @Override
            public SigningKey current() {
                return key;
            }

            @Override
            public String publicJwks() {
                return publicJwks;
            }
        };
    }
}
