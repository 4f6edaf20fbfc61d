package dev.atr.producer.internal.export;

import dev.atr.core.fhir.ResourceType;
import dev.atr.http.FhirRequest;
import dev.atr.http.FhirResponse;
import dev.atr.http.HttpHeaders;
import dev.atr.producer.internal.routing.Call;
import dev.atr.producer.internal.routing.MediaTypes;
import dev.atr.producer.internal.routing.Reason;
import dev.atr.producer.internal.routing.Refusal;
import dev.atr.producer.spi.ExportJob;
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
 * {@code [base]/$export-file/[job]/[name]}: the bytes of a finished file, whole or in part.
 *
 * @see <a href="https://hl7.org/fhir/uv/bulkdata/STU2/export.html">Bulk Data 2.0.0, "Bulk Data Output File Request"</a>
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
        boolean messages = file.kind() == OutputFile.Kind.ERROR;
        ExportScopes.require(call.scopes(), List.of(messages ? ResourceType.GROUP : file.type()));

        HttpHeaders headers = HttpHeaders.of("ETag", etag(file), "Accept-Ranges", "bytes");
        if (holds(call.request().headers().first("If-None-Match").orElse(""), file)) {
            return FhirResponse.of(304, headers);
        }
        headers = headers.with("Content-Type", MediaTypes.FHIR_NDJSON)
                .with("Content-Disposition", "attachment; filename=\"" + file.name() + "\"")
                .with("Repr-Digest", "sha-256=:" + base64(file.sha256()) + ":");
        Optional<ByteRange> range = range(call.request(), file);
        if (range.isEmpty()) {
            return new FhirResponse(200, headers, open(job, file, new ByteRange(0, file.bytes() - 1)));
        }
        ByteRange part = range.get();
        if (!part.isSatisfiable()) {
            throw Refusal.of(Reason.RANGE, "The range lies outside the file.")
                    .with("Content-Range", "bytes */" + file.bytes());
        }
        headers = headers.with("Content-Range", "bytes " + part.first() + "-" + part.last() + "/" + file.bytes());
        return new FhirResponse(206, headers, open(job, file, part));
    }

    private static Optional<ByteRange> range(FhirRequest request, OutputFile file) {
        Optional<String> validator = request.headers().first("If-Range");
        boolean current = validator.isEmpty() || validator.get().equals(etag(file));
        return current
                ? request.headers().first("Range").flatMap(range -> ByteRange.of(range, file.bytes()))
                : Optional.empty();
    }

    private FhirResponse.Body open(ExportJob job, OutputFile file, ByteRange part) {
        try {
            // Deleted since the job was found: to the client that is the same as before.
            SeekableByteChannel channel =
                    context.files().open(job.id(), file.name()).orElseThrow(FileDownload::unknown);
            return new Part(channel, part);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean holds(String ifNoneMatch, OutputFile file) {
        for (String tag : ifNoneMatch.split(",", -1)) {
            String text = tag.trim();
            if (text.equals("*") || text.equals(etag(file)) || text.equals("W/" + etag(file))) {
                return true;
            }
        }
        return false;
    }

    private static String etag(OutputFile file) {
        return "\"" + file.sha256() + "\"";
    }

    private static String base64(String hex) {
        return Base64.getEncoder().encodeToString(HexFormat.of().parseHex(hex));
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
