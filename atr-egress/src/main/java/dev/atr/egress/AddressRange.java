package dev.atr.egress;

import java.math.BigInteger;
import java.util.Optional;

/**
 * A block of addresses of one family. An IPv4 address in IPv6 clothes ({@code ::ffff:10.0.0.1}) is an IPv6 address here.
 *
 * @param text the block as an operator writes it, for example {@code 10.0.0.0/8}
 * @param network its first address as a number
 * @param bits bits of an address: 32 or 128
 * @param prefix how many of them the addresses of this block share
 */
record AddressRange(String text, BigInteger network, int bits, int prefix) {
    /**
     * Reads a block, or a single address.
     *
     * @throws IllegalArgumentException when the text is not one, or its first address has bits behind the prefix
     */
    static AddressRange parse(String text) {
        int slash = text.indexOf('/');
        byte[] address = Literals.parse(slash < 0 ? text : text.substring(0, slash))
                .orElseThrow(() -> new IllegalArgumentException("not a block of addresses: " + text));
        int bits = address.length * Byte.SIZE;
        int prefix = slash < 0 ? bits : prefix(text.substring(slash + 1)).orElse(-1);
        BigInteger network = new BigInteger(1, address);
        boolean fits = prefix >= 0 && prefix <= bits;
        if (!fits || network.mod(BigInteger.ONE.shiftLeft(bits - prefix)).signum() != 0) {
            throw new IllegalArgumentException("not a block of addresses: " + text);
        }
        return new AddressRange(text, network, bits, prefix);
    }

    private static Optional<Integer> prefix(String digits) {
        return digits.matches("\\d{1,3}") ? Optional.of(Integer.parseInt(digits)) : Optional.empty();
    }

    /** Returns whether the address, of 4 or 16 bytes, is in this block. */
    boolean contains(byte[] address) {
        return address.length * Byte.SIZE == bits
                && new BigInteger(1, address)
                                .xor(network)
                                .shiftRight(bits - prefix)
                                .signum()
                        == 0;
    }
}
