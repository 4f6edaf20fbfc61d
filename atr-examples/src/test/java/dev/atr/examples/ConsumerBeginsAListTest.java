package dev.atr.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atr.cli.sample.SamplePayer;
import dev.atr.consumer.discovery.ListClient;
import dev.atr.consumer.discovery.ReceivedVersion;
import dev.atr.consumer.export.DownloadOptions;
import dev.atr.consumer.export.DownloadedExport;
import dev.atr.consumer.export.DownloadedFile;
import dev.atr.consumer.export.ExportRequest;
import dev.atr.consumer.reconcile.ListReconciliation;
import dev.atr.core.Canonicals;
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
import dev.atr.core.json.GroupJson;
import dev.atr.core.json.JsonValue;
import dev.atr.core.json.JsonValue.JsonObject;
import dev.atr.core.json.ResourceScanner;
import dev.atr.core.reconcile.MemberAddRequest;
import dev.atr.core.reconcile.MemberRemoveRequest;
import dev.atr.core.reconcile.MemberSelector;
import dev.atr.requirements.Requirement;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Our Consumer begins a list with our Producer, fills it, and fetches it: over sockets, from nothing to files. */
class ConsumerBeginsAListTest {
    private static final String TRAITS = Canonicals.CHARACTERISTIC_SYSTEM;
    private static final Identifier CONTRACT = Identifier.of(SamplePayer.CONTRACT_SYSTEM, "CT-of-our-own");

    @TempDir
    private Path folder;

    private RunningProducer producer;
    private ListReconciliation reconciliation;
    private ListClient lists;

    @BeforeEach
    void start() throws Exception {
        producer = RunningProducer.withSample(RunningProducer.Database.H2, folder);
        reconciliation = producer.reconciliation(FhirVersion.R4);
        lists = producer.lists(FhirVersion.R4);
    }

    @AfterEach
    void stop() {
        if (producer != null) {
            producer.close();
        }
    }

    @Test
    @Requirement({"ATR-CRE-001", "ATR-CRE-002", "ATR-CRE-003", "ATR-CRE-005", "ATR-CAP-016", "ATR-CAP-018"})
    void fromTheFirstRequestToTheFiles() throws Exception {
        ResourceKey patient =
                ResourceKey.ofReference(producer.storedOne("Patient")).orElseThrow();
        ResourceKey provider = key(rowOf(patient).provider());
        AttributionList begun = reconciliation.createList(wanted(), source());
        AttributionList again = reconciliation.createList(wanted(), source());

        reconciliation.memberAdd(begun.id(), new MemberAddRequest.OfPatient(patient, provider, null));
        DownloadedExport export = producer.exports(FhirVersion.R4)
                .download(ExportRequest.attributionList(begun.id()), folder.resolve("export"), DownloadOptions.DEFAULT);

        assertThat(begun.status()).isEqualTo(ListStatus.DRAFT);
        assertThat(again.id()).isEqualTo(begun.id());
        StringBuilder exported = new StringBuilder();
        for (DownloadedFile file : export.files()) {
            exported.append(Files.readString(file.path()));
        }
        assertThat(exported.toString())
                .contains(
                        "\"CT-of-our-own\"",
                        "\"reference\":\"" + patient.reference() + "\"",
                        "\"" + patient.id() + "\"");
        assertThat(reconciliation.attributionStatus(begun.id(), new MemberSelector.ByPatient(patient)))
                .isPresent();
        assertThat(lists.history(begun.id().key(), 10))
                .extracting(ReceivedVersion::id)
                .containsExactly("2", "1");
        assertThat(lists.findVersion(begun.id(), "1").orElseThrow().version()).isEqualTo("1");

        reconciliation.memberRemove(begun.id(), new MemberRemoveRequest.OfPatient(patient));
        reconciliation.memberAdd(begun.id(), new MemberAddRequest.OfPatient(patient, provider, null));
        reconciliation.confirmAttributionList(begun.id());
        assertThat(lists.find(begun.id()).orElseThrow().status()).isEqualTo(ListStatus.FINAL);
    }

