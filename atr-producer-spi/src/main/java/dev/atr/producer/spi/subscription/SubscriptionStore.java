package dev.atr.producer.spi.subscription;

import dev.atr.core.attribution.ListId;
import dev.atr.core.fhir.SubscriptionStatus;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Keeps Subscriptions. Several Producers may share one. Beside each Subscription stands the newest version of its list
 * that was {@linkplain #changed told}, which replacing the Subscription leaves alone: so nobody who writes down how far an
 * endpoint was told loses what came meanwhile.
 *
 * <p>Thread-safe; methods may block, and throw {@link dev.atr.core.error.TransportException} when the store can't be
 * reached.
 */
public interface SubscriptionStore {
    /**
     * Adds a Subscription, unless its owner has as many as it may.
     *
     * @param most how many of one owner there may be, whatever their status
     * @return whether it was added
     * @throws IllegalArgumentException when there is one with this id
     */
    boolean add(StoredSubscription subscription, int most);

    /** Returns a Subscription; empty when there is none with this id. */
    Optional<StoredSubscription> find(String id);

    /**
     * Puts a Subscription in the place of the one before: the one whose {@link StoredSubscription#revision} is one less.
     * With another list, the version that was noted is forgotten.
     *
     * @return false, and nothing is changed, when another one is there, or none
     */
    boolean replace(StoredSubscription next);

    /** Removes a Subscription; returns whether it was there. */
    boolean remove(String id);

    /** Returns the Subscriptions of a client, in the order of their ids. */
    List<StoredSubscription> ofClient(String clientId);

    /** Notes that a list has a version: for each of its Subscriptions for which none as new was noted. */
    void changed(ListId list, int version);

    /**
     * Returns ids of Subscriptions for which there is something to do: those that {@link StoredSubscription#isDue} says
     * so of, given the newest version that was noted. Those whose endpoint failed last time come after the others; within
     * each half, those that wait for long come first.
     *
     * @param limit most ids to return
     */
    List<String> due(Instant now, int limit);

    /** Returns the lists that have a {@linkplain SubscriptionStatus#isLive live} Subscription. */
    Set<ListId> lists();
}
