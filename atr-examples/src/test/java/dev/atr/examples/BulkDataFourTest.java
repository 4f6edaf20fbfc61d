package dev.atr.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atr.consumer.export.BulkExportClient;
import dev.atr.consumer.export.CompletedExport;
import dev.atr.consumer.export.ExportRequest;
import dev.atr.consumer.export.ResourceStream;
import dev.atr.core.attribution.AttributionList;
import dev.atr.core.attribution.ListId;
import dev.atr.core.attribution.ListStatus;
import dev.atr.core.attribution.Member;
import dev.atr.core.fhir.FhirVersion;
import dev.atr.core.fhir.Identifier;
import dev.atr.core.fhir.OtherElements;
import dev.atr.core.fhir.Period;
import dev.atr.core.fhir.Reference;
import dev.atr.core.fhir.ResourceKey;
import dev.atr.core.fhir.ResourceType;
import dev.atr.core.json.JsonValue;
import dev.atr.core.json.JsonValue.JsonObject;
import dev.atr.examples.RunningProducer.Database;
import dev.atr.producer.ExportOption;
import dev.atr.producer.jdbc.LedgerTransaction;
import dev.atr.requirements.Requirement;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A Producer that speaks as the ballot of Bulk Data 4 has it, and our Consumer, which is not told. */
class BulkDataFourTest {
    private static final ListId LIST = new ListId("list-1");
    private static final ResourceKey COVERAGE = new ResourceKey(ResourceType.COVERAGE, "cov-a");
    private static final ResourceKey STRANGER = new ResourceKey(ResourceType.PATIENT, "stranger");
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    @TempDir
    private Path folder;

    private RunningProducer producer;
    private BulkExportClient client;

    @BeforeEach
    void start() throws Exception {
        producer = RunningProducer.empty(
                Database.H2,
                folder,
                builder -> builder.exportOptions(Set.of(ExportOption.REQUIRE_POST, ExportOption.MANIFEST_V4)));
        producer.importList(AttributionList.of(
                        LIST,
                        ListStatus.OPEN,
                        List.of(Identifier.of("https://payer.example/contracts", "CT-1")),
                        Reference.to(ResourceType.ORGANIZATION, "payer"),
                        Period.of("2026-01-01", "2026-12-31"))
                .withQuantity(0));
        producer.write(tx -> {
            put(tx, new ResourceKey(ResourceType.PATIENT, "pat-a"));
            put(tx, COVERAGE);
            tx.putMember(LIST, member());
        });
        client = producer.exports(FhirVersion.R4);
    }

    @AfterEach
    void stop() {
        producer.close();
    }

    @Test
    @Requirement({"BULK-KICK-004", "BULK-MAN-002", "BULK-MAN-004", "BULK-MAN-007", "BULK-MAN-016"})
    void theManifestHasTheNewShape() throws Exception {
        CompletedExport export = exported(whole());

        HttpResponse<String> answer = producer.get(export.statusUrl()
                .getPath()
                .substring(producer.base(FhirVersion.R4).getPath().length()));
        JsonObject manifest = JsonValue.parseObject(answer.body().getBytes(StandardCharsets.UTF_8));

        assertThat(manifest.properties())
                .containsOnlyKeys("manifestType", "transactionTime", "requiresAccessToken", "outputFormat", "output");
        assertThat(manifest.items("output"))
                .hasSize(3)
                .allSatisfy(file -> assertThat(((JsonObject) file).properties())
                        .containsOnlyKeys("type", "url", "count", "fileSize", "extension"));
        assertThat(manifest.all("output.extension.valueString")).hasSize(3);
    }

    @Test
    @Requirement({"BULK-MAN-008", "BULK-MAN-010", "BULK-MAN-012"})
    void ourConsumerReadsItsFilesAndDeletions() throws Exception {
        ReceivedSnapshot first = ReceivedSnapshot.read(client, exported(whole()));
        producer.write(tx -> tx.deleteResource(COVERAGE));

        ReceivedSnapshot second = ReceivedSnapshot.read(client, exported(whole().since(first.transactionTime())));

        assertThat(first.rows()).hasSize(1);
        assertThat(first.stored()).containsOnlyKeys(ResourceType.PATIENT, ResourceType.COVERAGE);
        assertThat(second.deletions()).containsExactly(COVERAGE);
    }

    @Test
    @Requirement({"BULK-MAN-008", "BULK-MAN-009"})
    void ourConsumerReadsItsMessages() throws Exception {
        CompletedExport export = exported(
                whole().patient(new ResourceKey(ResourceType.PATIENT, "pat-a")).patient(STRANGER));

        assertThat(export.messages()).hasSize(1);
        try (ResourceStream messages = client.open(export.messages().get(0))) {
            JsonValue message = JsonValue.parse(messages.iterator().next().json());
            assertThat(message.all("issue.code")).containsExactly(JsonValue.of("not-found"));
        }
    }

    private CompletedExport exported(ExportRequest request) throws InterruptedException {
        return client.kickOff(request).await(PATIENCE);
    }

    private static ExportRequest whole() {
        return ExportRequest.attributionList(LIST);
    }

    private static void put(LedgerTransaction tx, ResourceKey key) {
        String json = "{\"resourceType\":\"" + key.type() + "\",\"id\":\"" + key.id() + "\"}";
        tx.putResource(key, json.getBytes(StandardCharsets.UTF_8));
    }

    private static Member member() {
        return new Member(
                Reference.to(ResourceType.PATIENT, "pat-a"),
                Reference.to(COVERAGE.type(), COVERAGE.id()),
                Reference.to(ResourceType.PRACTITIONER, "dr-a"),
                Period.of("2026-01-01", null),
                false,
                null,
                OtherElements.NONE);
    }
}
