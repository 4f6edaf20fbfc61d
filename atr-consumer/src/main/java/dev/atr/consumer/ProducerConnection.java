package dev.atr.consumer;

import dev.atr.auth.client.AccessTokenSource;
import dev.atr.consumer.peer.PeerProfile;
import dev.atr.core.fhir.FhirVersion;
import dev.atr.http.Origin;
import dev.atr.http.Sleeper;
import dev.atr.http.client.Egress;
import java.net.URI;
import java.time.Clock;
import java.util.Objects;

/**
 * How we get to one Producer: what all clients of it have in common. Opens nothing and closes nothing; {@code egress} is
 * the caller's to close, when no client uses it any more. Immutable.
 *
 * @param fhirBase the Producer's FHIR base, for example {@code https://fhir.payer.example/r4}
 * @param credentials where access tokens come from
 * @param egress the way out
 * @param profile how this Producer differs from others
 * @param clock by which dates in {@code Retry-After} and timeouts are read
 * @param sleeper how to wait between requests
 */
public record ProducerConnection(
        URI fhirBase, AccessTokenSource credentials, Egress egress, PeerProfile profile, Clock clock, Sleeper sleeper) {
    /**
     * Checks the base.
     *
     * @throws IllegalArgumentException when it is not an absolute http or https address without query and fragment
     */
    public ProducerConnection {
        Objects.requireNonNull(fhirBase, "fhirBase");
        Objects.requireNonNull(credentials, "credentials");
        Objects.requireNonNull(egress, "egress");
        Objects.requireNonNull(profile, "profile");
        Objects.requireNonNull(clock, "clock");
        Objects.requireNonNull(sleeper, "sleeper");
        Origin.of(fhirBase);
        if (fhirBase.getRawQuery() != null || fhirBase.getRawFragment() != null) {
            throw new IllegalArgumentException("the FHIR base has neither query nor fragment");
        }
    }

    /** Returns a connection by the system's clock to a Producer of which everything is found out. */
    public static ProducerConnection of(URI fhirBase, AccessTokenSource credentials, Egress egress) {
        return new ProducerConnection(
                fhirBase, credentials, egress, PeerProfile.AUTO, Clock.systemUTC(), Sleeper.system());
    }

    /** Returns a copy with the FHIR version that the Producer speaks. */
    public ProducerConnection withFhirVersion(FhirVersion version) {
        return withProfile(profile.withFhirVersion(version));
    }

    /** Returns a copy that knows how the Producer differs from others. */
    public ProducerConnection withProfile(PeerProfile value) {
        return new ProducerConnection(fhirBase, credentials, egress, value, clock, sleeper);
    }

    /** Returns a copy with another clock, and another way to wait by it. */
    public ProducerConnection withClock(Clock newClock, Sleeper newSleeper) {
        return new ProducerConnection(fhirBase, credentials, egress, profile, newClock, newSleeper);
    }

    /** Returns the FHIR base alone. */
    @Override
    public String toString() {
        return "ProducerConnection[" + fhirBase + "]";
    }
}
