package dev.atr.consumer.export;

import dev.atr.consumer.internal.FhirPeer;
import dev.atr.core.bulk.ExportManifest;
import dev.atr.core.error.AtrException;
import dev.atr.core.error.DeadlineException;
import dev.atr.core.error.ExportFailedException;
import dev.atr.core.error.ProtocolException;
import dev.atr.core.error.TransportException;
import dev.atr.core.fhir.OperationOutcome.Issue;
import dev.atr.http.HttpHeaders;
import dev.atr.http.Sleeper;
import dev.atr.http.client.HttpCall;
import dev.atr.http.client.HttpReply;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An export at the Producer. It lives there: this object may be thrown away and made again from {@link #statusUrl()}.
 * Thread-safe; one thread waits, any thread may {@link #cancel()}.
 *
 * @see <a href="https://hl7.org/fhir/uv/bulkdata/STU2/export.html">Bulk Data 2.0.0, "Bulk Data Status Request"</a>
 */
public final class ExportJob {
    /** Status requests that may fail in a row for want of an answer before {@link #await} gives up: 5. */
    public static final int MAX_SILENT_FAILURES = 5;

    /** Pages of one manifest that are read at most: 10 000. */
    public static final int MAX_MANIFEST_PAGES = 10_000;

    private static final Logger LOG = LoggerFactory.getLogger(ExportJob.class);
    private static final HttpHeaders STATUS_HEADERS = HttpHeaders.of("Accept", "application/json");
    private static final Duration LONGEST_QUIET_WAIT = Duration.ofMinutes(1);
    private static final int LONGEST_PROGRESS = 100;

    // Only the request for the status failed, says the Producer; the job goes on.
    private static final Set<String> PASSING = Set.of("transient", "timeout", "throttled", "lock-error");

    /** A status, and perhaps its reason, as in the first line of an answer. */
    private static final Pattern STATUS = Pattern.compile("[1-5][0-9]{2}( .*)?");

    private final FhirPeer peer;
    private final URI statusUrl;
    private final Clock clock;
    private final Sleeper sleeper;

    private volatile boolean deleted;
    private volatile Instant notBefore = Instant.MIN;

    ExportJob(FhirPeer peer, URI statusUrl, Clock clock, Sleeper sleeper) {
        this.peer = peer;
        this.statusUrl = statusUrl;
        this.clock = clock;
        this.sleeper = sleeper;
    }

    /** Returns the address of the job, to be kept for {@link BulkExportClient#resume}. It may be a capability. */
    public URI statusUrl() {
        return statusUrl;
    }

    /**
     * Waits until the Producer finishes this export, as {@link #await(Duration, Consumer)} does, without telling
     * anybody how far it is.
     */
    public CompletedExport await(Duration timeout) throws InterruptedException {
        return await(timeout, progress -> {});
    }

    /**
     * Waits until the Producer finishes this export. Between two status requests it waits as long as
     * {@code Retry-After} says, but between 1 s and 10 min; without that header the waits double from 1 s to 1 min. A
     * Producer that is busy or briefly unavailable is asked again, more and more rarely.
     *
     * @param timeout longest total wait from this call; positive
     * @param onProgress told after each status request how far the Producer is, in its own words: at most 100
     *     characters, without control characters; empty when it does not say
     * @return what the export offers
     * @throws DeadlineException when the timeout passes; the job goes on and can be resumed
     * @throws ExportFailedException when the Producer reports that it gave up, or the job was cancelled here
     * @throws dev.atr.core.error.RejectedException when the Producer refuses the status request; with 404 or 410 the
     *     job is not there any more
     * @throws dev.atr.core.error.AuthorizationException when it does not accept our token, not even a new one
     * @throws TransportException when it gave no answer {@value #MAX_SILENT_FAILURES} times in a row; the job goes on
     * @throws ProtocolException when it answers what the specifications forbid
     * @throws dev.atr.core.error.InvalidContentException when the manifest is none
     * @throws InterruptedException when the waiting thread is interrupted; the job goes on
     */
    public CompletedExport await(Duration timeout, Consumer<String> onProgress) throws InterruptedException {
        Objects.requireNonNull(onProgress, "onProgress");
        if (timeout.isZero() || timeout.isNegative()) {
            throw new IllegalArgumentException("timeout: longer than zero");
        }
        Instant deadline = clock.instant().plus(timeout);
        Backoff whileRunning = new Backoff(LONGEST_QUIET_WAIT);
        Backoff whileFailing = new Backoff(FhirPeer.LONGEST_WAIT);
        int silentFailures = 0;
        while (true) {
            sleepUntilDue(deadline, timeout);
            if (deleted) {
                throw cancelled();
            }
            try (HttpReply reply = status(statusUrl)) {
                int jobStatus = jobStatus(reply);
                if (jobStatus == 200) {
                    CompletedExport export = completed(reply);
                    LOG.info("export finished: {} files", export.allFiles().size());
                    return export;
                }
                if (jobStatus == 202) {
                    onProgress.accept(progress(reply));
                    pause(peer.retryAfter(reply).orElseGet(whileRunning::next));
                    whileFailing.reset();
                } else {
                    throwUnlessPassing(reply);
                    pause(peer.retryAfter(reply).orElseGet(whileFailing::next));
                }
                silentFailures = 0;
            } catch (TransportException e) {
                silentFailures++;
                if (silentFailures == MAX_SILENT_FAILURES) {
                    throw e;
                }
                pause(e.retryAfter().orElseGet(whileFailing::next));
            }
        }
    }

    /**
     * Tells the Producer that this export is not wanted any more: a running job ends, the files of a finished one are
     * freed. A job that is left alone expires by itself.
     *
     * @return whether the Producer has taken note or has forgotten the job already; {@code false} when it does not
     *     offer deletion
     * @throws dev.atr.core.error.RejectedException when it refuses for another reason; nothing changed
     * @throws dev.atr.core.error.AuthorizationException when it does not accept our token
     * @throws TransportException when no answer came; try again
     */
    public boolean delete() throws InterruptedException {
        deleted = true;
        HttpCall call = HttpCall.delete(statusUrl, HttpHeaders.of("Accept", "application/fhir+json"));
        try (HttpReply reply = peer.send(call, true)) {
            int status = reply.status();
            if ((status >= 200 && status < 300) || status == 404 || status == 410) {
                return true;
            }
            if (status == 405 || status == 501) {
                return false;
            }
            throw peer.failure("delete of an export", reply);
        }
    }

    /** Ends a running export: what {@link #delete()} does, by the name that reads better before the end. */
    public boolean cancel() throws InterruptedException {
        return delete();
    }

    private void sleepUntilDue(Instant deadline, Duration timeout) throws InterruptedException {
        Duration left = Duration.between(clock.instant(), deadline);
        // A clock that was set back must not turn a short wait into a long one.
        Duration wait = notBefore.equals(Instant.MIN) ? Duration.ZERO : Duration.between(clock.instant(), notBefore);
        wait = wait.compareTo(FhirPeer.LONGEST_WAIT) > 0 ? FhirPeer.LONGEST_WAIT : wait;
        boolean late = wait.compareTo(left) > 0 || left.isNegative();
        Duration sleep = late ? left : wait;
        if (!sleep.isNegative() && !sleep.isZero()) {
            sleeper.sleep(sleep);
        }
        if (late) {
            throw new DeadlineException("export: not finished after " + timeout);
        }
    }

    private void pause(Duration wait) {
        notBefore = clock.instant().plus(wait);
    }

    private HttpReply status(URI address) throws InterruptedException {
        return peer.send(HttpCall.get(address, STATUS_HEADERS), true);
    }

    /**
     * Returns the status of the job: that of the reply, unless the Producer tells it apart, in a header of a reply with
     * {@code 200}. It is believed whether this client has asked for it or another one that began the job.
     */
    private static int jobStatus(HttpReply reply) {
        if (reply.status() != 200) {
            return reply.status();
        }
        String status = reply.headers().first("X-Export-Status").orElse("").trim();
        return STATUS.matcher(status).matches() ? Integer.parseInt(status.substring(0, 3)) : 200;
    }

    /** Returns when the reply speaks of a passing trouble; throws what any other one means. */
    private void throwUnlessPassing(HttpReply reply) {
        int status = reply.status();
        if (status == 200) {
            List<Issue> issues = peer.issues(reply);
            throw new ExportFailedException(
                    "status request: the export failed with " + jobStatus(reply) + FhirPeer.codes(issues), issues);
        }
        if (deleted && (status == 404 || status == 410)) {
            throw cancelled();
        }
        if (status == 429 || status == 503) {
            return;
        }
        if (status < 500 || status == 502 || status == 504) {
            throw failure(reply);
        }
        List<Issue> issues = peer.issues(reply);
        if (issues.stream().noneMatch(issue -> PASSING.contains(issue.code().code()))) {
            throw new ExportFailedException(
                    "status request: the export failed with " + status + FhirPeer.codes(issues), issues);
        }
    }

    private AtrException failure(HttpReply reply) {
        return reply.status() < 300
                ? new ProtocolException("status request: expected 200 or 202, got " + reply.status())
                : peer.failure("status request", reply);
    }

    private static ExportFailedException cancelled() {
        return new ExportFailedException("export: cancelled by this client", List.of());
    }

    private static String progress(HttpReply reply) {
        return reply.headers()
                .first("X-Progress")
                .map(text -> FhirPeer.printable(text, LONGEST_PROGRESS))
                .orElse("");
    }

    private CompletedExport completed(HttpReply first) throws InterruptedException {
        ExportManifest whole = ExportManifest.read(first.bytes());
        Set<URI> read = new HashSet<>(Set.of(statusUrl));
        URI page = statusUrl;
        while (whole.next() != null) {
            page = peer.named("manifest: next link", page, whole.next().toString());
            if (!peer.mayReceiveToken(page)) {
                throw new ProtocolException("manifest: next link is on an origin that may not receive our token");
            }
            if (!read.add(page) || read.size() > MAX_MANIFEST_PAGES) {
                throw new ProtocolException("manifest: the next links do not end");
            }
            try (HttpReply reply = status(page)) {
                if (reply.status() != 200) {
                    throw failure(reply);
                }
                whole = joined(whole, ExportManifest.read(reply.bytes()));
            }
        }
        return CompletedExport.of(peer, statusUrl, whole);
    }

    private static ExportManifest joined(ExportManifest before, ExportManifest page) {
        if (before.requiresAccessToken() != page.requiresAccessToken()) {
            throw new ProtocolException("manifest: its pages disagree about requiresAccessToken");
        }
        return new ExportManifest(
                before.transactionTime(),
                before.request(),
                before.requiresAccessToken(),
                joined(before.output(), page.output()),
                joined(before.deleted(), page.deleted()),
                joined(before.error(), page.error()),
                page.next());
    }

    private static <T> List<T> joined(List<T> before, List<T> page) {
        List<T> both = new ArrayList<>(before);
        both.addAll(page);
        return both;
    }

    /** Returns nothing of the address: it may be a capability. */
    @Override
    public String toString() {
        return "ExportJob";
    }
}
