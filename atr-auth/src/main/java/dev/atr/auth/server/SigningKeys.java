package dev.atr.auth.server;

import dev.atr.auth.SigningKey;
import dev.atr.core.error.TransportException;

/**
 * The keys with which access tokens are signed. Nodes that work as one share them, so that each knows the other's
 * tokens. Called from many threads at once; must be quick.
 */
public interface SigningKeys {
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
