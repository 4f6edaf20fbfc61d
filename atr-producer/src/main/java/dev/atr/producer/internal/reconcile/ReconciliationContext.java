package dev.atr.producer.internal.reconcile;

import dev.atr.auth.audit.AuditTrail;
import dev.atr.core.fhir.FhirVersion;
import dev.atr.producer.spi.ProducerBackend;
import dev.atr.producer.spi.reconcile.AttributionPolicy;
import dev.atr.producer.spi.reconcile.Reconciliation;
import java.net.URI;
import java.time.Clock;

/**
 * What all four operations share.
 *
 * @param backend the payer's system
 * @param reconciliation its capability to take changes
 * @param policy decides for the payer
 * @param base the FHIR base
 * @param version the FHIR version that is spoken
 * @param confirmStatus HTTP status of a confirmation that is taken note of
 * @param misses counts how often a client names somebody who is not there
 * @param auditTrail is told of each change; throws nothing
 * @param clock tells the time
 */
public record ReconciliationContext(
        ProducerBackend backend,
        Reconciliation reconciliation,
        AttributionPolicy policy,
        URI base,
        FhirVersion version,
        int confirmStatus,
        MissGuard misses,
        AuditTrail auditTrail,
        Clock clock) {}
