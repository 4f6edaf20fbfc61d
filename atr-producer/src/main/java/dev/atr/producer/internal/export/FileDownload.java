package dev.atr.producer.internal.export;

import dev.atr.core.fhir.ResourceType;
import dev.atr.http.FhirResponse;
import dev.atr.http.HttpHeaders;
import dev.atr.producer.internal.routing.Call;
import dev.atr.producer.internal.routing.MediaTypes;
import dev.atr.producer.internal.routing.Reason;
import dev.atr.producer.internal.routing.Refusal;
import dev.atr.producer.spi.ExportJob;
import dev.atr.producer.spi.ExportJob.Form;
import dev.atr.producer.spi.ExportJob.OutputFile;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * {@code [base]/$export-file/[job]/[name]}: the bytes of a finished file, as they are or compressed, whole or in part. Each
 * form is a representation with its own strong {@code ETag}, length, digest and ranges. There is no date of a last change,
 * so conditions on one are left aside.
 *
 * @see <a href="https://hl7.org/fhir/uv/bulkdata/STU2/export.html">Bulk Data 2.0.0, "Bulk Data Output File Request"</a>
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9530">RFC 9530, "Digest Fields"</a>
 */
public final class FileDownload {
    private static final int BUFFER = 64 * 1024;

    private final ExportContext context;
    private final ClientJobs jobs;

    /** Creates the download over the files of this Producer's jobs. */
    public FileDownload(Exports exports, ExportContext context) {
        this.context = context;
        this.jobs = new ClientJobs(exports, context);
    }

    /** Answers a file request. */
    public FhirResponse download(Call call) {
        ExportJob job = jobs.readable(call);
        // The name is looked up among the job's files and never leads to one by itself.
        OutputFile file = job.files().stream()
                .filter(f -> f.name().equals(call.variable(1)))
                .findFirst()
                .orElseThrow(FileDownload::unknown);
        ExportScopes.require(call.scopes(), types(job, file));

        HttpHeaders asked = call.request().headers();
        Form form = select(file, asked);
        Conditions conditions = new Conditions(asked);
        if (!conditions.isExpected(etag(form))) {
            throw vary(Refusal.of(Reason.PRECONDITION, "The file is not the one that If-Match names."));
        }
        HttpHeaders headers = HttpHeaders.of("ETag", etag(form), "Accept-Ranges", "bytes", "Vary", "Accept-Encoding");
        if (conditions.isHeld(etag(form))) {
            return FhirResponse.of(304, headers);
        }
        headers = headers.with("Content-Type", MediaTypes.FHIR_NDJSON)
                .with("Content-Disposition", "attachment; filename=\"" + file.name() + "\"")
                .with("Repr-Digest", "sha-256=:" + base64(form.sha256()) + ":");
        if (!form.equals(file.plain())) {
            headers = headers.with("Content-Encoding", "gzip");
        }
        Optional<ByteRange> range = call.request().method().equals("GET")
                ? conditions.range(etag(form)).flatMap(asText -> ByteRange.of(asText, form.bytes()))
                : Optional.empty();
        if (range.isEmpty()) {
            return new FhirResponse(200, headers, open(job, form, new ByteRange(0, form.bytes() - 1)));
        }
        ByteRange part = range.get();
        if (!part.isSatisfiable()) {
            throw vary(Refusal.of(Reason.RANGE, "The range lies outside the file."))
                    .with("Content-Range", "bytes */" + form.bytes());
        }
        headers = headers.with("Content-Range", "bytes " + part.first() + "-" + part.last() + "/" + form.bytes());
        return new FhirResponse(206, headers, open(job, form, part));
    }

    /** Returns the types that a client must be allowed to read: no scope is for Bundles of deletions, or for messages. */
    private static List<ResourceType> types(ExportJob job, OutputFile file) {
        return switch (file.kind()) {
            case OUTPUT -> List.of(file.type());
            case DELETED -> job.types();
            case ERROR -> List.of(ResourceType.GROUP);
        };
    }

    /**
     * Chooses the form of a file. One that the client takes nothing but compressed, and that is not kept so, comes as it
     * is: a coding is a preference, and no client is helped by a gap in its export.
     */
    private static Form select(OutputFile file, HttpHeaders asked) {
        AcceptedCodings codings = AcceptedCodings.of(asked.all("Accept-Encoding"));
        if (codings.takesNothing()) {
            throw vary(Refusal.of(
                    Reason.NOT_ACCEPTABLE, "Files come as they are or as gzip; Accept-Encoding refuses both."));
        }
        Form gzip = file.gzip();
        if (gzip == null || codings.gzip() == 0) {
            return file.plain();
        }
        if (codings.plain() > 0) {
            // What began in one form goes on in it.
            String begun =
                    asked.first("If-Range").or(() -> asked.first("If-Match")).orElse("");
            if (begun.equals(etag(gzip)) || begun.equals(etag(file.plain()))) {
                return begun.equals(etag(gzip)) ? gzip : file.plain();
            }
        }
        return codings.prefersGzip() ? gzip : file.plain();
    }

    private FhirResponse.Body open(ExportJob job, Form form, ByteRange part) {
        try {
            // Deleted since the job was found: to the client that is the same as before.
            SeekableByteChannel channel =
                    context.files().open(job.id(), form.name()).orElseThrow(FileDownload::unknown);
            return new Part(channel, part);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String etag(Form form) {
        return "\"" + form.sha256() + "\"";
    }

    private static String base64(String hex) {
        return Base64.getEncoder().encodeToString(HexFormat.of().parseHex(hex));
    }

    private static Refusal vary(Refusal refusal) {
        return refusal.with("Vary", "Accept-Encoding");
    }

    private static Refusal unknown() {
        return Refusal.of(Reason.NOT_FOUND, "There is no such export file.");
    }

    /** Bytes of an open file. */
    private record Part(SeekableByteChannel channel, ByteRange range) implements FhirResponse.Body {
        @Override
        public OptionalLong length() {
            return OptionalLong.of(range.length());
        }

        @Override
        public void writeTo(OutputStream out) throws IOException {
            ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
            channel.position(range.first());
            for (long left = range.length(); left > 0; left -= buffer.position()) {
                buffer.clear();
                buffer.limit((int) Math.min(left, BUFFER));
                if (channel.read(buffer) < 0) {
                    throw new IOException("an export file is shorter than when it was written");
                }
                out.write(buffer.array(), 0, buffer.position());
            }
        }

        @Override
        public void close() {
            try {
                channel.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
