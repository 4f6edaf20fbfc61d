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
import java.util.concurrent.atomic.AtomicLong;
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
    private volatile Stage stage = new Stage("its beginning", 0, 0);
    private volatile @Nullable ListSnapshot reading;
    private volatile boolean stopped;
    private volatile boolean givenUp;

    /** How often the checkpoint was passed; written by the thread that writes the files, read by the one that looks on. */
    private final AtomicLong passed = new AtomicLong();

    private volatile @Nullable Instant time;

    // Of the thread that looks on
    private long seen;
    private long told;
    private int idleLooks;
    private int looksSinceStop;

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

    /**
     * Stops the run at its next row, and tells the payer's system that none is wanted. To be repeated until the run has
     * ended: what is told between two reads may not reach the second one.
     */
    void stop() {
        stopped = true;
        ListSnapshot snapshot = reading;
        if (snapshot != null) {
            try {
                snapshot.cancel();
            } catch (Throwable e) {
                // Whatever it is, those who look after all runs must go on
                incident(e);
            }
        }
    }

    /** Returns whether the run was told to stop. */
    boolean isStopped() {
        return stopped;
    }

    /**
     * Looks at the run from outside; called at even intervals by one thread. It is looks that count and no clock: while
     * the whole process stands still, nobody looks, and nobody is to blame.
     */
    void look() {
        long now = passed.get();
        idleLooks = now == seen ? idleLooks + 1 : 0;
        seen = now;
        if (stopped) {
            looksSinceStop++;
        }
    }

    /** Returns for how many looks in a row nothing was handed over. */
    int idleLooks() {
        return idleLooks;
    }

    /** Returns how many looks were taken since the run was told to stop. */
    int looksSinceStop() {
        return looksSinceStop;
    }

    /** Stores how many rows have come, if any have since this was last asked for. */
    void tellProgress() {
        Instant transactionTime = time;
        if (transactionTime != null && told != seen) {
            told = seen;
            Optional<ExportJob> unused = change(current -> current.withProgress(progress(), transactionTime));
        }
    }

    /**
     * Has the job fail since nothing comes any more, and stops the run.
     *
     * @param limit for how long nothing came
     */
    void abandon(Duration limit) {
        String at = stage.at;
        String reason = "The export was abandoned: at " + at + ", nothing came for " + limit.toSeconds() + " seconds.";
        Instant expires = context.clock().instant().plus(context.life());
        Optional<ExportJob> now = change(current -> current.failed(reason, expires));
        stop();
        if (now.filter(current -> current.state() == ExportJob.State.FAILED).isPresent()) {
            LOG.warn("Export {} has come no further at {} for {}", job.id(), at, limit);
            settle(now, "failed");
        }
    }

    /** From here on the run changes nothing, whenever it comes to its end: it was stopped, and others have gone on. */
    void giveUp() {
        givenUp = true;
        LOG.warn(
                "Export {} does not end although it was stopped: the payer's system holds its thread at {}",
                job.id(),
                stage.at);
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
            removeOlder();
            if (job.attempt() > MAX_ATTEMPTS) {
                throw new ExportFailure("It was begun " + MAX_ATTEMPTS
                        + " times and never came to its end. How far it came: " + job.progress() + ".");
            }
            List<OutputFile> files = write();
            enter("the manifest", job.types().size());
            Instant expires = context.clock().instant().plus(context.life());
            settle(change(current -> current.completed(files, expires)), "is complete");
            return Optional.empty();
        } catch (Stopped e) {
            return withdraw();
        } catch (ExportFailure e) {
            if (stopped) {
                return withdraw();
            }
            LOG.warn("Export {} failed at {}: {}", job.id(), stage.at, e.getMessage());
            return fail("The export was abandoned. " + e.getMessage());
        } catch (Throwable e) {
            // Also what a payer's system in another language throws undeclared: whatever it is, this export alone
            // fails.
            if (stopped) {
                return withdraw();
            }
            String incident = incident(e);
            if (e instanceof StoreFailure) {
                return fail("The export was abandoned: its file of " + stage.at + " can't be written. Incident "
                        + incident + ".");
            }
            return e instanceof AtrException passing && passing.isRetryable()
                    ? Optional.of(pause())
                    : fail("The export failed at " + stage.at + " and was abandoned. Incident " + incident + ".");
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
            Instant transactionTime = snapshot.transactionTime();
            time = transactionTime;
            int done = 0;
            for (ResourceType next : job.types()) {
                enter(next.code(), done);
                report(transactionTime);
                written.addAll(writeFiles(
                        next.code(),
                        next,
                        OutputFile.Kind.OUTPUT,
                        out -> known.write(snapshot, next, selection, out, this::pass)));
                done++;
            }
            if (job.parameters().since() != null) {
                enter("deletions", done);
                written.addAll(writeFiles(
                        "deleted",
                        Deletions.BUNDLE,
                        OutputFile.Kind.DELETED,
                        out -> Deletions.write(snapshot, job.types(), out, this::pass)));
            }
            enter("the patients asked for", done);
            Slices.strangers(snapshot, job.parameters(), this::pass).forEach(patient -> messages.add(skipped(patient)));
        } finally {
            reading = null;
        }
        enter(OUTCOME.code(), job.types().size());
        written.addAll(writeFiles("messages", OUTCOME, OutputFile.Kind.ERROR, out -> writeMessages(messages, out)));
        requireWanted();
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
            requireWanted();
            return series.finish();
        }
    }

    private void requireWanted() {
        if (stopped) {
            throw new Stopped();
        }
    }

    private void pass() {
        requireWanted();
        // One thread writes it, and whoever looks on may be a moment behind
        passed.lazySet(passed.getPlain() + 1);
    }

    private void enter(String at, int typesDone) {
        stage = new Stage(at, typesDone, passed.getPlain());
    }

    private String progress() {
        Stage now = stage;
        long rows = Math.max(0, passed.get() - now.passedBefore);
        return now.typesDone + " of " + job.types().size() + " resource types written, at " + now.at + ": " + rows
                + " rows";
    }

    /** Records how far the run is, unless a later attempt or a deletion has taken the job out of its hands. */
    private void report(Instant transactionTime) {
        requireWanted();
        if (change(current -> current.withProgress(progress(), transactionTime))
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
        if (givenUp) {
            return Optional.empty();
        }
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

    private void removeOlder() throws StoreFailure {
        try {
            AttemptFiles.removeBefore(context.files(), job.id(), job.attempt());
        } catch (IOException e) {
            throw new StoreFailure(e);
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
        return context.incidents().report("export " + job.id() + " at " + stage.at, failure);
    }

    /**
     * How far the run is.
     *
     * @param at what is being written
     * @param typesDone resource types written
     * @param passedBefore how often the checkpoint was passed before
     */
    private record Stage(String at, int typesDone, long passedBefore) {}

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
