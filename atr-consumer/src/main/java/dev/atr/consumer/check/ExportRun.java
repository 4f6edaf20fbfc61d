package dev.atr.consumer.check;

import dev.atr.consumer.internal.FhirPeer;
import dev.atr.core.error.AtrException;
import dev.atr.core.error.DeadlineException;
import dev.atr.core.error.ProtocolException;
import dev.atr.http.HttpHeaders;
import dev.atr.http.RetryAfter;
import dev.atr.http.client.HttpCall;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** One export at the Producer, from kick-off to deletion, looked at on its way. For one thread. */
final class ExportRun {
    static final HttpHeaders ASYNCHRONOUS = Visit.FHIR.with("Prefer", "respond-async");
    private static final HttpHeaders JSON = HttpHeaders.of("Accept", "application/json");
    private static final Duration USUAL_WAIT = Duration.ofSeconds(2);

    private final Visit visit;
    private final URI status;
    private boolean deleted;

    private ExportRun(Visit visit, URI status) {
        this.visit = visit;
        this.status = status;
    }

    /**
     * Takes up the job that a kick-off began.
     *
     * @return empty when it began none
     * @throws ProtocolException when it says so and does not say where
     */
    static Optional<ExportRun> of(Visit visit, HttpCall kickOff, Answer answer) {
        if (answer.status() != 202) {
            return Optional.empty();
        }
        String location = answer.headers()
                .first("Content-Location")
                .orElseThrow(() -> new ProtocolException("kick-off: 202 without Content-Location"));
        return Optional.of(
                new ExportRun(visit, visit.peer.named("kick-off: Content-Location", kickOff.uri(), location)));
    }

    /** Takes back the job that a kick-off began, if it began one. */
    static void drop(Visit visit, HttpCall kickOff, Answer answer) throws InterruptedException {
        Optional<ExportRun> run = of(visit, kickOff, answer);
        if (run.isPresent()) {
            run.get().drop();
        }
    }

    /** Returns whether a stranger is let in to the status. */
    Answer statusWithoutToken() throws InterruptedException {
        return visit.getBare(status, JSON);
    }

    /** Waits for the end and returns the manifest's answer. */
    Answer await(Duration patience) throws InterruptedException {
        Instant deadline = visit.producer.clock().instant().plus(patience);
        while (true) {
            Answer answer = visit.send(HttpCall.get(status, JSON));
            if (answer.status() == 200) {
                return answer;
            }
            if (answer.status() == 202) {
                visit.notes.conforms("BULK-STAT-001");
                visit.notes.expect(
                        "BULK-STAT-003",
                        answer.headers().first("Retry-After").isPresent(),
                        "202 comes without Retry-After");
            } else if (answer.status() != 429 && answer.status() != 503) {
                throw new ProtocolException("status request: status " + answer.status());
            }
            if (visit.producer.clock().instant().isAfter(deadline)) {
                throw new DeadlineException("an export: not finished after " + patience);
            }
            visit.producer.sleeper().sleep(wait(answer));
        }
    }

    private Duration wait(Answer answer) {
        return RetryAfter.of(
                        answer.headers(),
                        visit.producer.clock().instant(),
                        FhirPeer.SHORTEST_WAIT,
                        FhirPeer.LONGEST_WAIT)
                .orElse(USUAL_WAIT);
    }

    /** Returns the address of the job, against which those in the manifest are read. */
    URI status() {
        return status;
    }

    /** Frees what the Producer keeps for us, and looks at how it does so. */
    void delete() throws InterruptedException {
        deleted = true;
        Answer answer = visit.send(HttpCall.delete(status, Visit.FHIR));
        if (answer.status() == 405 || answer.status() == 501) {
            visit.notes.notLookedAt("the Producer does not delete jobs", "BULK-DEL-002", "BULK-DEL-004");
            return;
        }
        visit.notes.expect("BULK-DEL-002", answer.status() == 202, "delete of a job: status " + answer.status());
        Answer after = visit.send(HttpCall.get(status, JSON));
        visit.notes.expect(
                "BULK-DEL-004",
                after.status() == 404 && after.isOutcome(),
                "status of a deleted job: " + after.status() + ", expected 404 with an OperationOutcome");
    }

    /** Frees what is left; when even that fails, the job expires by itself. */
    void drop() throws InterruptedException {
        if (deleted) {
            return;
        }
        deleted = true;
        try {
            Answer unused = visit.send(HttpCall.delete(status, Visit.FHIR));
        } catch (AtrException e) {
            // What went wrong before tells more.
        }
    }
}
