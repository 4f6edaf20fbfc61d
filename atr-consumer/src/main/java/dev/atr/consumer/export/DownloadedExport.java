package dev.atr.consumer.export;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * A whole export on disk.
 *
 * @param folder where it is
 * @param statusUrl the job at the Producer, which still keeps its files; {@link BulkExportClient#resume} and
 *     {@link ExportJob#delete} free them
 * @param transactionTime what the next export passes to {@link ExportRequest#since}
 * @param files every file, in the manifest's order: resources, deletions, messages
 */
public record DownloadedExport(Path folder, URI statusUrl, Instant transactionTime, List<DownloadedFile> files) {
    /** Copies the list. */
    public DownloadedExport {
        files = List.copyOf(files);
    }

    /**
     * Finds the whole export that an earlier download has left in a folder.
     *
     * @return empty when there is none, or its download is not finished
     * @throws IllegalArgumentException when the folder's {@code export.json} is not one of this library
     * @throws IOException when the folder can't be read
     */
    public static Optional<DownloadedExport> find(Path folder) throws IOException {
        Path file = folder.resolve(DownloadFolder.JOURNAL);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        Journal journal = Journal.read(Files.readAllBytes(file), folder);
        if (!journal.complete() || journal.manifest() == null) {
            return Optional.empty();
        }
        Instant time = Objects.requireNonNull(journal.manifest()).transactionTime();
        return Optional.of(new DownloadedExport(folder, journal.statusUrl(), time, journal.files()));
    }

    /**
     * Returns the files of one resource type.
     *
     * @param type the name of the type, for example {@code Coverage}
     * @return empty when the type was not asked for or has no data
     */
    public List<DownloadedFile> filesOf(String type) {
        return files.stream()
                .filter(file -> file.kind() == ExportFile.Kind.OUTPUT
                        && file.type().code().equals(type))
                .toList();
    }

    /** Returns the number of files: the status address may be a capability. */
    @Override
    public String toString() {
        return "DownloadedExport[" + files.size() + " files]";
    }
}
