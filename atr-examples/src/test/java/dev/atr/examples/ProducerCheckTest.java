package dev.atr.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atr.auth.client.BackendServices;
import dev.atr.consumer.check.CheckReport;
import dev.atr.consumer.check.Finding.Outcome;
import dev.atr.consumer.check.ProducerCheck;
import dev.atr.core.fhir.FhirVersion;
import dev.atr.examples.RunningProducer.Database;
import dev.atr.http.client.Egress;
import dev.atr.http.client.HttpCall;
import dev.atr.http.client.OutgoingClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The check of a Producer: against our own, as it is and with defects, each of which must show. */
class ProducerCheckTest {
    @TempDir
    private static Path folder;

    private static final OutgoingClient EGRESS = OutgoingClient.builder().build();
    private static RunningProducer producer;

    private final SeededDefects defects = new SeededDefects(EGRESS);

    @BeforeAll
    static void start() throws Exception {
        producer = RunningProducer.notifying(Database.H2, folder);
    }

    @AfterAll
    static void stop() {
        producer.close();
        EGRESS.close();
    }

    private static ProducerCheck.Builder check(Egress egress) {
        return ProducerCheck.builder(
                producer.base(FhirVersion.R4),
                egress,
                way -> BackendServices.builder(
                                producer.base(FhirVersion.R4), RunningProducer.CLIENT_ID, producer.clientKey())
                        .egress(way)
                        .build());
    }

    private static void broken(CheckReport report, String... ids) {
        assertThat(Arrays.stream(ids)
                        .filter(id -> report.of(id).outcome() != Outcome.BROKEN)
                        .map(report::of))
                .isEmpty();
    }

    private void tellsNoSecrets(CheckReport report) {
        String all = report.toString();
        assertThat(defects.secrets())
                .isNotEmpty()
                .allSatisfy(secret -> assertThat(all).doesNotContain(secret));
    }

    private static Predicate<HttpCall> to(String method, String part) {
        return call -> call.method().equals(method) && call.uri().toString().contains(part);
    }

    private static String text(HttpCall call) {
        return new String(call.body(), StandardCharsets.UTF_8);
    }

    @Test
    void ourOwnProducerBreaksNoRule() throws Exception {
        CheckReport report = check(EGRESS).build().run();

        assertThat(report.of(Outcome.BROKEN)).isEmpty();
        assertThat(report.of(Outcome.DOUBTFUL)).isEmpty();
        assertThat(report.isConformant()).isTrue();
        assertThat(report.of(Outcome.CONFORMS)).hasSizeGreaterThan(140);
    }

    @Test
    void findsWhatDocumentsLack() throws Exception {
        defects.answer(
                        "smart-configuration",
                        reply -> reply.with("Content-Type", "text/plain")
                                .replacing("\"code_challenge_methods_supported\"", "\"other\"")
                                .replacing("\"scopes_supported\"", "\"scopes\"")
                                .replacing("private_key_jwt", "none")
                                .replacing("permission-v2", "permission-v0")
                                .replacing("\"token_endpoint\":\"http://[^/]*", "\"token_endpoint\":\""))
                .answer(
                        "/metadata",
                        reply -> reply.with("Content-Type", "application/json")
                                .replacing("history-instance", "history-type")
                                .replacing("\"read\"", "\"write\"")
                                .replacing("\"vread\"", "\"write\"")
                                .replacing("search-type", "search-system")
                                .replacing("\"create\"", "\"write\"")
                                .replacing("\"delete\"", "\"write\"")
                                .replacing(
                                        "\"name\":\"(characteristic|characteristic-value|identifier)\"",
                                        "\"name\":\"x\"")
                                .replacing("\"name\":\"member-remove\"", "\"name\":\"x\"")
                                .replacing("\"name\":\"davinci-data-export\"", "\"name\":\"x\"")
                                .replacing("\"name\":\"status\"", "\"name\":\"x\"")
                                .replacing("subscriptiontopic-canonical", "topic")
                                .replacing("StructureDefinition/backport-subscription\"", "StructureDefinition/x\"")
                                .replacing("CapabilityStatement/bulk-data", "CapabilityStatement/x")
                                .replacing("application/fhir\\+json\",\"json", "xml")
                                .replacing("\"fhirVersion\":\"4.0.1\"", "\"fhirVersion\":\"4.3.0\""))
                .answer("_format", reply -> reply.status(406));

        CheckReport report = check(defects).withoutExports().build().run();

        broken(report, "SMART-001", "SMART-002", "SMART-003", "SMART-004", "SMART-005", "SMART-006", "ATR-SEC-002");
        broken(report, "FHIR-002", "FHIR-004", "ATR-GEN-008", "ATR-GEN-016", "ATR-CAP-001", "ATR-CAP-002");
        broken(report, "ATR-CAP-003", "ATR-CAP-004", "ATR-CAP-005", "ATR-CAP-006", "ATR-CAP-007", "ATR-CAP-008");
        broken(report, "ATR-CAP-009", "ATR-CAP-010", "ATR-CAP-011", "ATR-CAP-012", "ATR-CAP-013", "ATR-CAP-019");
        broken(report, "BULK-CAP-001", "BULK-CAP-003", "SUBB-002", "SUBB-003", "SUBB-006");
        assertThat(report.isConformant()).isFalse();
    }

