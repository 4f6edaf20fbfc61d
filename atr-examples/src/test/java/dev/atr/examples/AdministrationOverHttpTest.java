package dev.atr.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atr.consumer.export.BulkExportClient;
import dev.atr.consumer.export.ExportRequest;
import dev.atr.core.attribution.AttributionList;
import dev.atr.core.attribution.ListId;
import dev.atr.core.attribution.ListStatus;
import dev.atr.core.attribution.Member;
import dev.atr.core.fhir.FhirVersion;
import dev.atr.core.fhir.Identifier;
import dev.atr.core.fhir.OtherElements;
import dev.atr.core.fhir.Period;
import dev.atr.core.fhir.Reference;
import dev.atr.core.fhir.ResourceType;
import dev.atr.examples.RunningProducer.Database;
import dev.atr.producer.spi.administration.Revised;
import dev.atr.producer.spi.administration.Revision;
import dev.atr.producer.spi.administration.RowEdit;
import dev.atr.producer.spi.creation.Deletion;
import dev.atr.requirements.Requirement;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a Consumer learns of what the payer does to a list: from the list, its versions and exports since the last one. */
class AdministrationOverHttpTest {
    private static final ListId LIST = new ListId("list-1");
    private static final String GROUP = "/Group/list-1";
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    @TempDir
    private Path folder;

    @ParameterizedTest
    @EnumSource
    @Requirement({"ATR-MDL-045", "ATR-CAP-004"})
    void aPublishedDraftIsOpenEverywhere(Database database) throws Exception {
        try (RunningProducer producer = producer(database, ListStatus.DRAFT)) {
            Instant last = lastUpdated(producer);
            String draft = etag(producer);

            Revised revised = producer.administration().publish(LIST);

            assertThat(revised.kind()).isEqualTo(Revised.Kind.DONE);
            assertThat(etag(producer)).isEqualTo(etagOf(revised)).isNotEqualTo(draft);
            assertThat(earlier(producer, draft).status()).isEqualTo(ListStatus.DRAFT);
            ReceivedSnapshot since = exportSince(producer, last);
            assertThat(since.list().status()).isEqualTo(ListStatus.OPEN);
            assertThat(since.list().version()).isEqualTo(revisedList(revised).version());
        }
    }

    @ParameterizedTest
    @EnumSource
    @Requirement({"ATR-MDL-017", "ATR-MDL-046", "ATR-MDL-047"})
    void aCancelledRowSaysSoEverywhere(Database database) throws Exception {
        try (RunningProducer producer = producer(database, ListStatus.OPEN)) {
            Instant last = lastUpdated(producer);
            String before = etag(producer);

            Revised revised = cancel(producer, "a");

            assertThat(etag(producer)).isEqualTo(etagOf(revised)).isNotEqualTo(before);
            assertThat(revisedList(revised).quantity()).isEqualTo(1);
            assertThat(producer.get(GROUP + "/_history/" + number(before)).body())
                    .doesNotContain("cancelled");
            assertThat(rows(exportSince(producer, last))).containsExactly("a inactive cancelled", "b active new");
        }
    }

    @ParameterizedTest
    @EnumSource
    @Requirement({"ATR-MDL-045", "ATR-CAP-004"})
    void aFinalListIsWithoutItsCancelledRows(Database database) throws Exception {
        try (RunningProducer producer = producer(database, ListStatus.OPEN)) {
            cancel(producer, "a");
            Instant last = lastUpdated(producer);
            String before = etag(producer);

            Revised revised = producer.administration().finalise(LIST);

            assertThat(etag(producer)).isEqualTo(etagOf(revised)).isNotEqualTo(before);
            assertThat(producer.get(GROUP + "/_history/" + number(before)).body())
                    .contains("Patient/a", "cancelled");
            ReceivedSnapshot since = exportSince(producer, last);
            assertThat(since.list().status()).isEqualTo(ListStatus.FINAL);
            assertThat(since.rows()).extracting(row -> row.key().patient()).containsExactly("Patient/b");
        }
    }

