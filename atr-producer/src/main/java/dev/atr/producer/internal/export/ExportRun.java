package dev.atr.producer.internal.export;

import dev.atr.core.fhir.OperationOutcome;
import dev.atr.core.fhir.OperationOutcome.Issue;
import dev.atr.core.fhir.ResourceType;
import dev.atr.core.json.OutcomeJson;
import dev.atr.producer.spi.ExportFiles;
import dev.atr.producer.spi.ExportJob;
import dev.atr.producer.spi.ExportJob.OutputFile;
import dev.atr.producer.spi.ListSnapshot;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One run of a job: writes every file, then lists them all in one step. Whatever happens in between leaves no file. Run
 * once by some thread; the other methods may be called by any.
 */
final class ExportRun implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(ExportRun.class);
    private static final ResourceType OUTCOME = new ResourceType("OperationOutcome");
    private static final int BUFFER = 64 * 1024;

    private final ExportJob job;
    private final ExportType type;
    private final ExportContext context;
    private final Runnable onEnd;
    private final AtomicReference<Phase> phase = new AtomicReference<>(Phase.WAITING);
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile @Nullable String stopReason;

    ExportRun(ExportJob job, ExportType type, ExportContext context, Runnable onEnd) {
        this.job = job;
        this.type = type;
        this.context = context;
        this.onEnd = onEnd;
    }

    /**
     * Stops the run at its next row, or before it has begun.
     *
     * @param reason what the client is told, if the job is still there to tell it
     */
    void stop(String reason) {
        stopReason = reason;
        if (phase.compareAndSet(Phase.WAITING, Phase.ENDED)) {
            end(reason, List.of());
        }
    }

    /** Waits until the run has ended and let go of its files; not longer than some nanoseconds. */
    void awaitEnd(long nanos) throws InterruptedException {
        ended.await(nanos, TimeUnit.NANOSECONDS);
    }

    @Override
    public void run() {
        if (!phase.compareAndSet(Phase.WAITING, Phase.RUNNING)) {
            return;
        }
        LOG.info(
                "Export {} of list {} for client {} began",
                job.id(),
                job.list(),
                job.caller().clientId());
        List<OutputFile> written = new ArrayList<>();
        Position position = new Position();
        // Stands when an error such as exhausted memory ends the run past all handlers.
        @Nullable String failure = "The export failed and was abandoned.";
        try {
            write(written, position);
            failure = null;
        } catch (Stopped e) {
            failure = e.getMessage();
        } catch (ExportFailure e) {
            failure = "The export was abandoned. " + e.getMessage();
            LOG.warn("Export {} failed at {}: {}", job.id(), position.at, e.getMessage());
        } catch (RuntimeException | IOException e) {
            String reason = stopReason;
            failure = reason != null
                    ? reason
                    : "The export failed at " + position.at + " and was abandoned. Incident "
                            + context.incidents().report("export " + job.id() + " at " + position.at, e) + ".";
        } finally {
            // An interrupt was meant for the work, not for its tidy end.
            boolean interrupted = Thread.interrupted();
            end(failure, written);
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void write(List<OutputFile> written, Position position) throws IOException {
        Optional<ListSnapshot> opened = context.backend().snapshot(job.caller(), job.list());
        try (ListSnapshot snapshot =
                opened.orElseThrow(() -> new ExportFailure("The list is no longer available to the client."))) {
            Instant time = snapshot.transactionTime();
            int done = 0;
            for (ResourceType next : job.types()) {
                position.at = next.code();
                report(done + " of " + job.types().size() + " resource types written", time);
                writeFile(next.code(), next, OutputFile.Kind.OUTPUT, out -> type.write(snapshot, next, out, this::pass))
                        .ifPresent(written::add);
                done++;
            }
        }
        position.at = OUTCOME.code();
        writeFile("messages", OUTCOME, OutputFile.Kind.ERROR, this::writeMessages)
                .ifPresent(written::add);
        pass();
    }

    private long writeMessages(OutputStream out) throws IOException {
        for (Issue issue : job.messages()) {
            out.write(OutcomeJson.write(new OperationOutcome(List.of(issue)), context.version()));
            out.write('\n');
        }
        return job.messages().size();
    }

    /** Writes one file; without a line there is no file (C-16). */
    private Optional<OutputFile> writeFile(String stem, ResourceType of, OutputFile.Kind kind, Lines lines)
            throws IOException {
        String name = stem + ".0001.ndjson";
        try (ExportFiles.Pending file = context.files().create(job.id(), name)) {
            MeasuredStream measured = new MeasuredStream(file.stream());
            BufferedOutputStream out = new BufferedOutputStream(measured, BUFFER);
            long count = lines.writeTo(out);
            if (count == 0) {
                return Optional.empty();
            }
            out.flush();
            file.publish();
            return Optional.of(new OutputFile(name, of, kind, count, measured.length(), measured.sha256Hex()));
        }
    }

    private void pass() {
        String reason = stopReason;
        if (reason != null) {
            throw new Stopped(reason);
        }
    }

    /** Records how far the run is; a job that is no more was deleted, maybe by way of another node. */
    private void report(String progress, Instant transactionTime) {
        pass();
        if (context.jobs()
                .update(job.id(), current -> current.withProgress(progress, transactionTime))
                .isEmpty()) {
            throw new Stopped("The export was cancelled.");
        }
    }

    /** Lists the files, or removes them and records why there are none. */
    private void end(@Nullable String failure, List<OutputFile> written) {
        phase.set(Phase.ENDED);
        try {
            Instant expires = context.clock().instant().plus(context.life());
            boolean kept = context.jobs()
                    .update(
                            job.id(),
                            current -> failure == null
                                    ? current.completed(written, expires)
                                    : current.failed(failure, expires))
                    .isPresent();
            if (failure != null || !kept) {
                context.files().delete(job.id());
            }
            LOG.info(
                    "Export {} {}: {} files, {} bytes",
                    job.id(),
                    !kept ? "was deleted" : failure == null ? "is complete" : "failed",
                    written.size(),
                    written.stream().mapToLong(OutputFile::bytes).sum());
        } catch (RuntimeException | IOException e) {
            context.incidents().report("recording the end of export " + job.id(), e);
        } finally {
            onEnd.run();
            ended.countDown();
        }
    }

    private enum Phase {
        WAITING,
        RUNNING,
        ENDED
    }

    /** The resource type at hand. */
    private static final class Position {
        private String at = "Group";
    }

    @FunctionalInterface
    private interface Lines {
        /** Writes lines and returns their number. */
        long writeTo(OutputStream out) throws IOException;
    }

    /** The run was told to stop; the message is the reason. */
    private static final class Stopped extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Stopped(String reason) {
            super(reason, null, false, false);
        }
    }
}