    @Test
    void findsATokenEndpointThatLooksAtNothing() throws Exception {
        AtomicReference<SeededDefects.Reply> given = new AtomicReference<>();
        defects.answer(call -> text(call).contains("grant_type"), reply -> {
            if (reply.status() == 200) {
                given.set(reply.without("Cache-Control")
                        .replacing("\"expires_in\":[0-9]+", "\"expires_in\":3600,\"refresh_token\":\"r\"")
                        .replacing("\"scope\":\"[^\"]*\"", "\"other\":1"));
            }
            return given.get();
        });

        CheckReport report = check(defects).withoutExports().build().run();

        broken(report, "SMART-019", "SMART-020", "SMART-026", "SMART-029", "SMART-031", "SMART-033");
        assertThat(report.of("SMART-028").outcome()).isEqualTo(Outcome.DOUBTFUL);
        tellsNoSecrets(report);
    }

    @Test
    void findsHowListsAreFoundOtherwise() throws Exception {
        defects.openToAll()
                .address("identifier=", "identifier=[^&]*&?", "")
                .address("name=", "name=[^&]*&?", "")
                .address("atr-check=1", "atr-check=1&", "")
                .asking(call -> SeededDefects.headers(
                        call, call.headers().without("Prefer").with("Accept", "application/fhir+json")))
                .answer(
                        "Group?",
                        reply -> reply.replacing("\"relation\":\"self\"", "\"relation\":\"x\"")
                                .replacing("SUBSETTED", "X")
                                .replacing("ext-contractValidityPeriod", "ext-x")
                                .replacing("\"type\":\"person\"", "\"type\":\"person\",\"member\":[{}]"))
                .answer("characteristic", reply -> reply.status(400))
                .answer("_search", reply -> reply.status(404))
                .answer("none?_summary=true", reply -> reply.status(403).body(""))
                .answer(to("GET", "/_history/"), reply -> reply.status(200))
                .answer("/_history?", reply -> reply.replacing("\"type\":\"history\"", "\"type\":\"collection\""))
                .answer("Group/", reply -> reply.without("Last-Modified"))
                .answer(call -> call.headers().first("If-None-Match").isPresent(), reply -> reply.status(200));

        CheckReport report = check(defects)
                .withoutExports()
                .foreignList(producer.openList())
                .build()
                .run();

        broken(report, "ATR-SEC-008", "SMART-035", "ATR-SEC-010", "ATR-SEC-012", "ATR-DISC-011");
        broken(report, "ATR-CAP-009", "ATR-CAP-010", "ATR-DISC-004", "ATR-DISC-008", "ATR-DISC-009");
        broken(report, "FHIR-006", "FHIR-010", "FHIR-015", "FHIR-017", "FHIR-018", "FHIR-019", "FHIR-020", "FHIR-023");
        broken(report, "FHIR-026", "FHIR-027", "FHIR-028", "FHIR-030");
    }

