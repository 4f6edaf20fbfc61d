package dev.atr.producer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atr.auth.audit.AuditEvent;
import dev.atr.core.attribution.ChangeType;
import dev.atr.core.attribution.Member;
import dev.atr.core.fhir.ResourceKey;
import dev.atr.core.fhir.ResourceType;
import dev.atr.core.json.JsonValue;
import dev.atr.core.json.JsonValue.JsonObject;
import dev.atr.producer.ProducerFixture.Answer;
import dev.atr.producer.spi.administration.ListAdministration;
import dev.atr.producer.spi.administration.Revised;
import dev.atr.producer.spi.administration.Revision;
import dev.atr.producer.spi.administration.RowDifference;
import dev.atr.producer.spi.administration.RowDifferences;
import dev.atr.producer.spi.administration.RowEdit;
import dev.atr.producer.spi.creation.Deletion;
import dev.atr.producer.tck.SampleLists;
import dev.atr.requirements.Requirement;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What clients see of what the payer does to its lists. */
class AdministrationTest {
    private static final String OPEN = "/Group/" + SampleLists.OPEN.value();
    private static final String DRAFT = "/Group/" + SampleLists.DRAFT.value();
    private static final String EXPORT = "/$davinci-data-export?exportType=hl7.fhir.us.davinci-atr";

    private final List<AuditEvent> events = new ArrayList<>();

    @TempDir
    private Path files;

    @TempDir
    private Path otherFiles;

    private ProducerFixture fixture;

    @BeforeEach
    void open() {
        fixture = ProducerFixture.of(files, builder -> builder.auditTrail(events::add));
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    @Requirement({"ATR-MDL-045", "ATR-CAP-004", "ATR-CAP-005"})
    void aPublishedDraftIsOpenInReadAndHistory() {
        Revised revised = lists().publish(SampleLists.DRAFT);

        assertThat(revised.kind()).isEqualTo(Revised.Kind.DONE);
        Answer read = fixture.get(DRAFT);
        assertThat(read.header("ETag")).isEqualTo("W/\"2\"");
        assertThat(read.text()).contains("\"valueCode\":\"open\"");
        assertThat(fixture.get(DRAFT + "/_history/1").text()).contains("\"valueCode\":\"draft\"");
        assertThat(fixture.get(DRAFT + "/_history").json().find("total").flatMap(JsonValue::number))
                .contains(2L);
        assertThat(detail()).contains("PUBLISH, 0 rows, list list-draft, version 2");
    }

    @Test
    @Requirement({"ATR-MDL-017", "ATR-MDL-047"})
    void aCancelledRowIsReadAsCancelled() {
        Member row = lists().rows(SampleLists.OPEN, patient("a")).get(0);

        lists().revise(SampleLists.OPEN, Revision.of(List.of(new RowEdit.Cancel(row.key()))), null);

        JsonValue member = fixture.get(OPEN).json().items("member").stream()
                .filter(one -> one.all("entity.reference")
                        .get(0)
                        .text()
                        .filter("Patient/a"::equals)
                        .isPresent())
                .findFirst()
                .orElseThrow();
        assertThat(new String(member.toBytes(), StandardCharsets.UTF_8))
                .contains("\"inactive\":true", "\"" + ChangeType.CANCELLED.code() + "\"");
    }

    @Test
    @Requirement({"BULK-STAT-008", "FHIR-015"})
    void theExportOfADeletedListEndsWithAClearWord() {
        String waiting = fixture.kickOff(OPEN + EXPORT);
        String other = fixture.kickOff(DRAFT + EXPORT);

        assertThat(lists().delete(SampleLists.OPEN, null)).isEqualTo(Deletion.DELETED);
        fixture.executor.runAll();

        Answer ended = fixture.get(waiting);
        assertThat(ended.status()).isEqualTo(500);
        assertThat(ended.text()).contains("The list was deleted");
        assertThat(fixture.get(other).status()).isEqualTo(200);
        assertThat(fixture.get(OPEN).status()).isEqualTo(410);
        assertThat(detail()).contains("DELETED, list list-open");
    }

    @Test
    @Requirement("BULK-STAT-008")
    void theExportThatRunsWhenItsListIsDeletedStops() {
        BrokenBackend backend = new BrokenBackend(fixture.sample);
        backend.keepsVersions = true;
        try (ProducerFixture over = ProducerFixture.over(backend, otherFiles)) {
            String status = over.kickOff(OPEN + EXPORT);
            backend.onRow = () -> {
                fixture.sample.listAdministration().orElseThrow().delete(SampleLists.OPEN, null);
                // The client asks at once, and so finds it out before the run does.
                over.get(status);
            };

            over.executor.runAll();

            assertThat(over.stored()).isEmpty();
        }
    }

    @Test
    @Requirement("BULK-STAT-008")
    void theFilesOfAListThatAnotherProcessDeletedAreGone() {
        JsonObject manifest = fixture.exported(OPEN + EXPORT);
        String file = ProducerFixture.file(manifest, "output", "Patient");
        String status = file.replace("$export-file", "$export-status").replaceAll("/[^/]+$", "");

        fixture.sample.listAdministration().orElseThrow().delete(SampleLists.OPEN, null);

        assertThat(fixture.get(status).text()).contains("The list was deleted");
        assertThat(fixture.get(file).status()).isEqualTo(404);
        assertThat(fixture.stored()).isEmpty();
    }

    @Test
    void whatHappenedBetweenTwoVersionsIsToldAsThePayerTellsIt() {
        Member row = lists().rows(SampleLists.OPEN, patient("a")).get(0);
        lists().revise(SampleLists.OPEN, Revision.of(List.of(new RowEdit.Cancel(row.key()))), null);

        try (RowDifferences differences =
                lists().differences(SampleLists.OPEN, 1, 2).orElseThrow()) {
            assertThat(differences.next())
                    .isInstanceOfSatisfying(
                            RowDifference.Left.class,
                            left -> assertThat(left.before().key()).isEqualTo(row.key()));
            assertThat(differences.next()).isNull();
        }
        assertThat(lists().differences(SampleLists.OPEN, 1, 99)).isEmpty();
    }

    private ListAdministration lists() {
        return fixture.producer.administration().orElseThrow();
    }

    private String detail() {
        return events.stream()
                .filter(event -> event.kind() == AuditEvent.Kind.CHANGE && event.clientId() == null)
                .map(event -> String.valueOf(event.detail()))
                .reduce((first, last) -> last)
                .orElseThrow();
    }

    private static ResourceKey patient(String id) {
        return new ResourceKey(ResourceType.PATIENT, id);
    }
}
