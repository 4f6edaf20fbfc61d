package dev.atr.auth.audit;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** See {@link AuditTrail#logged}. */
final class LoggedTrail implements AuditTrail {
    private static final Logger LOG = LoggerFactory.getLogger("dev.atr.audit");

    @Override
    public void record(AuditEvent event) {
        LOG.info("{}", event);
    }
}
