package dev.atr.http;

import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Scheme, host and port of a web address: the unit within which a credential may travel. Two addresses have the same
 * origin when these three, read from the parsed address, are the same; a common beginning of the text means nothing.
 *
 * @param scheme {@code http} or {@code https}
 * @param host the host in lower case; an IPv6 address stands in brackets
 * @param port the port, 1 to 65535
 * @see <a href="https://www.rfc-editor.org/rfc/rfc6454#section-5">RFC 6454, "Comparing Origins"</a>
 */
public record Origin(String scheme, String host, int port) {
    private static final Pattern LOOPBACK_V4 = Pattern.compile("127(\\.(25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)){3}");

    /** Checks the parts and puts scheme and host in lower case. */
    public Origin {
        scheme = scheme.toLowerCase(Locale.ROOT);
        host = host.toLowerCase(Locale.ROOT);
        if (!scheme.equals("http") && !scheme.equals("https")) {
            throw new IllegalArgumentException("the address is neither http nor https");
        }
        if (host.isEmpty()) {
            throw new IllegalArgumentException("the address has no host");
        }
        if (port < 1 || port > 65535) {
            throw new IllegalArgumentException("the address has a port outside 1 to 65535");
        }
    }

    /**
     * Returns the origin of an address; the scheme's own port stands in for one that is not given.
     *
     * @throws IllegalArgumentException when the address is not absolute, neither http nor https, without a host that
     *     can be read, or with user info. The message holds no part of the address
     */
    public static Origin of(URI address) {
        if (address.getScheme() == null) {
            throw new IllegalArgumentException("the address is not absolute");
        }
        if (address.getRawUserInfo() != null) {
            throw new IllegalArgumentException("the address holds user info");
        }
        int port = address.getPort();
        if (port == -1) {
            port = address.getScheme().equalsIgnoreCase("https") ? 443 : 80;
        }
        return new Origin(address.getScheme(), address.getHost() == null ? "" : address.getHost(), port);
    }

    /** Returns whether the address belongs to this origin; false for one that has no origin at all. */
    public boolean contains(URI address) {
        try {
            return equals(of(address));
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /**
     * Returns whether the host is this machine itself, by its literal address or as {@code localhost}. No name is
     * looked up: what a name server calls loopback today may be elsewhere tomorrow.
     */
    public boolean isLoopback() {
        if (host.equals("localhost") || LOOPBACK_V4.matcher(host).matches()) {
            return true;
        }
        try {
            return host.startsWith("[") && InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }

    /** Returns whether what is sent there can be read on the way by nobody: https, or http on this machine itself. */
    public boolean isSecure() {
        return scheme.equals("https") || isLoopback();
    }

    /** Returns for example {@code https://fhir.payer.example:443}. */
    @Override
    public String toString() {
        return scheme + "://" + host + ":" + port;
    }
}
