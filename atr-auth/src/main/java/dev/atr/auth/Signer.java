package dev.atr.auth;

import dev.atr.core.error.TransportException;

/**
 * Something that signs with a private key which never has to leave it: a {@link SigningKey} in memory, or a hardware
 * security module or key service behind an implementation of yours. Called from many threads at once; may block.
 */
public interface Signer {
    /** Returns the algorithm, always the same: {@code RS384} or {@code ES384}. */
    String alg();

    /** Returns the key id, always the same: the one in the key set that the Producers know. */
    String kid();

    /**
     * Signs bytes.
     *
     * @param data the signing input, not a digest of it
     * @return the signature in the form of RFC 7518, section 3; for ES384 that is R and S, 48 bytes each, where many
     *     devices give a DER sequence
     * @throws TransportException when the signer can't be reached
     */
    byte[] sign(byte[] data);
}
