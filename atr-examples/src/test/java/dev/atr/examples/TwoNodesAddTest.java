package dev.atr.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atr.auth.SigningKey;
import dev.atr.auth.client.AccessTokenSource;
import dev.atr.auth.client.BackendServices;
import dev.atr.consumer.ProducerConnection;
import dev.atr.consumer.discovery.ListClient;
import dev.atr.consumer.reconcile.ListReconciliation;
import dev.atr.core.attribution.AttributionList;
import dev.atr.core.attribution.ListId;
import dev.atr.core.attribution.ListStatus;
import dev.atr.core.attribution.Member;
import dev.atr.core.attribution.MemberCursor;
import dev.atr.core.fhir.FhirVersion;
import dev.atr.core.fhir.Identifier;
import dev.atr.core.fhir.Period;
import dev.atr.core.fhir.Reference;
import dev.atr.core.fhir.ResourceKey;
import dev.atr.core.fhir.ResourceType;
import dev.atr.core.json.GroupReader;
import dev.atr.core.reconcile.MemberAddRequest;
import dev.atr.http.client.OutgoingClient;
import dev.atr.producer.jdbc.Ledger;
import dev.atr.producer.jdbc.LedgerOptions;
import dev.atr.producer.jdbc.LedgerTransaction;
import dev.atr.requirements.Requirement;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Many clients add members to one list at once, half of them on each of two nodes, which are processes of their own and
 * share nothing but a database. Nobody's addition is lost, and each was told the version that shows it.
 */
class TwoNodesAddTest {
    private static final ListId LIST = new ListId("shared");
    private static final ResourceKey DOCTOR = new ResourceKey(ResourceType.PRACTITIONER, "doctor");

    @TempDir
    private Path folder;

    private final SigningKey key = SigningKey.generate("ES384");

    @Test
    @Requirement({"ATR-REC-042", "ATR-MDL-005", "ATR-REC-041"})
    void noAdditionIsLostAndEachIsShownByTheVersionItWasTold() throws Exception {
        addAtOnce(8, 10, 1);
    }

    @Test
    @Tag("soak")
    @Requirement({"ATR-REC-042", "ATR-MDL-005", "ATR-REC-041"})
    void noneOfSixtyFourThousandAdditionsIsLost() throws Exception {
        addAtOnce(64, 1_000, 2_000);
    }

    /**
     * Adds, and looks.
     *
     * @param readEach how many versions there are to each one that is read as a whole
     */
    private void addAtOnce(int clients, int additions, int readEach) throws Exception {
        int all = clients * additions;
        String url = Postgres.freshDatabase();
        fill(url, all);
        try (OpenParts open = new OpenParts()) {
            List<URI> nodes = new ArrayList<>();
            for (int node = 0; node < 2; node++) {
                nodes.add(URI.create(open.add(node(node, url, clients)).awaitLine("Producer ready at ")));
            }
            OutgoingClient egress = open.add(OutgoingClient.builder().build());
            List<Client> callers = IntStream.range(0, clients)
                    .mapToObj(client -> Client.of(client, nodes.get(client % 2), key, egress))
                    .toList();
            long begin = System.nanoTime();
            Map<String, Integer> told = addAll(callers, additions);
            System.out.printf("%d additions: %.0f a second%n", all, all * 1e9 / (System.nanoTime() - begin));

            assertThat(told).hasSize(all);
            assertThat(told.values()).containsExactlyInAnyOrderElementsOf(versionsFrom(2, all));
            assertThat(shownSince(url)).isEqualTo(told);
            for (Client client : callers.subList(0, 2)) {
                AttributionList now = client.lists().find(LIST).orElseThrow();
                assertThat(now.version()).isEqualTo(String.valueOf(1 + all));
                assertThat(now.quantity()).isEqualTo(all);
            }
            for (int version = 2; version <= 1 + all; version += readEach) {
                int at = version;
                // The other node than the one that the client was told by
                Client reader = callers.get(version % 2);
                assertThat(reader.patientsOf(at))
                        .hasSize(at - 1)
                        .containsExactlyInAnyOrderElementsOf(told.entrySet().stream()
                                .filter(each -> each.getValue() <= at)
                                .map(Map.Entry::getKey)
                                .toList());
            }
        }
    }