    @Test
    @Requirement({"ATR-CAP-014", "ATR-CAP-015", "FHIR-011", "ATR-CAP-017"})
    void whatTheListLeadsToIsReadWithItsHistory() throws Exception {
        AttributionList open = lists.find(producer.openList()).orElseThrow();

        assertThat(lists.refresh(open)).containsSame(open);
        assertThat(lists.findByIdentifiers(
                        List.of(open.identifiers(), List.of(open.identifiers().get(0)))))
                .extracting(AttributionList::id)
                .contains(open.id());
        for (String type : List.of(
                "Coverage",
                "Location",
                "Organization",
                "Patient",
                "Practitioner",
                "PractitionerRole",
                "RelatedPerson")) {
            String reference = producer.storedOne(type);
            ResourceKey key = ResourceKey.ofReference(reference).orElseThrow();
            byte[] now = lists.read(key).orElseThrow();
            List<ReceivedVersion> history = lists.history(key, 5);
            assertThat(history).as(type).isNotEmpty();
            assertThat(history.get(0).json()).as(type).isEqualTo(now);
            String version = Optional.ofNullable(history.get(0).id()).orElseThrow();
            assertThat(lists.readVersion(key, version)).contains(now);
        }
    }

    @Test
    @Requirement({"ATR-CAP-010", "ATR-CAP-011"})
    void aListIsFoundByWhatItSaysOfAllItsMembers() throws Exception {
        String provider = producer.storedOne("Practitioner");
        String npi = numberOf(provider);

        HttpResponse<String> created = producer.post("/Group", groupWithTraits(provider));

        assertThat(created.statusCode()).as(created.body()).isEqualTo(201);
        List<JsonValue> id =
                JsonValue.parse(created.body().getBytes(StandardCharsets.UTF_8)).all("id");
        for (String query : List.of(
                "characteristic=attributed-to",
                "characteristic=" + TRAITS + "|attributed-to",
                "characteristic=urn:nobody,urn:line|business",
                "characteristic-value=attributed-to$" + provider,
                "characteristic-value=attributed-to$" + Canonicals.NPI + "|" + npi,
                "characteristic-value=attributed-to$" + npi,
                "characteristic-value=business$urn:lines|medicare",
                "characteristic-value=business$medicare",
                "characteristic-value=local$true")) {
            assertThat(found(query).all("entry.resource.id")).as(query).isEqualTo(id);
        }
        assertThat(found("characteristic-value=local$false").items("entry")).isEmpty();
    }

    private JsonObject found(String query) throws Exception {
        HttpResponse<String> answer = producer.get(
                "/Group?identifier=CT-of-our-own&" + query.replace("|", "%7C").replace("$", "%24"));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return JsonValue.parseObject(answer.body().getBytes(StandardCharsets.UTF_8));
    }

    private String numberOf(String provider) throws Exception {
        byte[] json =
                lists.read(ResourceKey.ofReference(provider).orElseThrow()).orElseThrow();
        return ResourceScanner.scan(json).identifiers().stream()
                .filter(identifier -> Canonicals.NPI.equals(identifier.system()))
                .flatMap(identifier -> Optional.ofNullable(identifier.value()).stream())
                .findFirst()
                .orElseThrow();
    }

    private static String groupWithTraits(String provider) {
        String group = new String(GroupJson.header(wanted(), FhirVersion.R4, false), StandardCharsets.UTF_8);
        return group.substring(0, group.lastIndexOf('}')) + ",\"characteristic\":["
                + trait(TRAITS, "attributed-to", "\"valueReference\":{\"reference\":\"" + provider + "\"}") + ","
                + trait(
                        "urn:line",
                        "business",
                        "\"valueCodeableConcept\":{\"coding\":[{\"system\":\"urn:lines\",\"code\":\"medicare\"}]}")
                + "," + trait("urn:line", "local", "\"valueBoolean\":true") + "]}";
    }

    private static String trait(String system, String code, String value) {
        return "{\"code\":{\"coding\":[{\"system\":\"" + system + "\",\"code\":\"" + code + "\"}]}," + value
                + ",\"exclude\":false}";
    }

    private Member rowOf(ResourceKey patient) throws Exception {
        return reconciliation
                .attributionStatus(producer.openList(), new MemberSelector.ByPatient(patient))
                .orElseThrow()
                .rows()
                .get(0);
    }

    private static ResourceKey key(@Nullable Reference reference) {
        return Optional.ofNullable(reference).flatMap(Reference::key).orElseThrow();
    }

    private static AttributionList wanted() {
        return AttributionList.of(
                        new ListId("any"),
                        ListStatus.DRAFT,
                        List.of(CONTRACT, Identifier.of(Canonicals.NPI, "1234567893")),
                        Reference.to(ResourceType.ORGANIZATION, "payer"),
                        Period.of("2026-01-01", "2026-12-31"))
                .withName("Valley Clinic, list of our own");
    }

    private static Reference source() {
        return new Reference(null, null, null, "Valley Clinic", OtherElements.NONE);
    }
}
