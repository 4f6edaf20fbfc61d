package dev.atr.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atr.consumer.export.BulkExportClient;
import dev.atr.consumer.export.ExportRequest;
import dev.atr.consumer.reconcile.MemberStatus;
import dev.atr.core.attribution.AttributionList;
import dev.atr.core.attribution.ChangeType;
import dev.atr.core.attribution.ListId;
import dev.atr.core.attribution.ListStatus;
import dev.atr.core.attribution.Member;
import dev.atr.core.attribution.MemberCursor;
import dev.atr.core.fhir.FhirVersion;
import dev.atr.core.fhir.Identifier;
import dev.atr.core.fhir.OtherElements;
import dev.atr.core.fhir.Period;
import dev.atr.core.fhir.Reference;
import dev.atr.core.fhir.ResourceKey;
import dev.atr.core.fhir.ResourceType;
import dev.atr.core.reconcile.MemberSelector;
import dev.atr.examples.RunningProducer.Database;
import dev.atr.producer.jdbc.Ledger;
import dev.atr.producer.jdbc.LedgerOptions;
import dev.atr.requirements.Requirement;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** An attribution that ended while nobody looked, as a Consumer of a Producer with nothing but a ledger sees it. */
class CalendarOverHttpTest {
    private static final ListId LIST = new ListId("list-1");
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    @TempDir
    private Path folder;

    @ParameterizedTest
    @EnumSource
    @Requirement({"ATR-MDL-014", "ATR-MDL-017", "ATR-MDL-018", "ATR-REC-037"})
    void anAttributionThatEndedYesterdayIsOverEverywhere(Database database) throws Exception {
        try (RunningProducer producer =
                RunningProducer.after(database, folder, CalendarOverHttpTest::fillDayBeforeYesterday)) {
            awaitVersion(producer, "2");

            assertThat(producer.get("/Group/list-1").body()).contains("\"inactive\":true", "\"dropped\"");
            assertThat(producer.get("/Group/list-1/_history/1").body())
                    .doesNotContain("\"inactive\":true", "\"dropped\"");
            assertThat(exported(producer))
                    .filteredOn(Member::inactive)
                    .singleElement()
                    .satisfies(CalendarOverHttpTest::isDropped);
            MemberStatus status = producer.reconciliation(FhirVersion.R4)
                    .attributionStatus(
                            LIST, new MemberSelector.ByPatient(new ResourceKey(ResourceType.PATIENT, "ends")))
                    .orElseThrow();
            assertThat(status.rows()).singleElement().satisfies(CalendarOverHttpTest::isDropped);
        }
    }

    private static void isDropped(Member row) {
        assertThat(row.key().patient()).isEqualTo("Patient/ends");
        assertThat(row.inactive()).isTrue();
        assertThat(row.changeType()).isEqualTo(ChangeType.DROPPED);
    }

    private static void fillDayBeforeYesterday(LedgerOptions options) {
        Clock earlier = Clock.offset(Clock.systemUTC(), Duration.ofDays(-2));
        String yesterday = LocalDate.now(ZoneId.systemDefault()).minusDays(1).toString();
        try (Ledger ledger = Ledger.open(options.clock(earlier).attributionsEndOnCall())) {
            ledger.write(tx -> tx.putResource(
                    new ResourceKey(ResourceType.PATIENT, "ends"),
                    "{\"resourceType\":\"Patient\",\"id\":\"ends\"}".getBytes(StandardCharsets.UTF_8)));
            ledger.importList(
                    AttributionList.of(
                                    LIST,
                                    ListStatus.OPEN,
                                    List.of(Identifier.of("https://payer.example/contracts", "CT-1")),
                                    Reference.to(ResourceType.ORGANIZATION, "payer"),
                                    Period.of("2026-01-01", null))
                            .withQuantity(0),
                    MemberCursor.of(List.of(row("ends", yesterday), row("stays", null))));
        }
    }

    private static Member row(String patient, @Nullable String end) {
        return new Member(
                Reference.to(ResourceType.PATIENT, patient),
                null,
                Reference.to(ResourceType.PRACTITIONER, "doctor"),
                Period.of("2025-01-01", end),
                false,
                null,
                OtherElements.NONE);
    }

    private static List<Member> exported(RunningProducer producer) throws InterruptedException {
        BulkExportClient client = producer.exports(FhirVersion.R4);
        return ReceivedSnapshot.read(
                        client,
                        client.kickOff(ExportRequest.attributionList(LIST)).await(PATIENCE))
                .rows();
    }

    private static void awaitVersion(RunningProducer producer, String version) throws Exception {
        Instant deadline = Instant.now().plus(PATIENCE);
        String now;
        do {
            now = producer.get("/Group/list-1").headers().firstValue("ETag").orElseThrow();
        } while (!now.equals("W/\"" + version + "\"") && Instant.now().isBefore(deadline));
        assertThat(now).isEqualTo("W/\"" + version + "\"");
    }
}
