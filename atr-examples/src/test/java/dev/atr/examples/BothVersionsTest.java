package dev.atr.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atr.auth.SigningKey;
import dev.atr.cli.sample.SamplePayer;
import dev.atr.consumer.ProducerConnection;
import dev.atr.consumer.discovery.ListClient;
import dev.atr.consumer.sync.ListStore;
import dev.atr.consumer.sync.ListSync;
import dev.atr.core.error.InvalidContentException;
import dev.atr.core.fhir.FhirVersion;
import dev.atr.core.file.NewFile;
import dev.atr.core.json.GroupJson;
import dev.atr.requirements.Requirement;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** One payer in both FHIR versions: the same members for a Consumer in each, and a clear word to one in the wrong version. */
class BothVersionsTest {
    /** What both versions say alike, as columns of the local copy. */
    private static final List<String> SAME = List.of(
            "select list_id, name, status, contract_start, contract_end, version from atr_sync.attribution_list order by 1",
            "select list_key, patient, provider, coverage, period_start, period_end, inactive, change_type"
                    + " from atr_sync.member order by 1, 2, 3, 4, 5",
            "select list_id, patient, member_id, family, given, birth_date, gender, provider_name, npi, coverage, plan,"
                    + " subscriber_id from atr_sync.current_member order by 1, 2, 9, 10",
            "select ref, beneficiary, member_id, subscriber_id, plan, status, period_start, period_end"
                    + " from atr_sync.coverage order by ref",
            "select ref, member_id, family, given, birth_date, gender from atr_sync.patient order by ref",
            "select ref, name, npi, tin, practitioner, organization from atr_sync.provider order by ref",
            "select ref, patient, family, given from atr_sync.related_person order by ref",
            "select from_ref, to_ref from atr_sync.resource_link order by 1, 2");

    @TempDir
    private Path folder;

    @Test
    @Requirement({"ATR-GEN-009", "STU3-001", "STU3-003", "STU3-005"})
    void consumersInEachVersionHoldTheSameMembers() throws Exception {
        SigningKey key = SigningKey.generate("ES384");
        NewFile.write(folder, "us.json", key.jwk().getBytes(StandardCharsets.UTF_8));
        Path privateKey = folder.resolve("us.json");
        Path publicKey = Files.writeString(folder.resolve("us.public.json"), key.publicJwks());
        try (AtrProcess payer = AtrProcess.start(
                folder,
                "128m",
                Map.of(),
                "serve",
                "--port",
                "0",
                "--data",
                folder.resolve("payer").toString(),
                "--sample",
                "small",
                "--fhir",
                "both",
                "--client",
                "us=" + publicKey)) {
            URI r4 = URI.create(payer.awaitLine("Producer ready at "));
            Path one = folder.resolve("r4");
            Path other = folder.resolve("stu3");
            for (String list : List.of(SamplePayer.OPEN_LIST.value(), SamplePayer.FINAL_LIST.value())) {
                sync(r4, privateKey, list, one);
                sync(r4.resolve("stu3"), privateKey, list, other);
            }

            List<List<String>> inR4 = rows(one);
            assertThat(rows(other)).isEqualTo(inR4);
            assertThat(inR4).noneMatch(List::isEmpty);
        }
    }

    @ParameterizedTest
    @EnumSource
    @Requirement({"ATR-GEN-009", "STU3-003"})
    void aConsumerInTheWrongVersionIsToldSo(FhirVersion spoken) throws Exception {
        FhirVersion wrong = spoken == FhirVersion.R4 ? FhirVersion.STU3 : FhirVersion.R4;
        try (RunningProducer producer = RunningProducer.withSample(RunningProducer.Database.H2, folder);
                ListStore copies = ListStore.inFile(folder.resolve("copies"))) {
            ProducerConnection mistaken = producer.connection(spoken).withFhirVersion(wrong);

            assertThatThrownBy(() -> new ListClient(mistaken).find(producer.openList()))
                    .isInstanceOf(InvalidContentException.class)
                    .hasMessageContaining("managingEntity")
                    .hasMessageContaining("the peer speaks " + spoken);
            assertThatThrownBy(() -> ListSync.builder(mistaken, copies, folder.resolve("work"))
                            .build()
                            .run(producer.openList()))
                    .isInstanceOf(InvalidContentException.class)
                    .hasMessageContaining("the peer speaks " + spoken);
        }
    }

    @ParameterizedTest
    @EnumSource
    @Requirement({"ATR-GEN-009", "STU3-002", "STU3-003"})
    void aListSentInTheWrongVersionIsRefused(FhirVersion served) throws Exception {
        FhirVersion wrong = served == FhirVersion.R4 ? FhirVersion.STU3 : FhirVersion.R4;
        try (RunningProducer producer = RunningProducer.withSample(RunningProducer.Database.H2, folder)) {
            String list = new String(
                    GroupJson.header(
                            producer.lists(served).find(producer.openList()).orElseThrow(), wrong, false),
                    StandardCharsets.UTF_8);

            HttpResponse<String> unsaid = post(producer, served, "application/fhir+json", list);
            HttpResponse<String> said =
                    post(producer, served, "application/fhir+json; fhirVersion=" + wrong.mimeParameter(), list);

            assertThat(unsaid.statusCode()).as(unsaid.body()).isEqualTo(400);
            assertThat(unsaid.body()).contains("managingEntity").contains("send it in " + served);
            assertThat(said.statusCode()).isEqualTo(415);
            assertThat(said.body()).contains("FHIR " + served.mimeParameter());
        }
    }

    private static HttpResponse<String> post(RunningProducer producer, FhirVersion at, String mediaType, String body)
            throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(producer.base(at) + "/Group"))
                .header("Content-Type", mediaType)
                .header("Authorization", "Bearer " + producer.changing(at).token())
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
    }

    private void sync(URI base, Path key, String list, Path copies) throws Exception {
        try (AtrProcess consumer = AtrProcess.start(
                folder,
                "64m",
                Map.of(),
                "sync",
                "--fhir-url",
                base.toString(),
                "--client-id",
                "us",
                "--key",
                key.toString(),
                "--list",
                list,
                "--db",
                copies.toString())) {
            assertThat(consumer.exitCode()).as(consumer.messages()).isZero();
        }
    }

    private static List<List<String>> rows(Path copies) throws Exception {
        List<List<String>> all = new ArrayList<>();
        try (Connection database = DriverManager.getConnection("jdbc:h2:file:" + copies, "atr", "")) {
            for (String query : SAME) {
                all.add(SyncTables.rows(database, query));
            }
        }
        return all;
    }
}
