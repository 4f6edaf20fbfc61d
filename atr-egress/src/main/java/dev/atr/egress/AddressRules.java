package dev.atr.egress;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Which addresses may be called: those of the public Internet. What the operator blocks is refused before all else; what
 * the operator allows is allowed, whatever the table says. Immutable.
 *
 * <p>The JDK's own predicates ({@code isSiteLocalAddress} and its like) know a third of these ranges.
 *
 * @see <a href="https://www.iana.org/assignments/iana-ipv4-special-registry">IANA IPv4 Special-Purpose Address
 *     Registry</a>
 * @see <a href="https://www.iana.org/assignments/iana-ipv6-special-registry">IANA IPv6 Special-Purpose Address
 *     Registry</a>
 */
final class AddressRules {
    /** What is not the public Internet. The named ranges come before the wide ones behind them. */
    static final List<Range> REFUSED = List.of(
            range("0.0.0.0/8", "this network"),
            range("10.0.0.0/8", "private use"),
            range("100.64.0.0/10", "carrier NAT"),
            range("127.0.0.0/8", "loopback"),
            range("169.254.0.0/16", "link-local, metadata of clouds"),
            range("172.16.0.0/12", "private use"),
            range("192.0.0.0/24", "protocol assignments"),
            range("192.0.2.0/24", "documentation"),
            range("192.88.99.0/24", "6to4 relays"),
            range("192.168.0.0/16", "private use"),
            range("198.18.0.0/15", "benchmarks"),
            range("198.51.100.0/24", "documentation"),
            range("203.0.113.0/24", "documentation"),
            range("224.0.0.0/4", "multicast"),
            range("255.255.255.255/32", "broadcast"),
            range("240.0.0.0/4", "reserved"),
            range("168.63.129.16/32", "metadata of a cloud"),
            range("::1/128", "loopback"),
            range("::/96", "unspecified, IPv4-compatible"),
            range("::ffff:0:0/96", "IPv4-mapped"),
            range("64:ff9b::/96", "NAT64"),
            range("64:ff9b:1::/48", "NAT64"),
            range("100::/64", "discard-only"),
            range("2001::/32", "Teredo"),
            range("2001::/23", "protocol assignments"),
            range("2001:db8::/32", "documentation"),
            range("2002::/16", "6to4"),
            range("3fff::/20", "documentation"),
            range("5f00::/16", "segment routing"),
            range("fc00::/7", "unique local"),
            range("fe80::/10", "link-local"),
            range("fec0::/10", "site-local"),
            range("ff00::/8", "multicast"),
            // Only 2000::/3 is given out for the public Internet.
            range("::/3", "not assigned"),
            range("4000::/2", "not assigned"),
            range("8000::/1", "not assigned"));

    private final List<AddressRange> blocked;
    private final List<AddressRange> allowed;
    private final Predicate<InetAddress> own;

    /** One row of the table. */
    record Range(AddressRange addresses, String use) {
        @Override
        public String toString() {
            return addresses.text() + " (" + use + ")";
        }
    }

    /**
     * Creates the rules.
     *
     * @param blocked refused, even when allowed
     * @param allowed not refused, even when in the table
     * @param own tells this machine's own addresses, public ones too
     */
    AddressRules(List<AddressRange> blocked, List<AddressRange> allowed, Predicate<InetAddress> own) {
        this.blocked = List.copyOf(blocked);
        this.allowed = List.copyOf(allowed);
        this.own = own;
    }

    private static Range range(String text, String use) {
        return new Range(AddressRange.parse(text), use);
    }

    /** Returns the reason why an address may not be called; empty when it may. */
    Optional<String> refusal(InetAddress address) {
        byte[] bytes = address.getAddress();
        Optional<String> byOperator = blocked.stream()
                .filter(range -> range.contains(bytes))
                .map(range -> range.text() + " (blocked by the operator)")
                .findFirst();
        if (byOperator.isPresent() || isAllowed(bytes)) {
            return byOperator;
        }
        return Stream.concat(
                        REFUSED.stream()
                                .filter(range -> range.addresses().contains(bytes))
                                .map(Range::toString),
                        Stream.of("this machine").filter(reason -> own.test(address)))
                .findFirst();
    }

    /** Returns whether the operator allows an address, of 4 or 16 bytes, expressly. */
    boolean isAllowed(byte[] address) {
        return allowed.stream().anyMatch(range -> range.contains(address));
    }
}
