package dev.atr.egress;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** The table of ranges against a second reading of it: as numbers from first to last. */
class AddressRulesProperties {
    private static final AddressRules RULES = new AddressRules(List.of(), List.of(), address -> false);

    record Span(int bits, BigInteger first, BigInteger last) {
        static Span of(AddressRange range) {
            BigInteger size = BigInteger.ONE.shiftLeft(range.bits() - range.prefix());
            return new Span(
                    range.bits(), range.network(), range.network().add(size).subtract(BigInteger.ONE));
        }

        boolean holds(int otherBits, BigInteger address) {
            return bits == otherBits && first.compareTo(address) <= 0 && address.compareTo(last) <= 0;
        }
    }

    private static final List<Span> SPANS = AddressRules.REFUSED.stream()
            .map(range -> Span.of(range.addresses()))
            .toList();

    private static InetAddress address(int bits, BigInteger number) throws UnknownHostException {
        byte[] bytes = new byte[bits / Byte.SIZE];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = number.shiftRight(bits - Byte.SIZE * (i + 1)).byteValue();
        }
        return bits == 128 ? Inet6Address.getByAddress(null, bytes, 0) : InetAddress.getByAddress(bytes);
    }

    private static void agree(int bits, BigInteger number) throws UnknownHostException {
        boolean refused = SPANS.stream().anyMatch(span -> span.holds(bits, number));

        assertThat(RULES.refusal(address(bits, number)).isPresent()).isEqualTo(refused);
    }

    @Provide
    Arbitrary<Span> spans() {
        return Arbitraries.of(SPANS);
    }

    @Property(seed = "20260402")
    void everyIpv4AddressIsJudgedByTheTable(@ForAll int bits) throws Exception {
        agree(32, BigInteger.valueOf(bits & 0xffffffffL));
    }

    @Property(seed = "20260402")
    void everyIpv6AddressIsJudgedByTheTable(@ForAll long high, @ForAll long low) throws Exception {
        BigInteger number = unsigned(high).shiftLeft(64).or(unsigned(low));

        agree(128, number);
        // One in eight addresses is of the public part; there the table is thin.
        agree(128, number.shiftRight(3).setBit(125));
    }

    @Property(seed = "20260402")
    void everyRangeIsRefusedThroughout(@ForAll("spans") Span span, @ForAll long high, @ForAll long low)
            throws Exception {
        BigInteger size = span.last().subtract(span.first()).add(BigInteger.ONE);
        BigInteger inside =
                span.first().add(unsigned(high).shiftLeft(64).or(unsigned(low)).mod(size));

        assertThat(RULES.refusal(address(span.bits(), inside))).isPresent();
        assertThat(RULES.refusal(address(span.bits(), span.first()))).isPresent();
        assertThat(RULES.refusal(address(span.bits(), span.last()))).isPresent();
    }

    @Property(seed = "20260402")
    void neighboursOfARangeAreJudgedForThemselves(@ForAll("spans") Span span) throws Exception {
        BigInteger behind = span.last().add(BigInteger.ONE);

        if (span.first().signum() > 0) {
            agree(span.bits(), span.first().subtract(BigInteger.ONE));
        }
        if (behind.bitLength() <= span.bits()) {
            agree(span.bits(), behind);
        }
    }

    private static BigInteger unsigned(long number) {
        return new BigInteger(Long.toUnsignedString(number));
    }
}
