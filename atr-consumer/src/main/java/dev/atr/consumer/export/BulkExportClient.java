package dev.atr.consumer.export;

import dev.atr.consumer.ProducerConnection;
import dev.atr.consumer.internal.FhirPeer;
import dev.atr.core.bulk.ExportManifest;
import dev.atr.core.error.AuthorizationException;
import dev.atr.core.error.ProtocolException;
import dev.atr.core.error.RejectedException;
import dev.atr.core.error.TransportException;
import dev.atr.core.fhir.FhirVersion;
import dev.atr.core.fhir.ResourceType;
import dev.atr.http.Sleeper;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Exports attribution lists from one Producer: kick-off, status requests, files.
 *
 * <p>The access token goes to the Producer's own origin and to those that the credentials allow, and to files only when
 * the manifest asks for it. Files are read as streams and held against the manifest's counts; one that is cut short is
 * an error, never a shorter list.
 *
 * <p>Thread-safe.
 *
 * @see <a href="https://hl7.org/fhir/uv/bulkdata/STU2/export.html">Bulk Data 2.0.0</a>
 * @see <a href="http://hl7.org/fhir/us/davinci-atr/STU2.1/spec.html">ATR 2.1.0</a>
 */
public final class BulkExportClient {
    /** Longest line of an export file that is not a Group, in bytes: 64 MB. */
    public static final int MAX_LINE_BYTES = 64 << 20;

    private static final Logger LOG = LoggerFactory.getLogger(BulkExportClient.class);

    private final FhirPeer peer;
    private final FileSource files;
    private final Clock clock;
    private final Sleeper sleeper;
    private final KickOff kickOff;

    /** Creates a client; asks nothing yet. */
    public BulkExportClient(ProducerConnection producer) {
        this.peer = new FhirPeer(producer);
        this.files = new FileSource(peer);
        this.clock = producer.clock();
        this.sleeper = producer.sleeper();
        this.kickOff = new KickOff(peer, producer.profile().exports());
    }

    /**
     * Asks the Producer to begin an export.
     *
     * @return the job, which lives at the Producer; keep its {@link ExportJob#statusUrl()}
     * @throws RejectedException when the Producer refuses; with 429 it is busy, and {@code retryAfter()} says how long
     * @throws AuthorizationException when it does not accept our token, or the token's scopes are too small
     * @throws TransportException when no answer came; perhaps a job has begun, and will expire by itself
     * @throws ProtocolException when the answer is none that the specifications allow
     * @throws InterruptedException when the waiting thread is interrupted
     */
    public ExportJob kickOff(ExportRequest request) throws InterruptedException {
        URI statusUrl = kickOff.send(request);
        LOG.info("export of list {} kicked off", request.list());
        return new ExportJob(peer, statusUrl, clock, sleeper);
    }

    /**
     * Takes up a job that an earlier kick-off began; asks nothing yet.
     *
     * @param statusUrl what {@link ExportJob#statusUrl()} said
     * @throws IllegalArgumentException when the address is on an origin that may not receive our token
     */
    public ExportJob resume(URI statusUrl) {
        if (!peer.mayReceiveToken(statusUrl)) {
            throw new IllegalArgumentException("statusUrl: on an origin that may not receive our token");
        }
        return new ExportJob(peer, statusUrl, clock, sleeper);
    }

    /**
     * Opens a file of resources, deletions or messages.
     *
     * @return its lines, straight from the connection; the caller closes it
     * @throws IllegalArgumentException for a file of Groups, whose lines may not fit in memory: see {@link #openGroup}
     * @throws RejectedException when the file is refused; with 404 or 410 it has expired, and so perhaps the job
     * @throws AuthorizationException when our token is not accepted
     * @throws TransportException when no answer came; try again
     * @throws ProtocolException when the answer is no export file
     * @throws InterruptedException when the waiting thread is interrupted
     */
    public ResourceStream open(ExportFile file) throws InterruptedException {
        if (file.type().equals(ResourceType.GROUP)) {
            throw new IllegalArgumentException("file: Groups are read with openGroup");
        }
        return new ResourceStream(file, files.open(file), MAX_LINE_BYTES);
    }

    /**
     * Opens a file of Groups, that is of list rows.
     *
     * @return its rows, straight from the connection; the caller closes it
     * @throws IllegalArgumentException for a file of another type
     * @throws RejectedException when the file is refused; with 404 or 410 it has expired, and so perhaps the job
     * @throws AuthorizationException when our token is not accepted
     * @throws TransportException when no answer came; try again
     * @throws ProtocolException when the answer is no export file
     * @throws InterruptedException when the waiting thread is interrupted
     */
    public GroupStream openGroup(ExportFile file) throws InterruptedException {
        return openGroup(file, false);
    }

