package dev.atr.producer.internal.export;

import dev.atr.core.bulk.ExportManifest;
import dev.atr.core.bulk.ExportManifest.Entry;
import dev.atr.core.fhir.OperationOutcome;
import dev.atr.core.fhir.OperationOutcome.IssueCode;
import dev.atr.http.FhirResponse;
import dev.atr.http.HttpDate;
import dev.atr.http.HttpHeaders;
import dev.atr.producer.ExportOption;
import dev.atr.producer.internal.routing.Call;
import dev.atr.producer.internal.routing.MediaTypes;
import dev.atr.producer.internal.routing.Reason;
import dev.atr.producer.internal.routing.Refusal;
import dev.atr.producer.internal.routing.Replies;
import dev.atr.producer.spi.ExportJob;
import dev.atr.producer.spi.ExportJob.OutputFile;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;

/**
 * {@code [base]/$export-status/[job]}: how far an export is, its manifest, and its end.
 *
 * @see <a href="https://hl7.org/fhir/uv/bulkdata/STU2/export.html">Bulk Data 2.0.0, "Bulk Data Status Request" and "Bulk
 *     Data Delete Request"</a>
 */
public final class JobStatus {
    /** Longest wait that is asked for between two status requests: two minutes. */
    private static final long MAX_WAIT_SECONDS = 120;

    private final Exports exports;
    private final ExportContext context;
    private final ClientJobs jobs;
    private final Replies replies;

    /** Creates the status over the jobs of this Producer. */
    public JobStatus(Exports exports, ExportContext context) {
        this.exports = exports;
        this.context = context;
        this.jobs = new ClientJobs(exports, context);
        this.replies = new Replies(context.version());
    }

    /** Answers a status request. */
    public FhirResponse status(Call call) {
        exports.polls()
                .stillRefused(
                        call.variable(0),
                        call.caller().clientId(),
                        context.clock().instant())
                .ifPresent(JobStatus::refuse);
        ExportJob job = jobs.readable(call);
        ExportScopes.require(call.scopes(), job.types());
        if (job.state() == ExportJob.State.RUNNING) {
            return running(job);
        }
        exports.polls().forget(job.id());
        return job.state() == ExportJob.State.COMPLETE ? complete(job) : failed(job, call.contentType());
    }

    /** Answers a delete request: a running job is stopped, an ended one is forgotten; its files go either way. */
    public FhirResponse delete(Call call) {
        String id = jobs.owned(call).id();
        if (!exports.remove(id)) {
            throw ClientJobs.unknown();
        }
        return replies.outcome(
                202,
                call.contentType(),
                OperationOutcome.information("The job was deleted and its files are being removed."));
    }

    private FhirResponse running(ExportJob job) {
        // A short export is asked for soon, a long one seldom: a tenth of its age, as whole seconds. To begin with ten
        // seconds would be gentler, but make most exports of small lists take ten times as long as they do.
        Instant now = context.clock().instant();
        long age = Duration.between(job.created(), now).toSeconds();
        long wait = Math.max(1, Math.min(MAX_WAIT_SECONDS, age / 10));
        exports.polls()
                .poll(job.id(), job.caller().clientId(), now, Duration.ofSeconds(wait))
                .ifPresent(JobStatus::refuse);
        return answer(job, "202 Accepted", FhirResponse.of(202, HttpHeaders.none()))
                .with("X-Progress", job.progress())
                .with("Retry-After", Long.toString(wait));
    }

    private static void refuse(Duration rest) {
        throw Refusal.of(Reason.THROTTLED, "The status is asked for more often than Retry-After allows.")
                .retryAfter(rest);
    }

    /** Returns an answer as it is, or as {@code 200} with the status in a header of its own, as the client asked for. */
    private static FhirResponse answer(ExportJob job, String status, FhirResponse answer) {
        return job.parameters().separateStatus()
                ? new FhirResponse(200, answer.headers().with("X-Export-Status", status), answer.body())
                : answer;
    }

    private FhirResponse complete(ExportJob job) {
        ExportManifest manifest = new ExportManifest(
                Objects.requireNonNull(job.transactionTime(), "transactionTime"),
                job.request().toString(),
                true,
                entries(job, OutputFile.Kind.OUTPUT),
                entries(job, OutputFile.Kind.DELETED),
                entries(job, OutputFile.Kind.ERROR),
                null);
        byte[] json = context.has(ExportOption.MANIFEST_V4) ? manifest.writeVersion4() : manifest.write();
        return answer(job, "200 OK", replies.json(200, MediaTypes.JSON, json))
                .with("Content-Disposition", "attachment; filename=\"manifest.json\"")
                .with("Expires", expires(job));
    }

    private FhirResponse failed(ExportJob job, String contentType) {
        String failure = Objects.requireNonNullElse(job.failure(), "The export failed and was abandoned.");
        FhirResponse failed = replies.outcome(500, contentType, OperationOutcome.error(IssueCode.EXCEPTION, failure));
        return answer(job, "500 Internal Server Error", failed).with("Expires", expires(job));
    }

    private static String expires(ExportJob job) {
        return HttpDate.format(Objects.requireNonNull(job.expires(), "expires"));
    }

    private List<Entry> entries(ExportJob job, OutputFile.Kind kind) {
        return job.files().stream()
                .filter(file -> file.kind() == kind)
                .map(file -> new Entry(
                        file.type().code(),
                        URI.create(context.base() + "/$export-file/" + job.id() + "/" + file.name()),
                        file.count(),
                        file.plain().bytes(),
                        file.plain().sha256()))
                .toList();
    }
}
