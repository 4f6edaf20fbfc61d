package dev.atr.auth.server;

import dev.atr.http.client.Egress;
import java.net.URI;
import java.time.Clock;
import java.util.Optional;

/**
 * The public keys of a registered client: a key set given at registration, or the address of one. Thread-safe.
 *
 * <p>Keys that can't be trusted are left out: other kinds than RSA of 2048 bits or more and EC with curve P-384,
 * broken ones, ones without an id, and all of one kind that share an id. A set that shows a private key suspends its client, until
 * there is another set: it gets no tokens, and those it has end within a minute; where the set is fetched, within a
 * minute of the fetch that shows it.
 *
 * @see <a href="https://hl7.org/fhir/smart-app-launch/STU2.2/client-confidential-asymmetric.html">SMART App Launch
 *     2.2.0, "Registering a client (communicating public keys)"</a>
 */
public abstract sealed class ClientKeys permits InlineKeys, FetchedKeys, NoKeys {
    ClientKeys() {}

    /**
     * Keys given at registration.
     *
     * @param json a JSON Web Key Set
     * @throws IllegalArgumentException when the text is not a key set of at most 100 keys, or no key in it can be
     *     trusted; the message holds none of it
     */
    public static ClientKeys ofJwks(String json) {
        return new InlineKeys(json);
    }

    /** Keys at an address, by the system's clock; otherwise as {@link #ofUrl(URI, Egress, Clock)}. */
    public static ClientKeys ofUrl(URI url, Egress egress) {
        return ofUrl(url, egress, Clock.systemUTC());
    }

    /**
     * Keys at an address, fetched when they are first needed and kept as long as {@code Cache-Control: max-age} allows
     * (5 minutes when it says nothing, 24 hours at most). An unknown key id fetches once more, at most every 30
     * seconds; so does a set that asks not to be stored. After a failed fetch the old set serves until its own end, and
     * the next try is 30 seconds away. A set is at most 256 kB and 100 keys, comes within 5 seconds and without
     * redirects.
     *
     * <p>This object is the cache: a registry hands out the same one each time.
     *
     * @param url https, or http to a loopback address; without user info and fragment; a host name, not another
     *     address literal
     * @param egress the way out; guarded when somebody other than the operator chose the address
     * @throws IllegalArgumentException when the address is not one of those
     */
    public static ClientKeys ofUrl(URI url, Egress egress, Clock clock) {
        return new FetchedKeys(url, egress, clock);
    }

    /** No keys: this client never asks here for a token; it brings tokens of another authorization server. */
    public static ClientKeys none() {
        return NoKeys.NONE;
    }

    /** Looks for the key with this id that signs with this algorithm. May fetch. */
    abstract KeyLookup find(String kid, String alg);

    /**
     * Returns whether a key with this thumbprint is still the client's; true when that can't be told, since a key host
     * that is down must not end what is running. May fetch.
     */
    abstract boolean holds(String thumbprint);

    /** Returns the registered address of the set; empty when the set was given directly. */
    abstract Optional<String> jku();
}
