package dev.atr.producer.internal.export;

import dev.atr.core.bulk.ExportManifest;
import dev.atr.core.bulk.ExportManifest.Entry;
import dev.atr.core.fhir.OperationOutcome;
import dev.atr.core.fhir.OperationOutcome.IssueCode;
import dev.atr.http.FhirResponse;
import dev.atr.http.HttpDate;
import dev.atr.http.HttpHeaders;
import dev.atr.producer.internal.routing.Call;
import dev.atr.producer.internal.routing.MediaTypes;
import dev.atr.producer.internal.routing.Replies;
import dev.atr.producer.spi.ExportJob;
import dev.atr.producer.spi.ExportJob.OutputFile;
import java.net.URI;
import java.time.Duration;
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
        ExportJob job = jobs.readable(call);
        ExportScopes.require(call.scopes(), job.types());
        return switch (job.state()) {
            case RUNNING -> running(job);
            case COMPLETE -> complete(job);
            case FAILED -> failed(job, call.contentType());
        };
    }

    /** Answers a delete request: a running job is stopped, an ended one is forgotten; its files go either way. */
    public FhirResponse delete(Call call) {
        if (!exports.remove(jobs.owned(call).id())) {
            throw ClientJobs.unknown();
        }
        return replies.outcome(
                202,
                call.contentType(),
                OperationOutcome.information("The job was deleted and its files are being removed."));
    }

    private FhirResponse running(ExportJob job) {
        // A short export is asked for soon, a long one seldom: a tenth of its age, as whole seconds.
        long age = Duration.between(job.created(), context.clock().instant()).toSeconds();
        long wait = Math.max(1, Math.min(MAX_WAIT_SECONDS, age / 10));
        return FhirResponse.of(202, HttpHeaders.of("X-Progress", job.progress(), "Retry-After", Long.toString(wait)));
    }

    private FhirResponse complete(ExportJob job) {
        ExportManifest manifest = new ExportManifest(
                Objects.requireNonNull(job.transactionTime(), "transactionTime"),
                job.request().toString(),
                true,
                entries(job, OutputFile.Kind.OUTPUT),
                List.of(),
                entries(job, OutputFile.Kind.ERROR),
                null);
        return replies.json(200, MediaTypes.JSON, manifest.write()).with("Expires", expires(job));
    }

    private FhirResponse failed(ExportJob job, String contentType) {
        String failure = Objects.requireNonNullElse(job.failure(), "The export failed and was abandoned.");
        return replies.outcome(500, contentType, OperationOutcome.error(IssueCode.EXCEPTION, failure))
                .with("Expires", expires(job));
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
                        file.count()))
                .toList();
    }
}
