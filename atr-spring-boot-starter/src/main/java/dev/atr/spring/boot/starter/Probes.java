package dev.atr.spring.boot.starter;

import dev.atr.auth.server.ClientRegistry;
import dev.atr.consumer.ProducerConnection;
import dev.atr.core.attribution.ListId;
import dev.atr.core.error.AtrException;
import dev.atr.http.HttpHeaders;
import dev.atr.http.client.HttpCall;
import dev.atr.http.client.HttpReply;
import dev.atr.producer.spi.Caller;
import dev.atr.producer.spi.ExportJobStore;
import dev.atr.producer.spi.ProducerBackend;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.springframework.beans.factory.ObjectProvider;

/** What the health of an application is told by, whatever Spring Boot it is. */
final class Probes {
    /** Producer: 5 seconds, since each is a few look-ups by key. */
    static final Duration PRODUCER_LIFE = Duration.ofSeconds(5);

    /** Payers: 30 seconds, since each is a request to somebody else's server. */
    static final Duration PAYER_LIFE = Duration.ofSeconds(30);

    /** Ids that nobody has: no client id has a blank. */
    private static final String NOBODY = "atr health";

    private static final String NOTHING = "atr-health";

    private static final Duration WAIT = Duration.ofSeconds(2);
    private static final HttpCall.Limits LIMITS = new HttpCall.Limits(4 << 20, WAIT, WAIT, WAIT);

    private Probes() {}

    /** Looks up what is not there: the cheapest question that what the Producer rests on has to answer. */
    static Probe ofProducer(
            ProducerBackend backend,
            ObjectProvider<ExportJobStore> exportJobs,
            ObjectProvider<ClientRegistry> clients,
            Clock clock) {
        Map<String, Runnable> lookUps = new LinkedHashMap<>();
        lookUps.put("backend", () -> backend.find(new Caller(NOBODY, "", null), new ListId(NOTHING)));
        exportJobs.ifAvailable(jobs -> lookUps.put("exportJobs", () -> jobs.find(NOTHING)));
        clients.ifAvailable(registry -> lookUps.put("clients", () -> registry.find(NOBODY)));
        return new Probe(() -> ofLookUps(lookUps), PRODUCER_LIFE, clock);
    }

    private static Probe.Finding ofLookUps(Map<String, Runnable> lookUps) {
        Map<String, String> details = new TreeMap<>();
        boolean up = true;
        for (Map.Entry<String, Runnable> lookUp : lookUps.entrySet()) {
            String answer = "answers";
            try {
                lookUp.getValue().run();
            } catch (RuntimeException e) {
                // The class alone: what a payer's system says may be about a member.
                answer = e.getClass().getName();
                up = false;
            }
            details.put(lookUp.getKey(), answer);
        }
        return new Probe.Finding(up, details);
    }

    /** Asks each payer, by name, for what its Producer publishes to everybody. */
    static SortedMap<String, Probe> ofPayers(PayerConnections payers, Clock clock) {
        SortedMap<String, Probe> probes = new TreeMap<>();
        for (String name : payers.names()) {
            ProducerConnection payer = payers.connection(name);
            probes.put(name, new Probe(() -> ofAnswer(payer), PAYER_LIFE, clock));
        }
        return probes;
    }

    /** Neither token nor body is of interest. */
    private static Probe.Finding ofAnswer(ProducerConnection payer) throws InterruptedException {
        String base = payer.fhirBase().toString();
        try {
            int status = status(payer, "/.well-known/smart-configuration", "application/json");
            if (status == 404) {
                status = status(payer, "/metadata", "application/fhir+json");
            }
            return new Probe.Finding(status == 200, Map.of("fhirBase", base, "status", Integer.toString(status)));
        } catch (RuntimeException e) {
            // Only what is thrown on purpose is sure to quote nothing secret.
            String why =
                    e instanceof AtrException ? e.getMessage() : e.getClass().getName();
            return new Probe.Finding(false, Map.of("fhirBase", base, "error", String.valueOf(why)));
        }
    }

    private static int status(ProducerConnection payer, String path, String type) throws InterruptedException {
        String base = payer.fhirBase().toString();
        URI address = URI.create((base.endsWith("/") ? base.substring(0, base.length() - 1) : base) + path);
        try (HttpReply reply = payer.egress()
                .send(new HttpCall("GET", address, HttpHeaders.of("Accept", type), new byte[0], 0, LIMITS))) {
            return reply.status();
        }
    }
}
