package dev.atr.producer.spi;

import dev.atr.core.attribution.ListId;
import dev.atr.core.fhir.OperationOutcome;
import dev.atr.core.fhir.ResourceType;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An export, from kick-off to expiry. A plain value; {@link ExportJobStore} keeps it.
 *
 * @param id unguessable: at least 128 random bits as text
 * @param caller who kicked it off; only this client may see it
 * @param list what is exported
 * @param exportType which kind of export, {@code hl7.fhir.us.davinci-atr} for the guide's own
 * @param types the resource types, in the order in which they are written
 * @param parameters what else the client asked for
 * @param request the kick-off address without credentials, as it stands in the manifest
 * @param created when it was kicked off
 * @param state where it is
 * @param attempt how often somebody began to write it: 0 while it waits for its first turn. Only the newest attempt may
 *     change the job, and its number is in the names of its files
 * @param progress short text for {@code X-Progress}; at most 100 characters
 * @param transactionTime point in time of the data; absent until the snapshot is open
 * @param files what was written; only complete files are ever listed
 * @param messages what the client is told beside the resources: parameters left aside, types left out. They stand in the
 *     message file of the finished job
 * @param failure text for the client when it failed, without content; absent otherwise
 * @param expires when job and files go away; absent until it has ended
 */
public record ExportJob(
        String id,
        Caller caller,
        ListId list,
        String exportType,
        List<ResourceType> types,
        ExportParameters parameters,
        URI request,
        Instant created,
        State state,
        int attempt,
        String progress,
        @Nullable Instant transactionTime,
        List<OutputFile> files,
        List<OperationOutcome.Issue> messages,
        @Nullable String failure,
        @Nullable Instant expires) {
    /** Copies the lists. */
    public ExportJob {
        types = List.copyOf(types);
        files = List.copyOf(files);
        messages = List.copyOf(messages);
    }

    /** Returns the job in the hands of its next attempt. */
    public ExportJob begun() {
        return changed(state, attempt + 1, progress, transactionTime, files, failure, expires);
    }

    /** Returns a copy that says how far the export is. */
    public ExportJob withProgress(String newProgress, Instant newTransactionTime) {
        return changed(state, attempt, newProgress, newTransactionTime, files, failure, expires);
    }

    /** Returns the finished job with its files. */
    public ExportJob completed(List<OutputFile> newFiles, Instant newExpires) {
        return changed(State.COMPLETE, attempt, progress, transactionTime, newFiles, null, newExpires);
    }

    /** Returns the job as given up, without files. */
    public ExportJob failed(String newFailure, Instant newExpires) {
        return changed(State.FAILED, attempt, progress, transactionTime, List.of(), newFailure, newExpires);
    }

    private ExportJob changed(
            State newState,
            int newAttempt,
            String newProgress,
            @Nullable Instant newTransactionTime,
            List<OutputFile> newFiles,
            @Nullable String newFailure,
            @Nullable Instant newExpires) {
        return new ExportJob(
                id,
                caller,
                list,
                exportType,
                types,
                parameters,
                request,
                created,
                newState,
                newAttempt,
                newProgress,
                newTransactionTime,
                newFiles,
                messages,
                newFailure,
                newExpires);
    }

    /** Returns id and state only: the request may name patients. */
    @Override
    public String toString() {
        return "ExportJob[" + id + " " + state + "]";
    }

    /** Where a job is in its life. */
    public enum State {
        /** Waiting or being written. */
        RUNNING,
        /** All files are complete. */
        COMPLETE,
        /** Given up. */
        FAILED
    }

    /**
     * A finished file, in each form in which it is stored. Both forms decode to the same lines.
     *
     * @param type the resource type of its lines; {@code OperationOutcome} for messages, {@code Bundle} for deletions
     * @param kind where the manifest lists it
     * @param count number of lines
     * @param plain the lines as they are; its name is that of the file
     * @param gzip the lines as one gzip member; absent when the file is stored as it is only
     */
    public record OutputFile(
            ResourceType type,
            Kind kind,
            long count,
            Form plain,
            @Nullable Form gzip) {
        /** Returns the file's name within the job, for example {@code 1.Patient.0001.ndjson} of the first attempt. */
        public String name() {
            return plain.name();
        }

        /** Where the manifest lists a file. */
        public enum Kind {
            /** Exported resources. */
            OUTPUT,
            /** Which resources were deleted. */
            DELETED,
            /** Messages about the export. */
            ERROR
        }
    }

    /**
     * The bytes of a file as {@link ExportFiles} keeps them.
     *
     * @param name their name within the job
     * @param bytes how many they are
     * @param sha256 their digest in lower-case hex
     */
    public record Form(String name, long bytes, String sha256) {}
}
