package dev.atr.consumer.subscription;

/**
 * Hears of the events of one Subscription, in order, each once. Called by one thread of the receiver, which others wait
 * for: longer work belongs elsewhere.
 *
 * <p>An event whose number was told before is taken for the same one. A Producer that counts from the beginning again says
 * so by a handshake or a heartbeat; one that does not is understood by a {@link ListWatch}, which looks at the list then.
 *
 * <p>Whatever is thrown, the same is told again, after pauses that grow from a second to five minutes. What was told and
 * not yet recorded as such when the process ended is told again too.
 */
public interface NotificationListener {
    /** Hears of an event. */
    void changed(ListChange change) throws Exception;

    /**
     * Hears that events were missed: a later one came, or the Producer says that there were more, and a minute later they
     * were still not there. Whoever reads the list now has caught up.
     */
    void missed(MissedChanges missed) throws Exception;
}
