package dev.atr.egress;

import dev.atr.http.Origin;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A web address, judged by its text. It has one reading: what other parsers might read otherwise is refused.
 *
 * @param origin scheme, host and port
 * @param literal the address itself where the host is no name to be looked up: an allowed number, or this machine
 */
record Destination(Origin origin, Optional<InetAddress> literal) {
    private static final Pattern NAME =
            Pattern.compile("(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\\.)+[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");
    // A last label that is a number makes the whole host a number to some resolvers.
    private static final Pattern LAST_LABEL_IS_A_NUMBER = Pattern.compile("(.*\\.)?([0-9]+|0x[0-9a-f]*)");
    private static final List<String> LOCAL_NAMES =
            List.of(".localhost", ".localdomain", ".local", ".internal", ".home.arpa");

    /**
     * Judges an address.
     *
     * @param allowLoopback whether this machine may be called by a loopback literal or as {@code localhost}, at any port
     *     and by plain http too
     * @throws IllegalArgumentException when it may not be called; the message holds no part of the address but its port
     */
    static Destination of(URI address, AddressRules rules, Set<Integer> ports, boolean allowLoopback) {
        Origin origin = Origin.of(address);
        if (address.getRawFragment() != null) {
            throw new IllegalArgumentException("the address holds a fragment");
        }
        if (address.toString().contains("%00")) {
            throw new IllegalArgumentException("the address holds a NUL");
        }
        String authority = address.getRawAuthority().toLowerCase(Locale.ROOT);
        if (!authority.equals(origin.host()) && !authority.equals(origin.host() + ":" + origin.port())) {
            throw new IllegalArgumentException("the address has more than one reading");
        }
        if (allowLoopback && origin.isLoopback()) {
            return new Destination(origin, Optional.of(loopback(origin.host())));
        }
        if (!origin.scheme().equals("https")) {
            throw new IllegalArgumentException("the address is not https");
        }
        if (!ports.contains(origin.port())) {
            throw new IllegalArgumentException("port " + origin.port() + " is not one that may be called");
        }
        return new Destination(origin, literal(origin.host(), rules));
    }

    private static Optional<InetAddress> literal(String host, AddressRules rules) {
        if (host.startsWith("[") || LAST_LABEL_IS_A_NUMBER.matcher(host).matches()) {
            byte[] bytes = Literals.parse(bare(host))
                    .filter(rules::isAllowed)
                    .orElseThrow(() -> new IllegalArgumentException("the host is a number, not a name"));
            return Optional.of(address(host, bytes));
        }
        if (!NAME.matcher(host).matches()) {
            throw new IllegalArgumentException("the host is not a full name");
        }
        if (LOCAL_NAMES.stream().anyMatch(host::endsWith)) {
            throw new IllegalArgumentException("the host is a name of the local network");
        }
        return Optional.empty();
    }

    /** No name server has a say in what this machine is. */
    private static InetAddress loopback(String host) {
        return Literals.parse(bare(host)).map(bytes -> address(host, bytes)).orElseGet(InetAddress::getLoopbackAddress);
    }

    private static InetAddress address(String host, byte[] bytes) {
        try {
            return InetAddress.getByAddress(bare(host), bytes);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("the host is not an address", e);
        }
    }

    /** Returns the host without the brackets of an IPv6 literal. */
    private static String bare(String host) {
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }

    /** Returns the host as it stands in certificates: without brackets. */
    String name() {
        return bare(origin.host());
    }
}
