package dev.atr.consumer.export;

import dev.atr.consumer.export.ExportFile.Kind;
import dev.atr.consumer.internal.FhirPeer;
import dev.atr.core.bulk.ExportManifest;
import dev.atr.core.error.ProtocolException;
import dev.atr.core.fhir.ResourceType;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a finished export offers: the manifest, with every address checked and every page read. Immutable.
 *
 * @see <a href="https://hl7.org/fhir/uv/bulkdata/STU2/export.html">Bulk Data 2.0.0, "Response - Complete Status"</a>
 */
public final class CompletedExport {
    private static final ResourceType BUNDLE = new ResourceType("Bundle");
    private static final ResourceType OPERATION_OUTCOME = new ResourceType("OperationOutcome");

    private final URI statusUrl;
    private final ExportManifest manifest;
    private final List<ExportFile> files;

    private CompletedExport(URI statusUrl, ExportManifest manifest, List<ExportFile> files) {
        this.statusUrl = statusUrl;
        this.manifest = manifest;
        this.files = files;
    }

    /** Reads the files of a manifest without further pages. */
    static CompletedExport of(FhirPeer peer, URI statusUrl, ExportManifest manifest) {
        List<ExportFile> files = new ArrayList<>();
        for (ExportManifest.Entry entry : manifest.output()) {
            files.add(file(peer, statusUrl, manifest, entry, Kind.OUTPUT, null));
        }
        for (ExportManifest.Entry entry : manifest.deleted()) {
            files.add(file(peer, statusUrl, manifest, entry, Kind.DELETED, BUNDLE));
        }
        for (ExportManifest.Entry entry : manifest.error()) {
            files.add(file(peer, statusUrl, manifest, entry, Kind.MESSAGES, OPERATION_OUTCOME));
        }
        return new CompletedExport(statusUrl, manifest, List.copyOf(files));
    }

    private static ExportFile file(
            FhirPeer peer,
            URI statusUrl,
            ExportManifest manifest,
            ExportManifest.Entry entry,
            Kind kind,
            @Nullable ResourceType usual) {
        URI url = peer.named("manifest: a file's url", statusUrl, entry.url().toString());
        return new ExportFile(
                kind,
                type(entry, usual),
                url,
                entry.count(),
                manifest.requiresAccessToken(),
                entry.bytes(),
                entry.sha256());
    }

    private static ResourceType type(ExportManifest.Entry entry, @Nullable ResourceType usual) {
        if (entry.type() == null && usual != null) {
            return usual;
        }
        try {
            // The type becomes part of a file name, so it is never anything but letters.
            return new ResourceType(String.valueOf(entry.type()));
        } catch (IllegalArgumentException e) {
            throw new ProtocolException("manifest: expected the name of a resource type for each file", e);
        }
    }

    /** Returns the address of the job; {@link BulkExportClient#resume} takes it. */
    public URI statusUrl() {
        return statusUrl;
    }

    /**
     * Returns the instant up to which all changes are included, by the Producer's clock: what the next export passes to
     * {@link ExportRequest#since}.
     */
    public Instant transactionTime() {
        return manifest.transactionTime();
    }

    /** Returns the files of resources, in the manifest's order. */
    public List<ExportFile> files() {
        return of(Kind.OUTPUT);
    }

    /**
     * Returns the files of one resource type.
     *
     * @param type the name of the type, for example {@code Coverage}
     * @return empty when the type was not asked for or has no data
     */
    public List<ExportFile> filesOf(String type) {
        return files().stream().filter(file -> file.type().code().equals(type)).toList();
    }

    /** Returns the files that name deleted resources; empty for an export of everything. */
    public List<ExportFile> deleted() {
        return of(Kind.DELETED);
    }

    /**
     * Returns the files of messages. Their mere presence says little: read them to know what was left out.
     */
    public List<ExportFile> messages() {
        return of(Kind.MESSAGES);
    }

    /** Returns every file: resources, deletions, messages. */
    public List<ExportFile> allFiles() {
        return files;
    }

    /** Returns the manifest as one document; when the Producer sent several pages, they are joined. */
    public ExportManifest manifest() {
        return manifest;
    }

    private List<ExportFile> of(Kind kind) {
        return files.stream().filter(file -> file.kind() == kind).toList();
    }

    @Override
    public String toString() {
        return "CompletedExport[" + files.size() + " files]";
    }
}
