package dev.atr.auth.audit;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** See {@link AuditTrail#guarded}. */
final class GuardedTrail implements AuditTrail {
    private static final Logger LOG = LoggerFactory.getLogger(GuardedTrail.class);

    private final AuditTrail trail;

    GuardedTrail(AuditTrail trail) {
        this.trail = trail;
    }

    @Override
    public void record(AuditEvent event) {
        try {
            trail.record(event);
        } catch (RuntimeException e) {
            // Its message may quote the event's neighbours in a store; the event itself must not be lost.
            LOG.warn("The audit trail failed with {} at: {}", e.getClass().getName(), event);
        }
    }
}
