package dev.atr.producer.internal.reconcile;

import dev.atr.auth.audit.AuditTrail;
import dev.atr.core.fhir.FhirVersion;
import dev.atr.producer.internal.routing.ClientQuota;
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
 * @param misses how often a client may name somebody in vain, for whatever reason: who goes on doing so is trying numbers,
 *     and waits whatever it asks next
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
        ClientQuota misses,
        AuditTrail auditTrail,
        Clock clock) {}