    /**
     * Opens a file of Groups of an export that was limited to some members: it holds their rows and no others, so that
     * nobody may be taken for gone who has none.
     *
     * @return its rows, straight from the connection; the caller closes it
     * @throws IllegalArgumentException for a file of another type
     * @throws RejectedException when the file is refused; with 404 or 410 it has expired, and so perhaps the job
     * @throws AuthorizationException when our token is not accepted
     * @throws TransportException when no answer came; try again
     * @throws ProtocolException when the answer is no export file
     * @throws InterruptedException when the waiting thread is interrupted
     */
    public GroupStream openGroupOfSome(ExportFile file) throws InterruptedException {
        return openGroup(file, true);
    }

    /**
     * Opens a file that names what was deleted.
     *
     * @return the keys of the resources, straight from the connection; the caller closes it
     * @throws IllegalArgumentException for a file of another kind
     * @throws RejectedException when the file is refused; with 404 or 410 it has expired, and so perhaps the job
     * @throws AuthorizationException when our token is not accepted
     * @throws TransportException when no answer came; try again
     * @throws ProtocolException when the answer is no export file
     * @throws InterruptedException when the waiting thread is interrupted
     */
    public DeletionStream openDeleted(ExportFile file) throws InterruptedException {
        if (file.kind() != ExportFile.Kind.DELETED) {
            throw new IllegalArgumentException("file: names no deletions");
        }
        return new DeletionStream(open(file));
    }

    private GroupStream openGroup(ExportFile file, boolean partAllowed) throws InterruptedException {
        if (!file.type().equals(ResourceType.GROUP)) {
            throw new IllegalArgumentException("file: not one of Groups; see open");
        }
        FhirVersion version = peer.version();
        return new GroupStream(file, version, files.open(file), partAllowed);
    }

    /**
     * Exports a list into a folder: kick-off, wait, and every file, several at once. What was done is kept in
     * {@code export.json} beside the files, so that the same call on a folder where an earlier one was interrupted, or
     * killed, goes on where that one stood: one job, no file fetched twice. A file of which a part has come goes on behind it, less
     * the last 8 MB after a kill, when the Producer sent a strong {@code ETag} and takes a {@code Range} (RFC 9110, sections
     * 13.1.5 and 14.2); else it is fetched anew.
     *
     * <p>Files get their names only when they are whole, checked and safely on disk. The job at the Producer is left
     * alone; delete it when the files are no longer needed there. A request that the Producer refuses, or never answers,
     * leaves the folder as it was found; one that was made for it is taken away again.
     *
     * @param request what to export
     * @param folder the folder: absent, empty, or with an unfinished export of the same request. Created with access
     *     for its owner only, as its files are
     * @throws IllegalArgumentException when the folder holds anything else
     * @throws dev.atr.core.error.DeadlineException when the Producer has not finished in time; the same call goes on
     * @throws dev.atr.core.error.ExportFailedException when the Producer gave up; the same call kicks off anew
     * @throws RejectedException when the Producer refuses the kick-off, the job or a file
     * @throws AuthorizationException when it does not accept our token
     * @throws TransportException when no answer came, or a file came incomplete three times without that 1 MB more of it
     *     had come; the same call goes on
     * @throws ProtocolException when an answer is none that the specifications allow
     * @throws IOException when the folder can't be written or read; the same call goes on
     * @throws InterruptedException when the waiting thread is interrupted; the same call goes on
     */
    public DownloadedExport download(ExportRequest request, Path folder, DownloadOptions how)
            throws IOException, InterruptedException {
        try (DownloadFolder opened = DownloadFolder.open(folder)) {
            return new ExportDownload(this, peer.base(), files, sleeper, how, opened).run(request);
        }
    }

    /**
     * Fetches the files of a finished export into a folder, as {@link #download(ExportRequest, Path, DownloadOptions)}
     * does after its wait.
     *
     * @param export what to fetch
     * @param folder the folder: absent, empty, or with an unfinished download of the same job
     * @throws IllegalArgumentException when the folder holds anything else
     * @throws IOException when the folder can't be written or read; the same call goes on
     * @throws InterruptedException when the waiting thread is interrupted; the same call goes on
     */
    public DownloadedExport download(CompletedExport export, Path folder, DownloadOptions how)
            throws IOException, InterruptedException {
        try (DownloadFolder opened = DownloadFolder.open(folder)) {
            return new ExportDownload(this, peer.base(), files, sleeper, how, opened).run(export);
        }
    }

    CompletedExport completed(URI statusUrl, ExportManifest manifest) {
        return CompletedExport.of(peer, statusUrl, manifest);
    }
}
