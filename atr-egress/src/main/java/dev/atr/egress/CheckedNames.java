package dev.atr.egress;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import org.apache.hc.client5.http.DnsResolver;

/**
 * Looks a name up once for each connection, and hands its addresses on when every one of them may be called: a name with
 * one public and one private address is refused whole.
 */
final class CheckedNames implements DnsResolver {
    private final Lookup lookup;
    private final AddressRules rules;

    /** How names become addresses. */
    interface Lookup {
        InetAddress[] addresses(String name) throws UnknownHostException;
    }

    CheckedNames(Lookup lookup, AddressRules rules) {
        this.lookup = lookup;
        this.rules = rules;
    }

    @Override
    public InetAddress[] resolve(String name) throws UnknownHostException {
        InetAddress[] addresses = lookup.addresses(name);
        for (InetAddress address : addresses) {
            Optional<String> reason = rules.refusal(address);
            if (reason.isPresent()) {
                throw new RefusedAddressException(reason.get());
            }
        }
        return addresses;
    }

    @Override
    public String resolveCanonicalHostname(String name) {
        return name;
    }
}
