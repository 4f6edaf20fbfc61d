package dev.atr.consumer.export;

import dev.atr.core.fhir.FhirVersion;
import dev.atr.core.fhir.ResourceType;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A file that was fetched whole, checked and put in its place.
 *
 * @param kind what it holds
 * @param type the type of the resources in it
 * @param path where it is: {@code <n>-<Type>.ndjson} in the download's folder
 * @param lines number of lines that are not blank
 * @param bytes its length
 * @param sha256 its digest, in lower-case hexadecimal
 * @param proof what showed that it is whole
 */
public record DownloadedFile(
        ExportFile.Kind kind, ResourceType type, Path path, long lines, long bytes, String sha256, Proof proof) {
    /** What shows that a file is whole; the strongest that the Producer gave something for. */
    public enum Proof {
        /** A digest of its bytes, in the manifest or in {@code Repr-Digest}. */
        DIGEST,
        /** The manifest's number of lines. */
        COUNT,
        /** Nothing but the length of the answer, or its end: whether it is what was exported can't be told. */
        LENGTH
    }

    /**
     * Opens a file of resources, deletions or messages, as {@link BulkExportClient#open} does.
     *
     * @return its lines; the caller closes it
     * @throws IllegalArgumentException for a file of Groups; see {@link #openGroup}
     * @throws IOException when the file can't be read
     */
    public ResourceStream open() throws IOException {
        if (type.equals(ResourceType.GROUP)) {
            throw new IllegalArgumentException("file: Groups are read with openGroup");
        }
        return new ResourceStream(asOffered(), bytesOnDisk(), BulkExportClient.MAX_LINE_BYTES);
    }

    /**
     * Opens a file of Groups of a whole list, as {@link BulkExportClient#openGroup} does.
     *
     * @param version the FHIR version that the Producer speaks
     * @return its rows; the caller closes it
     * @throws IllegalArgumentException for a file of another type
     * @throws IOException when the file can't be read
     */
    public GroupStream openGroup(FhirVersion version) throws IOException {
        if (!type.equals(ResourceType.GROUP)) {
            throw new IllegalArgumentException("file: not one of Groups; see open");
        }
        return new GroupStream(asOffered(), version, bytesOnDisk(), false);
    }

    /**
     * Opens a file that names what was deleted, as {@link BulkExportClient#openDeleted} does.
     *
     * @return the keys of the resources; the caller closes it
     * @throws IllegalArgumentException for a file of another kind
     * @throws IOException when the file can't be read
     */
    public DeletionStream openDeleted() throws IOException {
        if (kind != ExportFile.Kind.DELETED) {
            throw new IllegalArgumentException("file: names no deletions");
        }
        return new DeletionStream(open());
    }

    private ExportFile asOffered() {
        return new ExportFile(kind, type, path.toUri(), lines, false, bytes, sha256);
    }

    private InputStream bytesOnDisk() throws IOException {
        return Files.newInputStream(path);
    }
}
