package dev.atr.consumer.check;

import dev.atr.auth.client.AccessTokenSource;
import dev.atr.consumer.ProducerConnection;
import dev.atr.core.attribution.ListId;
import dev.atr.core.error.AtrException;
import dev.atr.core.rules.AttributionListRules;
import dev.atr.core.rules.ListRuleOptions;
import dev.atr.http.Sleeper;
import dev.atr.http.client.Egress;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Holds a Producer against the guide from outside: asks what a Consumer may ask, and says rule by rule what it saw.
 *
 * <p>Changes nothing at the Producer. It gets two or three tokens, has a request without credentials, a spent assertion and
 * a badly signed one refused, and kicks off up to eight exports of one list, each of which it deletes. Rules that show only
 * when something is changed are in the report as not looked at.
 *
 * <p>Of what the Producer holds nothing is kept, logged or reported: of content only counts and the names of elements.
 * Memory does not grow with the list; the first {@value ExportedContent#LOOKED_INTO} rows and resources of each type are
 * held against the rules of content.
 *
 * <p>For one thread.
 */
public final class ProducerCheck {
    /** How long an export may take by default: 30 minutes. */
    public static final Duration PATIENCE = Duration.ofMinutes(30);

    private final Builder settings;

    private ProducerCheck(Builder settings) {
        this.settings = settings;
    }

    /**
     * Begins to say what is to be checked.
     *
     * @param fhirBase the Producer's FHIR base
     * @param egress the way out
     * @param credentials makes the source of tokens, over the way out that it is given: that one looks on while tokens are
     *     fetched. Scopes for reading are enough
     */
    public static Builder builder(
            URI fhirBase, Egress egress, Function<Egress, ? extends AccessTokenSource> credentials) {
        return new Builder(fhirBase, egress, credentials);
    }

    /**
     * Checks. What the Producer does not let us see is in the report, and no exception.
     *
     * @throws dev.atr.core.error.TransportException when the Producer does not answer at all
     * @throws IllegalArgumentException when the FHIR base may not be called
     * @throws InterruptedException when the waiting thread is interrupted; a job that runs then expires by itself
     */
    public CheckReport run() throws InterruptedException {
        WatchedEgress egress = new WatchedEgress(settings.egress);
        ProducerConnection producer = ProducerConnection.of(
                        settings.fhirBase, settings.credentials.apply(egress), egress)
                .withClock(settings.clock, settings.sleeper);
        Visit visit = new Visit(producer, egress);
        LocalDate today = LocalDate.ofInstant(settings.clock.instant(), ZoneOffset.UTC);
        AttributionListRules rules = new AttributionListRules(new ListRuleOptions(null, today, ZoneOffset.UTC));
        new PublishedDocuments().look(visit);
        Exports exports = new Exports(settings.patience, rules);
        List<Probe> probes = new ArrayList<>(
                List.of(new TokenEndpoint(), new Strangers(), new Discovery(settings.list, settings.foreign, rules)));
        if (settings.exporting) {
            probes.add(exports);
            probes.add(new Resources(exports::seen));
        }
        List<String> stopped = new ArrayList<>();
        for (Probe probe : probes) {
            try {
                probe.look(visit);
            } catch (AtrException e) {
                stopped.add(probe.name() + " stopped: " + e.getMessage());
            }
        }
        return visit.notes.report(String.join("; ", stopped), settings.exporting);
    }

    /** Settings of a check. For one thread. */
    public static final class Builder {
        private final URI fhirBase;
        private final Egress egress;
        private final Function<Egress, ? extends AccessTokenSource> credentials;
        private @Nullable ListId list;
        private @Nullable ListId foreign;
        private boolean exporting = true;
        private Duration patience = PATIENCE;
        private Clock clock = Clock.systemUTC();
        private Sleeper sleeper = Sleeper.system();

        private Builder(URI fhirBase, Egress egress, Function<Egress, ? extends AccessTokenSource> credentials) {
            this.fhirBase = Objects.requireNonNull(fhirBase, "fhirBase");
            this.egress = Objects.requireNonNull(egress, "egress");
            this.credentials = Objects.requireNonNull(credentials, "credentials");
        }

        /** Sets by which list the check is made; by default the longest that we may see. */
        public Builder list(ListId value) {
            list = Objects.requireNonNull(value, "list");
            return this;
        }

        /** Names a list that is there and is not ours, so that it can be seen whether we are kept from it. */
        public Builder foreignList(ListId value) {
            foreign = Objects.requireNonNull(value, "foreignList");
            return this;
        }

        /** Leaves exports out, and what is read by them. */
        public Builder withoutExports() {
            exporting = false;
            return this;
        }

        /**
         * Sets how long an export may take; {@link #PATIENCE} by default.
         *
         * @throws IllegalArgumentException when it is not positive
         */
        public Builder patience(Duration value) {
            if (value.isZero() || value.isNegative()) {
                throw new IllegalArgumentException("patience: positive");
            }
            patience = value;
            return this;
        }

        /** Sets the clock, and how to wait by it; the system's by default. */
        public Builder clock(Clock newClock, Sleeper newSleeper) {
            clock = Objects.requireNonNull(newClock, "clock");
            sleeper = Objects.requireNonNull(newSleeper, "sleeper");
            return this;
        }

        /** Returns the check; it asks nothing yet. */
        public ProducerCheck build() {
            return new ProducerCheck(this);
        }
    }
}