    @Test
    void findsListsThatAreNotFound() throws Exception {
        defects.answer("identifier=", reply -> reply.replacing("\"Group\"", "\"List\""))
                .answer("/_history", reply -> reply.status(404))
                .answer("Group?", reply -> reply.replacing("\"managingEntity\"", "\"x\""))
                .answer(
                        "Group/",
                        reply -> reply.replacing("\"managingEntity\"", "\"x\"")
                                .replacing("ext-contractValidityPeriod", "ext-x")
                                .replacing("\"lastUpdated\"", "\"x\""));

        CheckReport report = check(defects).withoutExports().build().run();

        broken(report, "ATR-DISC-001", "ATR-DISC-002", "ATR-DISC-003", "ATR-CAP-004", "ATR-CAP-005");
        broken(report, "ATR-MDL-008", "ATR-MDL-027", "ATR-MDL-035");
    }

    @Test
    void findsExportsThatAreMadeOtherwise() throws Exception {
        defects.openToAll()
                .address("_type=Patient&", "_type=Patient&", "_type=Group,Patient,Coverage&")
                .address("_type=Patient", "_type=Patient$", "_type=Group,Patient,Coverage")
                .address("atr.check.none", "atr.check.none", "hl7.fhir.us.davinci-atr")
                .address("AtrCheck", "%2CAtrCheck", "")
                .address("_since", "&_since=[^&]*", "")
                .asking(call -> text(call).contains("\"patient\"")
                        ? SeededDefects.body(call, text(call).replaceAll(",\\{\"name\":\"patient\",[^}]*\\}\\}", ""))
                        : call)
                .answer("resourceTypes", reply -> reply.status(400))
                .answer("_type=Group&_type", reply -> reply.status(400))
                .answer(
                        "$davinci-data-export",
                        reply -> reply.headers()
                                .first("Content-Location")
                                .map(url -> reply.with("Content-Location", url.replaceAll("^http://[^/]*", "")))
                                .orElse(reply))
                .answer(to("DELETE", "/"), reply -> reply.status(200))
                .answer(
                        call -> true,
                        reply -> reply.status() == 404 ? reply.status(410).body("") : reply)
                .answer(call -> true, reply -> reply.status() == 202 ? reply.without("Retry-After") : reply)
                .answer(to("GET", "/"), SeededDefectsOfFiles::manifest)
                .file(SeededDefectsOfFiles::content)
                .answer("/Patient/", reply -> reply.status(500))
                .answer("$attribution-status", reply -> reply.status(200).body("{}"));

        CheckReport report = check(defects).build().run();

        broken(report, "ATR-EXP-004", "ATR-EXP-005", "ATR-EXP-007", "ATR-EXP-010", "ATR-EXP-011", "ATR-EXP-013");
        broken(report, "ATR-EXP-014", "ATR-EXP-018", "ATR-EXP-020", "BULK-KICK-001", "BULK-KICK-006");
        broken(report, "BULK-KICK-020", "BULK-KICK-021", "BULK-STAT-003", "BULK-STAT-014", "BULK-STAT-015");
        broken(report, "BULK-STAT-016", "BULK-MAN-002", "BULK-MAN-007", "BULK-FILE-001", "BULK-FILE-002");
        broken(report, "BULK-DEL-002", "BULK-DEL-004", "ATR-CAP-001", "ATR-CAP-002");
        broken(report, "ATR-REC-036", "ATR-REC-038", "ATR-REC-041");
        broken(report, "ATR-MDL-010", "ATR-MDL-028", "ATR-MDL-051", "ATR-MDL-052", "ATR-MDL-061", "ATR-MDL-063");
        broken(report, "ATR-MDL-066");
        assertThat(report.of("ATR-EXP-022").outcome()).isEqualTo(Outcome.DOUBTFUL);
        tellsNoSecrets(report);
    }

    @Test
    void findsManifestsThatSayOtherwise() throws Exception {
        defects.answer(to("GET", "/"), SeededDefectsOfFiles::otherManifest);

        CheckReport report = check(defects).build().run();

        broken(report, "ATR-EXP-017", "BULK-MAN-001", "BULK-MAN-003", "BULK-MAN-004", "BULK-MAN-006", "BULK-KICK-018");
        tellsNoSecrets(report);
    }
}