    /** Lets every client add members of its own, one after the other; returns which version each addition was told. */
    private static Map<String, Integer> addAll(List<Client> callers, int additions) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(callers.size());
        try {
            List<Future<Map<String, Integer>>> running = new ArrayList<>();
            for (Client client : callers) {
                running.add(threads.submit(() -> client.add(additions)));
            }
            Map<String, Integer> told = new HashMap<>();
            for (Future<Map<String, Integer>> one : running) {
                told.putAll(one.get());
            }
            return told;
        } finally {
            threads.shutdownNow();
        }
    }

    private static List<Integer> versionsFrom(int first, int count) {
        return IntStream.range(first, first + count).boxed().toList();
    }

    private AtrProcess node(int number, String url, int clients) throws IOException {
        Path jwks = Files.writeString(folder.resolve("key" + number + ".public.json"), key.publicJwks());
        List<String> words = new ArrayList<>(List.of(
                "serve",
                "--port",
                "0",
                "--data",
                folder.resolve("data" + number).toString(),
                "--jdbc-url",
                url,
                "--db-user",
                Postgres.USER));
        for (int client = 0; client < clients; client++) {
            words.addAll(List.of("--client", Client.id(client) + "=" + jwks + ";system/*.read system/*.write"));
        }
        return AtrProcess.start(
                folder, "128m", Map.of("ATR_DB_PASSWORD", Postgres.PASSWORD), words.toArray(String[]::new));
    }

    /** Makes an empty list, and people who can be added. */
    private static void fill(String url, int people) {
        try (Ledger ledger = Ledger.open(LedgerOptions.ofUrl(url).credentials(Postgres.USER, Postgres.PASSWORD))) {
            ledger.importList(
                    AttributionList.of(
                                    LIST,
                                    ListStatus.OPEN,
                                    List.of(Identifier.of("https://payer.example/contracts", "CT-1")),
                                    Reference.to(ResourceType.ORGANIZATION, "payer"),
                                    Period.of("2026-01-01", null))
                            .withQuantity(0),
                    MemberCursor.of(List.of()));
            ledger.write(tx -> {
                put(tx, DOCTOR, "");
                for (int i = 0; i < people; i++) {
                    ResourceKey patient = patient(i);
                    put(tx, patient, "");
                    put(
                            tx,
                            new ResourceKey(ResourceType.COVERAGE, "c" + i),
                            ",\"status\":\"active\",\"beneficiary\":{\"reference\":\"" + patient.reference()
                                    + "\"},\"payor\":[{\"reference\":\"Organization/payer\"}]");
                }
            });
        }
    }

    private static void put(LedgerTransaction tx, ResourceKey resource, String more) {
        tx.putResource(
                resource,
                ("{\"resourceType\":\"" + resource.type() + "\",\"id\":\"" + resource.id() + "\"" + more + "}")
                        .getBytes(StandardCharsets.UTF_8));
    }

    private static ResourceKey patient(int number) {
        return new ResourceKey(ResourceType.PATIENT, "p" + number);
    }

    /** Returns since which version each patient is on the list, by the tables; a patient with two rows is an error. */
    private static Map<String, Integer> shownSince(String url) throws SQLException {
        Map<String, Integer> since = new HashMap<>();
        try (Connection database = DriverManager.getConnection(url, Postgres.USER, Postgres.PASSWORD);
                PreparedStatement rows = database.prepareStatement("select m.patient, v.version from atr.member m"
                        + " join atr.list_version v on v.list_id = m.list_id and v.from_pos = m.from_pos"
                        + " where m.list_id = ?")) {
            rows.setString(1, LIST.value());
            try (ResultSet row = rows.executeQuery()) {
                while (row.next()) {
                    assertThat(since.put(row.getString(1), row.getInt(2)))
                            .as(row.getString(1))
                            .isNull();
                }
            }
        }
        return since;
    }

    /** A registered client that knows one of the nodes. */
    private record Client(
            int number, URI base, AccessTokenSource tokens, ListReconciliation reconciliation, ListClient lists) {
        static Client of(int number, URI base, SigningKey key, OutgoingClient egress) {
            AccessTokenSource tokens = BackendServices.builder(base, id(number), key)
                    .egress(egress)
                    .scope("system/*.read system/*.write")
                    .build();
            ProducerConnection connection = ProducerConnection.of(base, tokens, egress);
            return new Client(number, base, tokens, new ListReconciliation(connection), new ListClient(connection));
        }

        static String id(int number) {
            return "c" + number;
        }

        Map<String, Integer> add(int additions) throws InterruptedException {
            Map<String, Integer> told = new HashMap<>();
            int last = 1;
            for (int i = number * additions; i < (number + 1) * additions; i++) {
                ResourceKey patient = patient(i);
                int version = Integer.parseInt(Objects.requireNonNull(reconciliation
                        .memberAdd(LIST, new MemberAddRequest.OfPatient(patient, DOCTOR, null))
                        .version()));
                assertThat(version).isGreaterThan(last);
                last = version;
                told.put(patient.reference(), version);
            }
            return told;
        }

        /** Reads a version of the list with its rows. */
        List<String> patientsOf(int version) throws IOException, InterruptedException {
            HttpRequest request = HttpRequest.newBuilder(
                            URI.create(base + "/" + LIST.key().reference() + "/_history/" + version))
                    .header("Authorization", "Bearer " + tokens.token())
                    .build();
            HttpResponse<InputStream> answer = HttpClient.newHttpClient().send(request, BodyHandlers.ofInputStream());
            assertThat(answer.statusCode()).isEqualTo(200);
            List<String> patients = new ArrayList<>();
            try (InputStream body = answer.body();
                    GroupReader rows = new GroupReader(body, FhirVersion.R4)) {
                for (Member row = rows.next(); row != null; row = rows.next()) {
                    patients.add(Optional.ofNullable(row.patient())
                            .flatMap(Reference::key)
                            .orElseThrow()
                            .reference());
                }
            }
            return patients;
        }
    }
}
