package dev.atr.consumer.sync;

import dev.atr.consumer.ProducerConnection;
import dev.atr.consumer.discovery.ListClient;
import dev.atr.consumer.export.BulkExportClient;
import dev.atr.consumer.export.DownloadOptions;
import dev.atr.consumer.export.DownloadedExport;
import dev.atr.consumer.export.ExportRequest;
import dev.atr.consumer.sync.ListDiff.Outcome;
import dev.atr.core.attribution.AttributionList;
import dev.atr.core.attribution.ListId;
import dev.atr.core.error.AtrException;
import dev.atr.core.error.ExportFailedException;
import dev.atr.core.error.RejectedException;
import dev.atr.core.fhir.FhirVersion;
import dev.atr.core.file.OwnerOnly;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps exact local copies of the lists of one Producer, and says who is new, who left, who moved to another provider and
 * whose coverage changed. Several of them, one a Producer, may share a store.
 *
 * <pre>{@code
 * try (ListStore store = ListStore.inFile(Path.of("lists"))) {
 *     ListSync sync = ListSync.builder(producer, store, Path.of("lists.work")).build();
 *     ListDiff diff = sync.run(listId);
 *     try (MemberChanges changes = store.changes(diff)) {
 *         for (MemberChange change = changes.next(); change != null; change = changes.next()) {
 *             inbox.add(change);
 *         }
 *     }
 *     store.markReported(diff);
 * }
 * }</pre>
 *
 * <p>A run compares versions, exports what it needs, and makes the copy what the export says, in one transaction. A process
 * that is killed at any moment goes on with the same call: nothing that was fetched is fetched again, and every change
 * stands in the store once. Memory does not grow with the list.
 *
 * <p>An export of the changes since the last one is asked for where that is known to be enough: not for the first copy, not
 * when the last whole export is older than {@link #WHOLE_EVERY}, and not at a Producer that has once refused it, or left
 * out what a new member needs.
 *
 * <p>Starts no thread of its own beyond a call. For one thread at a time.
 */
public final class ListSync {
    /**
     * How many of the members of a list may vanish at once, in percent: 20. A month rarely takes more than some; a payer's
     * mistake often takes all of them.
     */
    public static final double DEFAULT_MAX_CHURN = 20;

    /** How long a copy of an unchanged version is believed: a day. Coverages may change without a new version of a list. */
    public static final Duration REFRESH_EVERY = Duration.ofDays(1);

    /** How long exports of changes may follow one another without a whole one: 30 days. */
    public static final Duration WHOLE_EVERY = Duration.ofDays(30);

    /** How a Producer says that it does not know a parameter of an export. */
    private static final Set<Integer> REFUSES_PARAMETERS = Set.of(400, 422, 501);

    private static final Logger LOG = LoggerFactory.getLogger(ListSync.class);

    private final URI producer;
    private final ListClient lists;
    private final BulkExportClient exports;
    private final ListStore store;
    private final Path work;
    private final Clock clock;
    private final double maxChurn;
    private final Since since;
    private final DownloadOptions downloads;

    private ListSync(Builder settings) {
        this.producer = settings.producer.fhirBase();
        this.lists = new ListClient(settings.producer);
        this.exports = new BulkExportClient(settings.producer);
        this.store = settings.store;
        this.work = settings.work;
        this.clock = settings.producer.clock();
        this.maxChurn = settings.maxChurn;
        this.since = settings.since;
        this.downloads = settings.downloads;
    }

    /**
     * Begins to say what is kept where.
     *
     * @param producer with credentials that may read lists
     * @param store where the copies are; stays the caller's to close
     * @param work a folder for the files of exports under way; made, for its owner alone, when it is absent. The same at
     *     each call, so that a killed run finds what it has fetched
     */
    public static Builder builder(ProducerConnection producer, ListStore store, Path work) {
        return new Builder(producer, store, work);
    }

    /** What a run exports. */
    public enum Since {
        /** What has changed, where that is enough; otherwise everything. */
        AUTO,
        /** Everything, whether or not the Producer tells of a new version. */
        FULL
    }

    /** Settings. For one thread. */
    public static final class Builder {
        private final ProducerConnection producer;
        private final ListStore store;
        private final Path work;
        private double maxChurn = DEFAULT_MAX_CHURN;
        private Since since = Since.AUTO;
        private DownloadOptions downloads = DownloadOptions.DEFAULT;

        private Builder(ProducerConnection producer, ListStore store, Path work) {
            this.producer = Objects.requireNonNull(producer, "producer");
            this.store = Objects.requireNonNull(store, "store");
            this.work = Objects.requireNonNull(work, "work");
        }

        /**
         * Sets how many of the members of a list may vanish at once; the default is {@link #DEFAULT_MAX_CHURN}.
         *
         * @param percent from 0 to 100; with 100 nothing is too much
         * @throws IllegalArgumentException when it is less or more
         */
        public Builder maxChurn(double percent) {
            if (!(percent >= 0 && percent <= 100)) {
                throw new IllegalArgumentException("maxChurn: from 0 to 100 percent");
            }
            maxChurn = percent;
            return this;
        }

        /** Sets what a run exports; the default is {@link Since#AUTO}. */
        public Builder since(Since value) {
            since = Objects.requireNonNull(value, "since");
            return this;
        }

        /** Sets how exports are fetched. */
        public Builder downloads(DownloadOptions value) {
            downloads = Objects.requireNonNull(value, "downloads");
            return this;
        }

        /** Returns the synchronisation; asks nothing yet. */
        public ListSync build() {
            return new ListSync(this);
        }
    }

    /**
     * Takes the copy of a list away, with its changes, with what no other list refers to, and with the files of a run that
     * has not come to its end. The Producer is not asked. No run of the list may be under way.
     *
     * @param store where the copy is
     * @param producer the Producer's FHIR base, as it was when the list was copied
     * @param list the list
     * @param work the folder for files on their way that runs of the list were given
     * @return whether there was a copy, or the beginning of one
     * @throws ListStoreException when the database fails; the copy is as it was
     * @throws IOException when files can't be removed; the copy is gone, and its files may be removed by hand
     */
    public static boolean forget(ListStore store, URI producer, ListId list, Path work) throws IOException {
        Optional<List<String>> begun = store.write("forgetting a list", session -> {
            lock(session, producer);
            Optional<CopiedList> copy = CopiedList.find(session, producer, list);
            if (copy.isEmpty()) {
                return Optional.empty();
            }
            List<String> folders = SyncRun.foldersOfUnfinished(session, copy.get());
            new HeldResources(session, copy.get()).removeList(list);
            return Optional.of(folders);
        });
        for (String folder : begun.orElse(List.of())) {
            remove(work.resolve(folder));
        }
        return begun.isPresent();
    }

    /**
     * Makes the copy of one list what the Producer's is, goes on where an earlier run was ended, and frees the files of
     * its export at the Producer afterwards.
     *
     * @return what was found. Where an earlier run had come to its end but for its transaction, there may be one more in
     *     {@link ListStore#unreported}
     * @throws IllegalStateException when another process is at work on the list
     * @throws AtrException when the Producer does not answer, refuses, or answers what can't be used; the copy is as it was,
     *     and the same call goes on
     * @throws ListStoreException when the database fails; the same
     * @throws IOException when the working folder can't be written or read; the same
     * @throws InterruptedException when the waiting thread is interrupted; the same
     */
    public ListDiff run(ListId id) throws IOException, InterruptedException {
        Objects.requireNonNull(id, "id");
        if (!Files.exists(work)) {
            Path parent = work.toAbsolutePath().getParent();
            if (parent != null) {
                Files.createDirectories(parent);
            }
            Files.createDirectories(work, OwnerOnly.folder(work));
        }
        releaseFinished();
        AttributionList now = lists.find(id).orElse(null);
        if (now == null) {
            return nothing(id, Outcome.NOT_FOUND, null);
        }
        CopiedList copy = copyOf(id);
        ListDiff resumed = resume(id, copy);
        copy = copyOf(id);
        if (resumed != null && (resumed.outcome() == Outcome.STOPPED || isCurrent(copy, now))) {
            return resumed;
        }
        if (resumed == null && since != Since.FULL && isCurrent(copy, now)) {
            return nothing(id, Outcome.UNCHANGED, copy.version());
        }
        return begin(id, copy, mayAskSince(copy) ? copy.nextSince() : null);
    }

    private CopiedList copyOf(ListId id) {
        try {
            return store.write("looking for a list", session -> CopiedList.findOrAdd(session, producer, id));
        } catch (ListStoreException e) {
            // Somebody else has added it, or the payer, at the same moment
            return store.read("looking for a list", session -> CopiedList.find(session, producer, id))
                    .orElseGet(() ->
                            store.write("looking for a list", session -> CopiedList.findOrAdd(session, producer, id)));
        }
    }

    private ListDiff nothing(ListId id, Outcome outcome, @Nullable String version) {
        return new ListDiff(null, producer, id, outcome, version, version, 0, 0, Map.of());
    }

    private boolean isCurrent(CopiedList copy, AttributionList now) {
        return copy.version() != null && copy.version().equals(now.version()) && isWithin(REFRESH_EVERY, copy.synced());
    }

    private boolean mayAskSince(CopiedList copy) {
        return since == Since.AUTO && !copy.sinceUnsafe() && isWithin(WHOLE_EVERY, copy.fullRun());
    }

    /** Returns whether something happened so recently; what a clock that was ahead has stamped did not. */
    private boolean isWithin(Duration recent, @Nullable Instant then) {
        Instant now = clock.instant();
        return then != null && !then.isAfter(now) && then.plus(recent).isAfter(now);
    }

    /** Goes on with a run that did not come to its end; absent when there is none, or nothing is left of it. */
    private @Nullable ListDiff resume(ListId id, CopiedList copy) throws IOException, InterruptedException {
        SyncRun run = store.read("looking for an unfinished run", session -> SyncRun.unfinished(session, copy))
                .orElse(null);
        if (run == null) {
            return null;
        }
        if (since == Since.FULL && run.since() != null) {
            end(run, SyncRun.ABANDONED);
            return null;
        }
        try {
            return finish(id, copy, run);
        } catch (RejectedException | ExportFailedException e) {
            if (e.isRetryable()) {
                throw e;
            }
            // The Producer has forgotten the export; another one is asked for.
            LOG.info("the export of list {} that was under way is gone; another one begins", id);
            end(run, SyncRun.ABANDONED);
            return null;
        }
    }

    private ListDiff begin(ListId id, CopiedList copy, @Nullable Instant changedSince)
            throws IOException, InterruptedException {
        SyncRun run =
                store.write("beginning a run", session -> SyncRun.begin(session, copy, changedSince, clock.instant()));
        return finish(id, copy, run);
    }

    private ListDiff finish(ListId id, CopiedList copy, SyncRun run) throws IOException, InterruptedException {
        DownloadedExport export;
        try {
            export = fetch(id, run);
        } catch (RejectedException e) {
            if (run.since() == null || !REFUSES_PARAMETERS.contains(e.status())) {
                throw e;
            }
            giveUpChanges(copy, run);
            LOG.info("the Producer exports no changes of list {}; it is exported whole", id);
            return begin(id, copy, null);
        }
        FhirVersion version = lists.fhirVersion();
        ListDiff diff;
        try {
            diff = apply(id, run, export, version);
        } catch (AtrException e) {
            // What can't be used now can't be used by the next call either: that asks anew, and frees this one
            end(run, SyncRun.ABANDONED);
            throw e;
        }
        if (diff == null) {
            giveUpChanges(copy, run);
            release(export);
            LOG.info("the changes of list {} leave out what new members need; it is exported whole", id);
            return begin(id, copy, null);
        }
        release(export);
        LOG.info("list {} compared: {}, {} changes", id, diff.outcome(), diff.changes());
        return diff;
    }

    /** Ends a run whose export of changes is not enough, or not to be had; never again one of this list. */
    private void giveUpChanges(CopiedList copy, SyncRun run) {
        store.write("noting that changes are not enough", session -> {
            session.update("update atr.attribution_list set since_unsafe = true where list_key = ?", copy.key());
            return run.end(session, SyncRun.ABANDONED, clock.instant());
        });
    }

    private DownloadedExport fetch(ListId id, SyncRun run) throws IOException, InterruptedException {
        Path folder = work.resolve(run.folder());
        try {
            Optional<DownloadedExport> whole = DownloadedExport.find(folder);
            if (whole.isPresent()) {
                return whole.get();
            }
            ExportRequest request = ExportRequest.attributionList(id);
            return exports.download(run.since() == null ? request : request.since(run.since()), folder, downloads);
        } catch (IllegalArgumentException e) {
            throw new IllegalStateException("list " + id + ": another run is using " + folder, e);
        }
    }

    /** Compares and writes, in one transaction; returns nothing when the export is not enough. */
    private @Nullable ListDiff apply(ListId id, SyncRun run, DownloadedExport export, FhirVersion version)
            throws IOException {
        ListDiff found = transaction(id, run, export, version);
        if (found == null || found.outcome() != Outcome.STOPPED) {
            return found;
        }
        store.write("stopping a run", session -> {
            session.update(
                    "update atr.sync_run set version_before = ?, version = ?, members_before = ?, members = ? where run = ?",
                    found.versionBefore(),
                    found.version(),
                    found.membersBefore(),
                    found.members(),
                    run.number());
            return run.end(session, SyncRun.STOPPED, clock.instant());
        });
        return found;
    }

    private @Nullable ListDiff transaction(ListId id, SyncRun run, DownloadedExport export, FhirVersion version)
            throws IOException {
        try (Session session = store.begin()) {
            ListDiff found = compare(session, id, run, export, version);
            if (found != null && found.outcome() == Outcome.UPDATED) {
                session.commit();
            }
            return found;
        } catch (SQLException e) {
            throw ListStoreException.of("comparing a list", e);
        }
    }

    private @Nullable ListDiff compare(
            Session session, ListId id, SyncRun run, DownloadedExport export, FhirVersion version)
            throws SQLException, IOException {
        lock(session, producer);
        CopiedList copy = CopiedList.find(session, producer, id)
                .orElseThrow(() -> new IllegalStateException("list " + id + ": was forgotten meanwhile"));
        if (!run.end(session, SyncRun.APPLIED, clock.instant())) {
            // By another process, which has taken up the same run
            return run.diff(session, producer, id)
                    .orElseThrow(() -> new IllegalStateException("list " + id + ": another run has begun meanwhile"));
        }
        AttributionList header = new StagedExport(session, id, version).stage(export);
        Comparison comparison = new Comparison(session, copy);
        if (run.since() != null && comparison.lacksNewMembers()) {
            return null;
        }
        comparison.run();
        long before = comparison.membersBefore();
        long members = comparison.members();
        boolean tooMuch = comparison.dropped() * 100.0 > maxChurn * before;
        ListDiff diff = new ListDiff(
                run.number(),
                producer,
                id,
                tooMuch ? Outcome.STOPPED : Outcome.UPDATED,
                copy.version(),
                header.version(),
                before,
                members,
                comparison.counts());
        if (!tooMuch) {
            CopyUpdate update = new CopyUpdate(session, copy, run);
            update.keepChanges();
            update.updateMembers();
            update.updateResources(id);
            update.finish(header, export.transactionTime(), before, members, clock.instant());
        }
        return diff;
    }

    /** From here on nobody else compares this payer's lists: two of them share resources. */
    private static void lock(Session session, URI producer) throws SQLException {
        session.list(
                "select payer_key from atr.payer where fhir_base = ? for update",
                row -> row.getInt(1),
                producer.toString());
    }

    private void end(SyncRun run, String state) {
        store.write("ending a run", session -> run.end(session, state, clock.instant()));
    }

    /** Frees what runs have left that were killed after their transaction. */
    private void releaseFinished() throws IOException, InterruptedException {
        List<Path> folders;
        try (Stream<Path> entries = Files.list(work)) {
            folders = entries.filter(
                            entry -> String.valueOf(entry.getFileName()).matches(SyncRun.FOLDER_NAME))
                    .sorted()
                    .toList();
        }
        for (Path folder : folders) {
            boolean over = store.read(
                    "looking for a run",
                    session -> SyncRun.isOver(session, producer, String.valueOf(folder.getFileName())));
            if (over) {
                Optional<DownloadedExport> export = DownloadedExport.find(folder);
                if (export.isPresent()) {
                    release(export.get());
                } else {
                    remove(folder);
                }
            }
        }
    }

    /** The copy has it all: neither the Producer nor the folder need keep the files. */
    private void release(DownloadedExport export) throws IOException, InterruptedException {
        try {
            exports.resume(export.statusUrl()).delete();
        } catch (AtrException e) {
            LOG.warn("the Producer still keeps its files of an export; they expire by themselves: {}", e.getMessage());
        }
        remove(export.folder());
    }

    private static void remove(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> entries = Files.walk(folder)) {
            for (Path entry : entries.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(entry);
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }
}
