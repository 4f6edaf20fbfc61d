package dev.atr.consumer.export;

import dev.atr.consumer.internal.FhirPeer;
import dev.atr.core.error.AtrException;
import dev.atr.core.error.ExportFailedException;
import dev.atr.core.error.ProtocolException;
import dev.atr.core.error.RejectedException;
import dev.atr.http.Sleeper;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/** One run of a download: takes up the folder's journal where it stands and goes on to the end. For one thread. */
final class ExportDownload implements FileTransfer.PartialFiles {
    /** Transfers of one file that may fail one after the other, without that one has brought it further. */
    private static final int MAX_ATTEMPTS = 3;

    private static final int PROGRESS_BYTES = 1 << 20;

    /** How often in a row one file may be put off. */
    private static final int MAX_WAITS = 20;

    /** How a Producer says that it is asked for too much. */
    private static final Set<Integer> BUSY = Set.of(429, 503);

    // A file that answers so may have got another address since the manifest was read.
    private static final Set<Integer> EXPIRED = Set.of(401, 403, 404, 410);

    private final BulkExportClient client;
    private final URI fhirBase;
    private final FileSource files;
    private final Sleeper sleeper;
    private final DownloadOptions how;
    private final DownloadFolder folder;
    private final Turns turns;

    // Also written by the threads that fetch
    private @Nullable Journal journal;

    ExportDownload(
            BulkExportClient client,
            URI fhirBase,
            FileSource files,
            Sleeper sleeper,
            DownloadOptions how,
            DownloadFolder folder) {
        this.client = client;
        this.fhirBase = fhirBase;
        this.files = files;
        this.sleeper = sleeper;
        this.how = how;
        this.folder = folder;
        this.turns = new Turns(how.threads());
    }

    DownloadedExport run(ExportRequest request) throws IOException, InterruptedException {
        Journal found = folder.journal().orElse(null);
        if (found == null) {
            // Written when there is a job: a request that the Producer refuses leaves the folder free for another.
            found = Journal.begun(fhirBase, request, client.kickOff(request).statusUrl());
            folder.write(found);
        } else if (!fhirBase.equals(found.fhirBase()) || !request.equals(found.request())) {
            throw new IllegalArgumentException("folder: holds the export of another request");
        }
        requireUnfinished(found);
        if (found.manifest() != null) {
            return fetchAll(found, client.completed(found.statusUrl(), found.manifest()));
        }
        CompletedExport export;
        try {
            export = client.resume(found.statusUrl()).await(how.timeout(), how.listener()::exporting);
        } catch (ExportFailedException | RejectedException e) {
            if (!e.isRetryable()) {
                // This job will never be done: the next run begins another one.
                folder.forget();
            }
            throw e;
        }
        return fetchAll(found.withManifest(export.manifest()), export);
    }

    DownloadedExport run(CompletedExport export) throws IOException, InterruptedException {
        Journal found = folder.journal().orElse(null);
        if (found == null) {
            found = Journal.begun(fhirBase, null, export.statusUrl()).withManifest(export.manifest());
        } else if (!export.statusUrl().equals(found.statusUrl())) {
            throw new IllegalArgumentException("folder: holds another export");
        }
        requireUnfinished(found);
        return fetchAll(found, export);
    }

    private static void requireUnfinished(Journal journal) {
        if (journal.complete()) {
            throw new IllegalArgumentException("folder: holds a finished export");
        }
    }

    private DownloadedExport fetchAll(Journal begun, CompletedExport offered) throws IOException, InterruptedException {
        write(begun);
        CompletedExport export = offered;
        boolean renewed = false;
        while (true) {
            SortedMap<Integer, ExportFile> wanted = numbered(export.allFiles());
            SortedMap<Integer, DownloadedFile> present = present(wanted);
            try {
                fetchMissing(wanted, present);
                placed(present.values());
                write(journal().completed());
                folder.removeUnfinished();
                return new DownloadedExport(
                        folder.path(),
                        export.statusUrl(),
                        export.transactionTime(),
                        journal().files());
            } catch (RejectedException e) {
                if (renewed || !EXPIRED.contains(e.status())) {
                    throw e;
                }
            }
            // Addresses may expire before the files do. The manifest is asked for once more, and files keep their
            // numbers, as long as it still speaks of the same ones.
            renewed = true;
            export = renewed(export);
            write(journal().withManifest(export.manifest()).withFiles(present.values()));
        }
    }

    private CompletedExport renewed(CompletedExport before) throws IOException, InterruptedException {
        CompletedExport after;
        try {
            after = client.resume(before.statusUrl()).await(how.timeout());
        } catch (RejectedException e) {
            if (journal().request() != null && (e.status() == 404 || e.status() == 410)) {
                // The job is gone, and with it the rest of its files: the next run begins another export. Two exports
                // are two states of the list, so nothing of this one is kept.
                for (DownloadedFile file : journal().files()) {
                    Files.deleteIfExists(file.path());
                }
                folder.forget();
            }
            throw e;
        }
        boolean same = before.transactionTime().equals(after.transactionTime())
                && outline(before).equals(outline(after))
                && numbered(before.allFiles())
                        .keySet()
                        .equals(numbered(after.allFiles()).keySet());
        if (!same) {
            throw new ProtocolException("manifest: lists other files than when the download began");
        }
        return after;
    }

    private static List<List<Object>> outline(CompletedExport export) {
        return export.allFiles().stream()
                .map(file -> List.<Object>of(file.kind(), file.type(), file.expectedCount()))
                .toList();
    }

