package dev.atr.producer.internal.export;

import dev.atr.core.error.AtrException;
import dev.atr.core.fhir.OperationOutcome;
import dev.atr.core.fhir.OperationOutcome.Issue;
import dev.atr.core.fhir.OperationOutcome.IssueCode;
import dev.atr.core.fhir.OperationOutcome.Severity;
import dev.atr.core.fhir.ResourceKey;
import dev.atr.core.fhir.ResourceType;
import dev.atr.core.json.OutcomeJson;
import dev.atr.producer.spi.ExportJob;
import dev.atr.producer.spi.ExportJob.OutputFile;
import dev.atr.producer.spi.ListSnapshot;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One attempt at a job: writes every file, then lists them all in one step, unless a later attempt has begun meanwhile.
 * Whatever happens before leaves nothing that a client could see. Performed once by some thread; {@link #stop} may be
 * called by any.
 */
final class ExportRun {
    /** Attempts before a job is given up: 10. What takes a process down ten times will do so again. */
    static final int MAX_ATTEMPTS = 10;

    private static final Logger LOG = LoggerFactory.getLogger(ExportRun.class);
    private static final ResourceType OUTCOME = new ResourceType("OperationOutcome");
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

    private final ExportJob job;
    private final @Nullable ExportType type;
    private final ExportContext context;
    private volatile String at = "its beginning";
    private volatile @Nullable ListSnapshot reading;
    private volatile boolean stopped;

    /**
     * Creates an attempt.
     *
     * @param job the job as it began this attempt
     * @param type what kind of export it is; absent when this Producer does not know it
     * @param context what all parts of an export share
     */
    ExportRun(ExportJob job, @Nullable ExportType type, ExportContext context) {
        this.job = job;
        this.type = type;
        this.context = context;
    }

    /** Returns the id of the job. */
    String id() {
        return job.id();
    }

    /** Stops the run at its next row, and tells the payer's system that none is wanted. */
    void stop() {
        stopped = true;
        ListSnapshot snapshot = reading;
        if (snapshot != null) {
            try {
                snapshot.cancel();
            } catch (RuntimeException e) {
                incident(e);
            }
        }
    }

    /** Returns whether this attempt is the one that may go on, by a job as it is stored now. */
    boolean mayGoOn(ExportJob current) {
        return current.state() == ExportJob.State.RUNNING && current.attempt() == job.attempt();
    }

    /**
     * Writes and publishes the files, or records why there are none.
     *
     * @return empty when there is nothing more to do; otherwise how long to wait before the next attempt
     */
    Optional<Duration> perform() {
        LOG.info(
                "Export {} of list {} for client {} began, attempt {}",
                job.id(),
                job.list(),
                job.caller().clientId(),
                job.attempt());
        try {
            AttemptFiles.removeBefore(context.files(), job.id(), job.attempt());
            if (job.attempt() > MAX_ATTEMPTS) {
                throw new ExportFailure("It was begun " + MAX_ATTEMPTS + " times and never came to its end.");
            }
            List<OutputFile> files = write();
            at = "the manifest";
            Instant expires = context.clock().instant().plus(context.life());
            settle(change(current -> current.completed(files, expires)), "is complete");
            return Optional.empty();
        } catch (Stopped e) {
            return withdraw();
        } catch (ExportFailure e) {
            LOG.warn("Export {} failed at {}: {}", job.id(), at, e.getMessage());
            return fail("The export was abandoned. " + e.getMessage());
        } catch (Throwable e) {
            // Also what a payer's system in another language throws undeclared: whatever it is, this export alone
            // fails.
            if (stopped) {
                return withdraw();
            }
            String incident = incident(e);
            if (e instanceof IOException) {
                return fail("The export was abandoned: its file of " + at + " can't be written. Incident " + incident
                        + ".");
            }
            return e instanceof AtrException passing && passing.isRetryable()
                    ? Optional.of(pause())
                    : fail("The export failed at " + at + " and was abandoned. Incident " + incident + ".");
        }
    }

    private List<OutputFile> write() throws IOException {
        ExportType known = type;
        if (known == null) {
            throw new ExportFailure("Its export type is not served here any more.");
        }
        List<OutputFile> written = new ArrayList<>();
        List<Issue> messages = new ArrayList<>(job.messages());
        Selection selection =
                Selection.of(job.parameters(), job.types(), context.backend().typeFilters());
        Optional<ListSnapshot> opened = Slices.open(context.backend(), job.caller(), job.list(), job.parameters());
        try (ListSnapshot snapshot =
                opened.orElseThrow(() -> new ExportFailure("The list is no longer available to the client."))) {
            reading = snapshot;
            Instant time = snapshot.transactionTime();
            int done = 0;
            for (ResourceType next : job.types()) {
                at = next.code();
                report(done + " of " + job.types().size() + " resource types written", time);
                written.addAll(writeFiles(
                        next.code(),
                        next,
                        OutputFile.Kind.OUTPUT,
                        out -> known.write(snapshot, next, selection, out, this::pass)));
                done++;
            }
            if (job.parameters().since() != null) {
                at = "deletions";
                written.addAll(writeFiles(
                        "deleted",
                        Deletions.BUNDLE,
                        OutputFile.Kind.DELETED,
                        out -> Deletions.write(snapshot, job.types(), out, this::pass)));
            }
            Slices.strangers(snapshot, job.parameters()).forEach(patient -> messages.add(skipped(patient)));
        } finally {
            reading = null;
        }
        at = OUTCOME.code();
        written.addAll(writeFiles("messages", OUTCOME, OutputFile.Kind.ERROR, out -> writeMessages(messages, out)));
        pass();
        return written;
    }

    /** Says that a patient was left aside (C-08), by the id that the client itself has sent. */
    private Issue skipped(ResourceKey patient) {
        return new Issue(
                Severity.WARNING,
                IssueCode.NOT_FOUND,
                patient.reference() + " is not a member of " + job.list().key().reference() + " and was skipped.",
                PatientParameter.NAME);
    }

    private void writeMessages(List<Issue> messages, LineStream out) throws IOException {
        for (Issue issue : messages) {
            out.write(OutcomeJson.write(new OperationOutcome(List.of(issue)), context.version()));
            out.endLine();
        }
    }

    private List<OutputFile> writeFiles(String stem, ResourceType of, OutputFile.Kind kind, Lines lines)
            throws IOException {
        try (FileSeries series = new FileSeries(job, stem, of, kind, context)) {
            lines.writeTo(series);
            return series.finish();
        }
    }

    private void pass() {
        if (stopped) {
            throw new Stopped();
        }
    }

    /** Records how far the run is, unless a later attempt or a deletion has taken the job out of its hands. */
    private void report(String progress, Instant transactionTime) {
        pass();
        if (change(current -> current.withProgress(progress, transactionTime))
                .filter(this::mayGoOn)
                .isEmpty()) {
            throw new Stopped();
        }
    }

    /** Changes the job in one step if this attempt still may; otherwise leaves it as it is. */
    private Optional<ExportJob> change(UnaryOperator<ExportJob> change) {
        return context.jobs().update(job.id(), current -> mayGoOn(current) ? change.apply(current) : current);
    }

    private Optional<Duration> fail(String reason) {
        try {
            Instant expires = context.clock().instant().plus(context.life());
            settle(change(current -> current.failed(reason, expires)), "failed");
            return Optional.empty();
        } catch (RuntimeException e) {
            incident(e);
            return Optional.of(pause());
        }
    }

    /** Ends a run that was stopped: its job is gone or in other hands, or this Producer is being closed. */
    private Optional<Duration> withdraw() {
        Optional<ExportJob> current = context.jobs().find(job.id());
        if (current.filter(this::mayGoOn).isEmpty()) {
            settle(current, "was left");
            return Optional.empty();
        }
        LOG.info("Export {} was interrupted, attempt {}", job.id(), job.attempt());
        removeOwn();
        return Optional.of(FIRST_PAUSE);
    }

    /** Removes what nobody may see, now that the job is as it is. */
    private void settle(Optional<ExportJob> current, String outcome) {
        if (current.filter(now -> now.attempt() != job.attempt()).isPresent()) {
            LOG.info("Export {} is in the hands of a later attempt than {}", job.id(), job.attempt());
            removeOwn();
            return;
        }
        LOG.info("Export {} {}, attempt {}", job.id(), current.isEmpty() ? "was deleted" : outcome, job.attempt());
        if (current.filter(now -> now.state() == ExportJob.State.COMPLETE).isEmpty()) {
            try {
                context.files().delete(job.id());
            } catch (IOException e) {
                incident(e);
            }
        }
    }

    private void removeOwn() {
        try {
            AttemptFiles.removeBefore(context.files(), job.id(), job.attempt() + 1);
        } catch (IOException e) {
            incident(e);
        }
    }

    private Duration pause() {
        Duration pause = FIRST_PAUSE.multipliedBy(1L << Math.min(job.attempt() - 1, MAX_ATTEMPTS));
        return pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE;
    }

    private String incident(Throwable failure) {
        return context.incidents().report("export " + job.id() + " at " + at, failure);
    }

    @FunctionalInterface
    private interface Lines {
        void writeTo(LineStream out) throws IOException;
    }

    /** The run was told to stop. */
    private static final class Stopped extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Stopped() {
            super(null, null, false, false);
        }
    }
}
