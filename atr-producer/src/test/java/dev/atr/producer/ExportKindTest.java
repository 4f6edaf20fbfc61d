package dev.atr.producer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atr.core.Canonicals;
import dev.atr.core.attribution.AttributionList;
import dev.atr.core.attribution.ListId;
import dev.atr.core.attribution.MemberCursor;
import dev.atr.core.fhir.FhirVersion;
import dev.atr.core.fhir.ResourceKey;
import dev.atr.core.fhir.ResourceType;
import dev.atr.core.json.JsonValue;
import dev.atr.core.json.JsonValue.JsonObject;
import dev.atr.producer.ProducerFixture.Answer;
import dev.atr.producer.spi.Caller;
import dev.atr.producer.spi.ExportKind;
import dev.atr.producer.spi.KeyCursor;
import dev.atr.producer.spi.ListPage;
import dev.atr.producer.spi.ListQuery;
import dev.atr.producer.spi.ListSlice;
import dev.atr.producer.spi.ListSlices;
import dev.atr.producer.spi.ListSnapshot;
import dev.atr.producer.spi.ProducerBackend;
import dev.atr.producer.spi.ResourceCursor;
import dev.atr.producer.spi.StoredResource;
import dev.atr.producer.spi.reconcile.AttributionPolicy;
import dev.atr.producer.tck.InMemoryBackend;
import dev.atr.producer.tck.SampleLists;
import dev.atr.requirements.Requirement;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A kind of export that an embedder adds, over sockets: claims of the members of a list, beside their Patients. */
@Requirement({"ATR-EXP-003", "ATR-EXP-004"})
class ExportKindTest {
    private static final ResourceType CLAIM = new ResourceType("ExplanationOfBenefit");
    private static final ExportKind CLAIMS =
            new ExportKind("org.example.claims", List.of(CLAIM, ResourceType.PATIENT), Set.of(CLAIM));
    private static final String OPERATION = "/Group/list-open/$davinci-data-export";
    private static final String OF_CLAIMS = OPERATION + "?exportType=org.example.claims";

    @TempDir
    Path files;

    @TempDir
    Path otherFiles;

    private final PayerWithClaims backend = new PayerWithClaims(new InMemoryBackend(SampleLists.standard()));
    private ProducerFixture fixture;
    private Served served;

    @BeforeEach
    void start() throws IOException {
        backend.claims.add(claim("c1", "2026-01-01T00:00:00Z"));
        backend.claims.add(claim("c2", "2026-02-01T00:00:00Z"));
        fixture = ProducerFixture.over(backend, files, builder -> builder.exportKind(CLAIMS));
        served = new Served(fixture);
    }

    @AfterEach
    void stop() {
        served.close();
        fixture.close();
    }

    @Test
    void whoNamesItGetsItsTypesInItsOrder() throws Exception {
        JsonObject manifest = exported(OF_CLAIMS);

        assertThat(types(manifest)).containsExactly("ExplanationOfBenefit", "Patient");
        assertThat(ids(manifest, "ExplanationOfBenefit")).containsExactly("c1", "c2");
        assertThat(ids(manifest, "Patient")).hasSize(6);
        assertThat(manifest.items("error")).isEmpty();
    }

    @Test
    void whoNamesNoneGetsTheExportOfTheGuide() throws Exception {
        assertThat(types(exported(OPERATION))).hasSize(8).doesNotContain("ExplanationOfBenefit");
        assertThat(types(exported(OPERATION + "?exportType=" + Canonicals.EXPORT_TYPE)))
                .hasSize(8);
    }

