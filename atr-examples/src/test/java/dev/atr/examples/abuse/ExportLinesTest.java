package dev.atr.examples.abuse;

import static dev.atr.examples.abuse.Exporting.KICK_OFF;
import static dev.atr.examples.abuse.Exporting.status;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atr.auth.TestKeys;
import dev.atr.auth.client.BackendServices;
import dev.atr.consumer.ProducerConnection;
import dev.atr.consumer.export.BulkExportClient;
import dev.atr.consumer.export.ExportFile;
import dev.atr.consumer.export.ExportedResource;
import dev.atr.consumer.export.ResourceStream;
import dev.atr.core.error.InvalidContentException;
import dev.atr.core.fhir.FhirVersion;
import dev.atr.core.fhir.ResourceKey;
import dev.atr.core.fhir.ResourceType;
import dev.atr.http.ScriptedPeer.Reply;
import dev.atr.http.client.OutgoingClient;
import dev.atr.producer.ExportJobs;
import dev.atr.producer.spi.StoredResource;
import dev.atr.requirements.Requirement;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;

/**
 * Section 8, the lines of files: what a payer's system hands over never reaches a file, and what a Producer sends never
 * passes for a resource at the Consumer.
 */
@Requirement({"BULK-STAT-008", "BULK-STAT-009", "BULK-KICK-012"})
class ExportLinesTest extends AbuseCases {
    private static final ResourceKey PATIENT = new ResourceKey(ResourceType.PATIENT, "10");
    private static final String FILE = "/files/1";

    static List<Row> rows() {
        Map<String, List<BadLine>> lines =
                BadLine.all().stream().collect(Collectors.groupingBy(BadLine::id, TreeMap::new, Collectors.toList()));
        List<Row> rows = new ArrayList<>();
        lines.forEach((id, ofCase) -> {
            rows.add(fromThePayersSystem(id, ofCase));
            rows.add(fromAProducer(id, ofCase));
        });
        return List.copyOf(rows);
    }

    private static Row fromThePayersSystem(String id, List<BadLine> lines) {
        return new Row(
                id + " " + lines.size() + " lines from a payer's system",
                payer -> {
                    AtomicReference<byte[]> line = new AtomicReference<>(new byte[0]);
                    PayerNode node = payer.node(
                            new HookedBackend(
                                    payer.backend,
                                    () -> {},
                                    resource -> with(Objects.requireNonNull(line.get()), resource)),
                            ExportJobs.inMemory());
                    for (BadLine bad : lines) {
                        line.set(bad.json());
                        checkFailure(bad, export(payer, node));
                        assertThat(node.filesOnDisk()).as(bad.name()).isEmpty();
                    }
                    line.set(BadLine.SOUND.getBytes(StandardCharsets.UTF_8));
                    return export(payer, node);
                },
                Expected.status(200)
                        .and(answer ->
                                assertThat(answer.header("X-Export-Status")).isEqualTo("200 OK")));
    }

    private static Row fromAProducer(String id, List<BadLine> lines) {
        return new Row(
                id + " " + lines.size() + " lines from a Producer",
                payer -> {
                    try (OutgoingClient egress = OutgoingClient.builder().build()) {
                        // Never asked for a token: the file needs none.
                        BackendServices credentials = BackendServices.builder(
                                        payer.peer.base(), Payer.CLIENT, TestKeys.EC)
                                .scope("system/*.read")
                                .egress(egress)
                                .build();
                        ProducerConnection connection = ProducerConnection.of(payer.peer.base(), credentials, egress)
                                .withFhirVersion(FhirVersion.R4);
                        BulkExportClient exports = new BulkExportClient(connection);
                        for (BadLine bad : lines) {
                            payer.peer.on(FILE, file(BadLine.SOUND.getBytes(StandardCharsets.UTF_8), bad.json()));
                            checkReading(bad, exports, payer);
                        }
                    }
                    return payer.send(Request.get("/metadata"));
                },
                Expected.status(200));
    }

    private static void checkReading(BadLine bad, BulkExportClient exports, Payer payer) throws InterruptedException {
        ExportFile file = new ExportFile(ExportFile.Kind.OUTPUT, ResourceType.PATIENT, payer.peer.at(FILE), 2L, false);
        try (ResourceStream stream = exports.open(file)) {
            ExportedResource first = stream.iterator().next();
            ExportedResource second = stream.iterator().next();

            assertThat(first.key()).as(bad.name()).isEqualTo(PATIENT);
            assertThatThrownBy(second::key)
                    .as(bad.name())
                    .isInstanceOf(InvalidContentException.class)
                    .hasMessageContaining("file of Patient, line 2")
                    .hasMessageNotContaining(Payer.CANARY);
            assertThat(second.toString()).doesNotContain(Payer.CANARY);
        }
    }

    /** That the export failed is told apart from the answer, which would else be a failure of the server's side. */
    private static Answer export(Payer payer, PayerNode node) throws IOException {
        String token = payer.token();
        Answer kickOff = node.send(Request.get(KICK_OFF)
                .with("Prefer", "respond-async, separate-export-status")
                .bearer(token));
        return node.send(status(kickOff).bearer(token));
    }

    private static void checkFailure(BadLine bad, Answer answer) {
        assertThat(answer.status()).as("%s: %s", bad, answer).isEqualTo(200);
        assertThat(answer.header("X-Export-Status")).as("%s: %s", bad, answer).isEqualTo("500 Internal Server Error");
        assertThat(answer.text("resourceType")).isEqualTo("OperationOutcome");
        assertThat(answer.body())
                .as(bad.name())
                .contains("holds a resource of type Patient that is not")
                .doesNotContain(Payer.CANARY);
    }

    private static StoredResource with(byte[] line, StoredResource resource) {
        return resource.key().equals(PATIENT)
                ? new StoredResource(resource.key(), resource.version(), resource.lastUpdated(), line)
                : resource;
    }

    private static Reply file(byte[]... lines) {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        for (byte[] line : lines) {
            file.writeBytes(line);
            file.write('\n');
        }
        return Reply.status(200).with("Content-Type", "application/fhir+ndjson").body(file.toByteArray());
    }
}