    @ParameterizedTest
    @EnumSource
    @Requirement({"FHIR-015", "ATR-CAP-004"})
    void aDeletedListIsGoneAndItsVersionsStay(Database database) throws Exception {
        try (RunningProducer producer = producer(database, ListStatus.OPEN)) {
            Instant last = lastUpdated(producer);
            String before = etag(producer);

            assertThat(producer.administration().delete(LIST, null)).isEqualTo(Deletion.DELETED);

            assertThat(producer.get(GROUP).statusCode()).isEqualTo(410);
            assertThat(earlier(producer, before).status()).isEqualTo(ListStatus.OPEN);
            HttpResponse<String> kickOff =
                    producer.get(GROUP + "/$davinci-data-export?exportType=hl7.fhir.us.davinci-atr&_since=" + last);
            assertThat(kickOff.statusCode()).isBetween(400, 499);
            assertThat(kickOff.body()).contains("OperationOutcome").doesNotContain("Patient/");
        }
    }

    private RunningProducer producer(Database database, ListStatus status) throws Exception {
        RunningProducer producer = RunningProducer.empty(database, folder);
        producer.importList(AttributionList.of(
                        LIST,
                        status,
                        List.of(Identifier.of("https://payer.example/contracts", "CT-1")),
                        Reference.to(ResourceType.ORGANIZATION, "payer"),
                        Period.of("2026-01-01", null))
                .withQuantity(0));
        producer.write(tx -> {
            tx.putMember(LIST, row("a"));
            tx.putMember(LIST, row("b"));
        });
        return producer;
    }

    private static Revised cancel(RunningProducer producer, String patient) {
        Revised revised = producer.administration()
                .revise(
                        LIST,
                        Revision.of(List.of(new RowEdit.Cancel(row(patient).key()))),
                        null);
        assertThat(revised.kind()).isEqualTo(Revised.Kind.DONE);
        return revised;
    }

    private static Member row(String patient) {
        return new Member(
                Reference.to(ResourceType.PATIENT, patient),
                null,
                Reference.to(ResourceType.PRACTITIONER, "doctor"),
                Period.of("2026-01-01", null),
                false,
                null,
                OtherElements.NONE);
    }

    private static List<String> rows(ReceivedSnapshot export) {
        return export.rows().stream()
                .map(row -> row.key().patient().substring("Patient/".length())
                        + (row.inactive() ? " inactive " : " active ")
                        + Objects.requireNonNull(row.changeType()).code())
                .sorted()
                .toList();
    }

    private static ReceivedSnapshot exportSince(RunningProducer producer, Instant last) throws InterruptedException {
        BulkExportClient client = producer.exports(FhirVersion.R4);
        return ReceivedSnapshot.read(
                client,
                client.kickOff(ExportRequest.attributionList(LIST).since(last)).await(PATIENCE));
    }

    /** Returns the time of the list's version, which an export made now would have for its own: it costs no wait. */
    private static Instant lastUpdated(RunningProducer producer) throws Exception {
        return Objects.requireNonNull(
                producer.lists(FhirVersion.R4).find(LIST).orElseThrow().lastUpdated());
    }

    private static String etag(RunningProducer producer) throws Exception {
        return producer.get(GROUP).headers().firstValue("ETag").orElseThrow();
    }

    private static String etagOf(Revised revised) {
        return "W/\"" + revisedList(revised).version() + "\"";
    }

    private static AttributionList revisedList(Revised revised) {
        return Objects.requireNonNull(revised.list());
    }

    private static String number(String etag) {
        return etag.substring("W/\"".length(), etag.length() - 1);
    }

    private static AttributionList earlier(RunningProducer producer, String etag) throws Exception {
        return producer.lists(FhirVersion.R4).findVersion(LIST, number(etag)).orElseThrow();
    }
}
