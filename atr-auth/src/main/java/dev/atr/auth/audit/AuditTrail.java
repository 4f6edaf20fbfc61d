package dev.atr.auth.audit;

/**
 * Where events go. Called from many threads at once, in the middle of a request: write quickly, or hand over to a queue.
 */
@FunctionalInterface
public interface AuditTrail {
    /**
     * Takes one event. What it throws is logged and goes no further: a request is answered alike whether or not its
     * event could be written.
     */
    void record(AuditEvent event);

    /** Returns a trail that writes each event as one line at INFO to the logger {@code dev.atr.audit}. */
    static AuditTrail logged() {
        return new LoggedTrail();
    }

    /** Returns a trail that throws nothing. Whoever records events wraps what the embedder gave in this. */
    static AuditTrail guarded(AuditTrail trail) {
        return trail instanceof GuardedTrail ? trail : new GuardedTrail(trail);
    }
}