    /** Numbers the files from 1 in the manifest's order; of several entries with one address, the first stands. */
    private static SortedMap<Integer, ExportFile> numbered(List<ExportFile> all) {
        SortedMap<Integer, ExportFile> numbered = new TreeMap<>();
        Set<URI> seen = new HashSet<>();
        for (int i = 0; i < all.size(); i++) {
            if (seen.add(all.get(i).url())) {
                numbered.put(i + 1, all.get(i));
            }
        }
        return numbered;
    }

    /** Returns the files that the journal knows and that are still there at their length, by number. */
    private SortedMap<Integer, DownloadedFile> present(Map<Integer, ExportFile> wanted) throws IOException {
        Map<Path, DownloadedFile> known = new HashMap<>();
        for (DownloadedFile file : journal().files()) {
            known.put(file.path(), file);
        }
        SortedMap<Integer, DownloadedFile> present = new TreeMap<>();
        for (Map.Entry<Integer, ExportFile> entry : wanted.entrySet()) {
            Path path = folder.path()
                    .resolve(DownloadFolder.fileName(
                            entry.getKey(), entry.getValue().type()));
            DownloadedFile file = known.get(path);
            if (file != null && Files.isRegularFile(path) && Files.size(path) == file.bytes()) {
                present.put(entry.getKey(), file);
            }
        }
        return present;
    }

    /** Fetches what is missing, several at once, and adds it to what is present. The first failure ends them all. */
    private void fetchMissing(Map<Integer, ExportFile> wanted, Map<Integer, DownloadedFile> present)
            throws IOException, InterruptedException {
        List<Integer> missing = new ArrayList<>(wanted.keySet());
        missing.removeAll(present.keySet());
        how.listener().downloading(missing.size());
        if (missing.isEmpty()) {
            return;
        }
        List<Thread> threads = new ArrayList<>();
        ExecutorService workers = Executors.newFixedThreadPool(Math.min(how.threads(), missing.size()), task -> {
            Thread thread = new Thread(task, "atr-download-" + (threads.size() + 1));
            thread.setDaemon(true);
            threads.add(thread);
            return thread;
        });
        CompletionService<Map.Entry<Integer, DownloadedFile>> results = new ExecutorCompletionService<>(workers);
        try {
            for (Integer number : missing) {
                ExportFile file = Objects.requireNonNull(wanted.get(number));
                results.submit(() -> Map.entry(number, fetch(number, file)));
            }
            for (int i = 0; i < missing.size(); i++) {
                Map.Entry<Integer, DownloadedFile> result = results.take().get();
                present.put(result.getKey(), result.getValue());
                placed(present.values());
                how.listener().finished(result.getValue());
            }
        } catch (ExecutionException e) {
            throw unwrapped(e);
        } finally {
            workers.shutdownNow();
            join(threads);
        }
    }

    /** Waits until all threads have ended; an interrupt meanwhile is kept for later. */
    private static void join(List<Thread> threads) {
        boolean interrupted = false;
        for (Thread thread : threads) {
            while (thread.isAlive()) {
                try {
                    thread.join();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Returns what a worker threw, as it was thrown. */
    private static IOException unwrapped(ExecutionException e) throws InterruptedException {
        Throwable cause = e.getCause();
        if (cause instanceof IOException io) {
            return io;
        }
        if (cause instanceof InterruptedException interrupted) {
            throw interrupted;
        }
        if (cause instanceof RuntimeException runtime) {
            throw runtime;
        }
        if (cause instanceof Error error) {
            throw error;
        }
        throw new IllegalStateException(cause);
    }

    private DownloadedFile fetch(int number, ExportFile file) throws IOException, InterruptedException {
        FileTransfer transfer = new FileTransfer(files, folder, how.listener(), this, number, file);
        Backoff backoff = new Backoff(FhirPeer.LONGEST_WAIT);
        long reached = 0;
        int failures = 0;
        int waits = 0;
        while (true) {
            try {
                return inTurn(transfer);
            } catch (AtrException e) {
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
                if (isBusy(e)) {
                    waits++;
                } else {
                    // One that has come further than any before it did not fail for nothing
                    failures = transfer.farthest() >= reached + PROGRESS_BYTES ? 1 : failures + 1;
                    reached = Math.max(reached, transfer.farthest());
                    waits = 0;
                }
                if (!e.isRetryable() || failures == MAX_ATTEMPTS || waits > MAX_WAITS) {
                    throw e;
                }
                sleeper.sleep(e.retryAfter().orElseGet(backoff::next));
            }
        }
    }

    private DownloadedFile inTurn(FileTransfer transfer) throws IOException, InterruptedException {
        turns.take();
        try {
            DownloadedFile fetched = transfer.run();
            turns.oneMore();
            return fetched;
        } catch (AtrException e) {
            if (isBusy(e)) {
                turns.halve();
            }
            throw e;
        } finally {
            turns.giveBack();
        }
    }

    private static boolean isBusy(AtrException e) {
        return e instanceof RejectedException refused && BUSY.contains(refused.status());
    }

    @Override
    public synchronized Optional<PartialFile> find(String name) {
        return journal().open().stream()
                .filter(file -> file.name().equals(name))
                .findFirst();
    }

    @Override
    public synchronized void begun(String name, @Nullable PartialFile open) throws IOException {
        Journal next = journal().withOpen(name, open);
        if (!next.equals(journal())) {
            write(next);
        }
    }

    private synchronized void placed(Collection<DownloadedFile> present) throws IOException {
        write(journal().withFiles(present));
    }

    private synchronized Journal journal() {
        return Objects.requireNonNull(journal);
    }

    private synchronized void write(Journal next) throws IOException {
        folder.write(next);
        journal = next;
    }
}
