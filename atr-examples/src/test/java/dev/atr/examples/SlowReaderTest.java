package dev.atr.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atr.consumer.export.BulkExportClient;
import dev.atr.consumer.export.CompletedExport;
import dev.atr.consumer.export.DownloadOptions;
import dev.atr.consumer.export.DownloadedExport;
import dev.atr.consumer.export.DownloadedFile;
import dev.atr.consumer.export.ExportFile;
import dev.atr.consumer.export.ExportRequest;
import dev.atr.core.fhir.FhirVersion;
import dev.atr.requirements.Requirement;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clients that stop reading in the middle of a file keep a file open, and nothing else that others need. */
class SlowReaderTest {
    /** So many that the file of Coverages is more than all buffers between the two sides hold. */
    private static final int MEMBERS = 3500;

    /** As many as the ledger needs at all. */
    private static final int CONNECTIONS = 2;

    private static final int READERS = 2 * CONNECTIONS;
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @TempDir
    private Path folder;

    @Test
    @Requirement("BULK-CAP-005")
    void aReaderThatStopsHoldsNoConnectionToTheDatabase() throws Exception {
        try (RunningProducer producer =
                RunningProducer.withSample(RunningProducer.Database.POSTGRES, folder, MEMBERS, CONNECTIONS)) {
            BulkExportClient client = producer.exports(FhirVersion.R4);
            ExportRequest request = ExportRequest.attributionList(producer.openList());
            CompletedExport first = client.kickOff(request).await(PATIENCE);
            ExportFile coverages = first.filesOf("Coverage").get(0);
            List<Reader> readers = new ArrayList<>();
            try {
                for (int i = 0; i < READERS; i++) {
                    readers.add(new Reader(
                            coverages.url(),
                            producer.credentials(FhirVersion.R4).token()));
                }

                DownloadedExport second = client.download(
                        request, folder.resolve("second"), DownloadOptions.DEFAULT.withTimeout(PATIENCE));

                DownloadedFile same = second.filesOf("Coverage").get(0);
                assertThat(same.lines()).isGreaterThanOrEqualTo(MEMBERS);
                assertThat(producer.isEverWithoutTransaction())
                        .as("what is held is held for as long as the readers rest")
                        .isTrue();
                for (Reader reader : readers) {
                    assertThat(reader.restSha256()).isEqualTo(same.sha256());
                }
            } finally {
                for (Reader reader : readers) {
                    reader.close();
                }
            }
        }
    }

    /** Reads the head of an answer, and the body when it is told to. */
    private static final class Reader implements AutoCloseable {
        private final Socket socket = new Socket();
        private final DataInputStream answer;
        private final long length;

        Reader(URI file, String token) throws IOException {
            socket.setReceiveBufferSize(64 * 1024);
            socket.connect(new InetSocketAddress(file.getHost(), file.getPort()));
            socket.getOutputStream()
                    .write(("GET " + file.getRawPath() + " HTTP/1.1\r\nHost: payer\r\nAuthorization: Bearer " + token
                                    + "\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            answer = new DataInputStream(socket.getInputStream());
            StringBuilder head = new StringBuilder();
            while (head.indexOf("\r\n\r\n") < 0) {
                head.append((char) answer.readUnsignedByte());
            }
            assertThat(head).startsWith("HTTP/1.1 200");
            length = head.toString()
                    .lines()
                    .filter(line -> line.toLowerCase(Locale.ROOT).startsWith("content-length:"))
                    .mapToLong(line ->
                            Long.parseLong(line.substring(line.indexOf(':') + 1).trim()))
                    .findFirst()
                    .orElseThrow();
        }

        String restSha256() throws IOException, NoSuchAlgorithmException {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            InputStream in = answer;
            byte[] buffer = new byte[1 << 16];
            for (long left = length; left > 0; ) {
                int count = in.read(buffer, 0, (int) Math.min(left, buffer.length));
                if (count < 0) {
                    throw new IOException("the file was cut short");
                }
                digest.update(buffer, 0, count);
                left -= count;
            }
            return HexFormat.of().formatHex(digest.digest());
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
