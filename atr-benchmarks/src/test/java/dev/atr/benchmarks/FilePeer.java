package dev.atr.benchmarks;

import dev.atr.core.bulk.ExportManifest;
import dev.atr.http.FhirHandler;
import dev.atr.http.FhirRequest;
import dev.atr.http.FhirResponse;
import dev.atr.http.HttpHeaders;
import dev.atr.http.jdk.FhirHttpServer;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

/**
 * A Bulk Data server whose exports are finished before they are asked for: what is measured is the client and the way of
 * the bytes. It has the same files thrice: {@code /plain} as they are, {@code /gzip} also compressed, {@code /tiny} a few
 * lines of them.
 */
final class FilePeer implements AutoCloseable {
    /** Number of files of an export. */
    static final int FILES = 5;

    private static final int TINY_LINES = 10;
    private static final int BUFFER = 64 * 1024;
    private static final String NAME = "Synthetic name ".repeat(80);

    /** What no two lines share: about as much as in the resources of the sample payer, as gzip sees it. */
    private static final int NOISE = 100;

    private final FhirHttpServer server;
    private final Path folder;

    private FilePeer(Path folder, int lines) throws IOException {
        this.folder = folder;
        this.server = FhirHttpServer.builder(request -> FhirResponse.notFound())
                .address(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .mount("/plain", handler("plain", lines))
                .mount("/gzip", handler("gzip", lines))
                .mount("/tiny", handler("tiny", TINY_LINES))
                .start();
    }

    /**
     * Starts the peer.
     *
     * @param folder where its files go
     * @param lines lines of a file, 1.4 KB each
     */
    static FilePeer start(Path folder, int lines) throws IOException {
        for (int i = 0; i < FILES; i++) {
            write(folder.resolve("plain-" + i), lines);
            write(folder.resolve("tiny-" + i), TINY_LINES);
            compress(folder.resolve("plain-" + i), folder.resolve("gzip-" + i));
        }
        return new FilePeer(folder, lines);
    }

    /** Returns the FHIR base of one variant. */
    URI base(String variant) {
        return URI.create("http://127.0.0.1:" + server.port() + "/" + variant);
    }

    /** Returns the address of one file. */
    URI file(String variant, int number) {
        return URI.create(base(variant) + "/files/" + number);
    }

    /** Returns the number of bytes of an export, uncompressed. */
    long bytes() throws IOException {
        return FILES * Files.size(folder.resolve("plain-0"));
    }

    @Override
    public void close() {
        server.close();
    }

    private FhirHandler handler(String variant, int count) {
        return request -> {
            String path = request.path();
            if (path.startsWith("/Group/")) {
                return FhirResponse.of(202, HttpHeaders.of("Content-Location", base(variant) + "/status"));
            }
            if (path.equals("/status")) {
                return request.method().equals("DELETE")
                        ? FhirResponse.of(202, HttpHeaders.none())
                        : manifest(variant, count);
            }
            return path.startsWith("/files/")
                    ? download(request, variant, path.substring("/files/".length()))
                    : FhirResponse.notFound();
        };
    }

    private FhirResponse manifest(String variant, int count) {
        List<ExportManifest.Entry> entries = new ArrayList<>();
        for (int i = 0; i < FILES; i++) {
            entries.add(new ExportManifest.Entry("Patient", file(variant, i), (long) count));
        }
        ExportManifest manifest = new ExportManifest(
                Instant.parse("2026-01-01T00:00:00Z"),
                base(variant) + "/Group",
                false,
                entries,
                List.of(),
                List.of(),
                null);
        return FhirResponse.of(
                200, HttpHeaders.none(), "application/json", new String(manifest.write(), StandardCharsets.UTF_8));
    }

    private FhirResponse download(FhirRequest request, String variant, String number) {
        HttpHeaders headers = HttpHeaders.of("Content-Type", "application/fhir+ndjson");
        boolean zipped = variant.equals("gzip")
                && request.headers().first("Accept-Encoding").orElse("").contains("gzip");
        Path file = folder.resolve((variant.equals("tiny") ? "tiny-" : zipped ? "gzip-" : "plain-") + number);
        return new FhirResponse(200, zipped ? headers.with("Content-Encoding", "gzip") : headers, new WholeFile(file));
    }

    private static void write(Path file, int lines) throws IOException {
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), BUFFER)) {
            Random random = new Random(lines);
            byte[] noise = new byte[NOISE];
            for (int i = 0; i < lines; i++) {
                random.nextBytes(noise);
                out.write(String.format(
                                "{\"resourceType\":\"Patient\",\"id\":\"pat-%08d\",\"name\":[{\"text\":\"%s%s\"}]}\n",
                                i, NAME, Base64.getEncoder().encodeToString(noise))
                        .getBytes(StandardCharsets.US_ASCII));
            }
        }
    }

    private static void compress(Path from, Path to) throws IOException {
        try (OutputStream out = new QuickGzip(Files.newOutputStream(to))) {
            Files.copy(from, out);
        }
    }

    /** The level that pays for files that are written once and read once. */
    private static final class QuickGzip extends GZIPOutputStream {
        QuickGzip(OutputStream out) throws IOException {
            super(out, BUFFER);
            def.setLevel(Deflater.BEST_SPEED);
        }
    }

    private record WholeFile(Path file) implements FhirResponse.Body {
        @Override
        public OptionalLong length() {
            try {
                return OptionalLong.of(Files.size(file));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void writeTo(OutputStream out) throws IOException {
            Files.copy(file, out);
        }
    }
}
