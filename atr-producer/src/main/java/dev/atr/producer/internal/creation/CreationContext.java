package dev.atr.producer.internal.creation;

import dev.atr.auth.audit.AuditTrail;
import dev.atr.core.fhir.FhirVersion;
import dev.atr.producer.internal.routing.ClientQuota;
import java.net.URI;
import java.time.Clock;

/**
 * What creations share, whatever is created.
 *
 * @param base the FHIR base
 * @param version the FHIR version that is spoken
 * @param creations how much a client may create
 * @param auditTrail is told of each creation and deletion; throws nothing
 * @param clock tells the time
 */
public record CreationContext(
        URI base, FhirVersion version, ClientQuota creations, AuditTrail auditTrail, Clock clock) {}
