package dev.atr.producer.spi.subscription;

import dev.atr.core.fhir.SubscriptionStatus;
import dev.atr.producer.spi.Caller;
import dev.atr.producer.spi.StoredResource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Serves Subscriptions of clients, in R4 JSON and without HTTP: what a Producer, or a host with a FHIR server of its own,
 * puts behind {@code [base]/Subscription}. A Subscription that is another client's is answered as one that does not exist.
 * Thread-safe; methods may block.
 *
 * <p>Secrets in {@code channel.header} are masked in what is returned. A resource that comes back with the mask keeps the
 * secret that it had.
 *
 * @see <a href="http://hl7.org/fhir/uv/subscriptions-backport/STU1.1/">Subscriptions R5 Backport 1.1.0</a>
 */
public interface SubscriptionService {
    /** Returns the canonical URLs of the topics that are served. */
    Set<String> topics();

    /**
     * Makes a Subscription, which is {@code requested} until its endpoint answers a handshake (C-59), or {@code off} when
     * it came so.
     *
     * @param json the body of the request; its id and meta are left aside
     * @throws SubscriptionRefusal when it is not made
     */
    StoredResource create(Caller caller, byte[] json);

    /** Returns a Subscription; empty when the client has none with this id. */
    Optional<StoredResource> read(Caller caller, String id);

    /**
     * Changes a Subscription. {@code off} ends it until the next change. {@code active} or {@code requested} takes one in
     * {@code error} up where it stopped; another endpoint, filter, header or content is checked anew. After each of these
     * comes a handshake.
     *
     * @param json the body of the request, which has this id
     * @param version the version that the client wants to change; absent for whichever there is
     * @return the Subscription as it is now; empty when the client has none with this id
     * @throws SubscriptionRefusal when it is not changed
     */
    Optional<StoredResource> update(Caller caller, String id, byte[] json, @Nullable String version);

    /**
     * Removes a Subscription.
     *
     * @param version the version that the client wants to remove; absent for whichever there is
     * @return false when the client has none with this id
     * @throws SubscriptionRefusal when it is not removed
     */
    boolean delete(Caller caller, String id, @Nullable String version);

    /**
     * Returns the client's Subscriptions, in the order of their ids.
     *
     * @param endpoint only those with this endpoint; absent for any
     * @param statuses only those with one of these statuses; empty for any
     */
    List<StoredResource> search(Caller caller, @Nullable String endpoint, Set<SubscriptionStatus> statuses);

    /**
     * Returns how Subscriptions of the client stand: a {@code backport-subscription-status-r4} Parameters resource each, of
     * type {@code query-status}.
     *
     * @param ids only those with one of these ids; empty for any
     * @param statuses only those with one of these statuses; empty for any
     */
    List<byte[]> status(Caller caller, Set<String> ids, Set<SubscriptionStatus> statuses);

    /**
     * Returns events of a Subscription: a {@code history} Bundle that begins with a status of type {@code query-event}.
     *
     * @param from the first event number
     * @param to the last event number; what is there of the range, {@value #MAX_EVENTS} at most, from its beginning
     * @return the Bundle; empty when the client has no Subscription with this id
     */
    Optional<byte[]> events(Caller caller, String id, long from, long to);

    /** Most events in one answer. */
    int MAX_EVENTS = 100;
}