    @Test
    @Requirement("BULK-KICK-014")
    void changesSinceTheLastExportAreThoseOfItsTypesToo() throws Exception {
        JsonObject manifest = exported(OF_CLAIMS + "&_since=2026-01-15T00:00:00Z");

        assertThat(ids(manifest, "ExplanationOfBenefit")).containsExactly("c2");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Coverage", "ExplanationOfBenefit,Coverage", "Patient"})
    @Requirement("BULK-KICK-020")
    void otherTypesOrFewerAreRefused(String types) throws Exception {
        HttpResponse<byte[]> answer = served.get(OF_CLAIMS + "&_type=" + types);

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(new String(answer.body(), StandardCharsets.UTF_8)).contains("ExplanationOfBenefit");
    }

    @Test
    @Requirement("BULK-KICK-032")
    void itNeedsScopesForItsTypes() {
        String[] client = fixture.as(SampleLists.CONSUMER, "system/Group.rs system/Patient.rs");

        Answer answer = fixture.send("GET", OF_CLAIMS, "", client);

        assertThat(answer.status()).isEqualTo(403);
    }

    @Test
    @Requirement("BULK-KICK-023")
    void typesThatTheGuideDoesNotKnowStayWhole() throws Exception {
        JsonObject manifest = exported(OF_CLAIMS + "&_elements=name");

        assertThat(lines(manifest, "ExplanationOfBenefit").get(0).text("status"))
                .contains("active");
        assertThat(lines(manifest, "Patient").get(0).all("meta.tag.code")).containsExactly(JsonValue.of("SUBSETTED"));
    }

    @Test
    @Requirement("BULK-STAT-008")
    void aResourceThatIsNoneFailsTheExportAndItsTypeIsNamed() throws Exception {
        backend.claims.add(new StoredResource(
                new ResourceKey(CLAIM, "c3"), "1", Instant.EPOCH, "{\"id\":\"c3\"}".getBytes(StandardCharsets.UTF_8)));

        HttpResponse<byte[]> kickOff = served.get(OF_CLAIMS);
        fixture.executor.runAll();
        HttpResponse<byte[]> failed = served.get(status(kickOff));

        assertThat(failed.statusCode()).isEqualTo(500);
        assertThat(new String(failed.body(), StandardCharsets.UTF_8)).contains("resource of type ExplanationOfBenefit");
    }

    @Test
    @Requirement("BULK-CAP-002")
    void theCapabilityStatementNamesIt() throws Exception {
        assertThat(new String(served.get("/metadata").body(), StandardCharsets.UTF_8))
                .contains("exportType org.example.claims exports, for the same lists: ExplanationOfBenefit, Patient.");
    }

    @Test
    void anUnknownOneIsRefusedWithTheNamesOfThoseServed() throws Exception {
        HttpResponse<byte[]> answer = served.get(OPERATION + "?exportType=org.example.other");

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(new String(answer.body(), StandardCharsets.UTF_8))
                .contains("The export types served are: hl7.fhir.us.davinci-atr, org.example.claims.");
    }

    @Test
    void aProducerTakesEachNameOnceAndOtherTypesInR4Alone() {
        ExportKind guide = new ExportKind(Canonicals.EXPORT_TYPE, List.of(ResourceType.GROUP), Set.of());
        ExportKind guideToo = new ExportKind(Canonicals.IMPLEMENTATION_GUIDE, List.of(ResourceType.GROUP), Set.of());

        try (DirectoryExportFiles own = DirectoryExportFiles.open(otherFiles)) {
            assertThatThrownBy(over(own).exportKind(CLAIMS).exportKind(CLAIMS)::build)
                    .hasMessageContaining("served already");
            for (ExportKind taken : List.of(guide, guideToo)) {
                assertThatThrownBy(over(own).exportKind(taken)::build).hasMessageContaining("served already");
            }
            assertThatThrownBy(over(own).exportKind(CLAIMS).fhirVersion(FhirVersion.STU3)::build)
                    .hasMessageContaining("only served in R4");
        }
    }

    private AtrProducer.Builder over(DirectoryExportFiles own) {
        return AtrProducer.builder(backend)
                .baseUrl(URI.create(ProducerFixture.BASE))
                .accessTokens(token -> Optional.empty())
                .attributionPolicy(AttributionPolicy.anyMemberOfThisPayer())
                .exportFiles(own);
    }

    @Test
    void aKindHasANameAndTypes() {
        List<ResourceType> types = List.of(CLAIM);

        for (String name : List.of("", "a b", "a|1", "é", "x".repeat(201))) {
            assertThatThrownBy(() -> new ExportKind(name, types, Set.of())).hasMessageContaining("name");
        }
        assertThatThrownBy(() -> new ExportKind("a", List.of(), Set.of())).hasMessageContaining("types");
        assertThatThrownBy(() -> new ExportKind("a", List.of(CLAIM, CLAIM), Set.of()))
                .hasMessageContaining("types");
        assertThatThrownBy(() -> new ExportKind("a", types, Set.of(ResourceType.GROUP)))
                .hasMessageContaining("minimum");
    }

    private JsonObject exported(String target) throws IOException, InterruptedException {
        HttpResponse<byte[]> kickOff = served.get(target);
        fixture.executor.runAll();
        HttpResponse<byte[]> ended = served.get(status(kickOff));
        assertThat(ended.statusCode()).isEqualTo(200);
        return JsonValue.parseObject(ended.body());
    }

    private static String status(HttpResponse<byte[]> kickOff) {
        assertThat(kickOff.statusCode()).isEqualTo(202);
        return ProducerFixture.below(
                kickOff.headers().firstValue("Content-Location").orElseThrow());
    }

    private static List<String> types(JsonObject manifest) {
        return manifest.all("output.type").stream()
                .map(type -> type.text().orElseThrow())
                .toList();
    }

    private List<String> ids(JsonObject manifest, String type) throws IOException, InterruptedException {
        return lines(manifest, type).stream()
                .map(line -> line.text("id").orElseThrow())
                .toList();
    }

    private List<JsonObject> lines(JsonObject manifest, String type) throws IOException, InterruptedException {
        HttpResponse<byte[]> file = served.get(ProducerFixture.file(manifest, "output", type));
        return Arrays.stream(new String(file.body(), StandardCharsets.UTF_8).split("\n", -1))
                .filter(line -> !line.isEmpty())
                .map(line -> JsonValue.parseObject(line.getBytes(StandardCharsets.UTF_8)))
                .toList();
    }

    private static StoredResource claim(String id, String lastUpdated) {
        String json = "{\"resourceType\":\"ExplanationOfBenefit\",\"id\":\"" + id + "\",\"status\":\"active\"}";
        return new StoredResource(
                new ResourceKey(CLAIM, id), "1", Instant.parse(lastUpdated), json.getBytes(StandardCharsets.UTF_8));
    }

    /** A payer whose snapshots have claims too. */
    private static final class PayerWithClaims implements ProducerBackend {
        final List<StoredResource> claims = new ArrayList<>();
        private final InMemoryBackend lists;

        PayerWithClaims(InMemoryBackend lists) {
            this.lists = lists;
        }

        @Override
        public Optional<AttributionList> find(Caller caller, ListId list) {
            return lists.find(caller, list);
        }

        @Override
        public ListPage search(Caller caller, ListQuery query) {
            return lists.search(caller, query);
        }

        @Override
        public Optional<ListSnapshot> snapshot(Caller caller, ListId list) {
            return lists.snapshot(caller, list).map(snapshot -> new WithClaims(snapshot, claims));
        }

        @Override
        public Optional<StoredResource> read(Caller caller, ResourceKey key) {
            return lists.read(caller, key);
        }

        @Override
        public Optional<ListSlices> slices() {
            ListSlices slices = lists.slices().orElseThrow();
            return Optional.of(new ListSlices() {
                @Override
                public Set<ListSlice.Limit> limits() {
                    return Set.of(ListSlice.Limit.SINCE);
                }

                @Override
                public Optional<ListSnapshot> snapshot(Caller caller, ListId list, ListSlice slice) {
                    return slices.snapshot(caller, list, slice)
                            .map(snapshot -> new WithClaims(snapshot, since(slice.since())));
                }
            });
        }

        private List<StoredResource> since(@Nullable Instant since) {
            return claims.stream()
                    .filter(claim -> since == null || claim.lastUpdated().isAfter(since))
                    .toList();
        }
    }

    private record WithClaims(ListSnapshot sound, List<StoredResource> claims) implements ListSnapshot {
        @Override
        public AttributionList list() {
            return sound.list();
        }

        @Override
        public Instant transactionTime() {
            return sound.transactionTime();
        }

        @Override
        public MemberCursor members() {
            return sound.members();
        }

        @Override
        public ResourceCursor resources(ResourceType type) {
            return type.equals(CLAIM) ? ResourceCursor.of(claims) : sound.resources(type);
        }

        @Override
        public KeyCursor deleted() {
            return sound.deleted();
        }

        @Override
        public void close() {
            sound.close();
        }
    }
}
