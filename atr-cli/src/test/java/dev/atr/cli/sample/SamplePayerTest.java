package dev.atr.cli.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.atr.core.Canonicals;
import dev.atr.core.attribution.AttributionList;
import dev.atr.core.attribution.ListId;
import dev.atr.core.attribution.ListStatus;
import dev.atr.core.attribution.Member;
import dev.atr.core.attribution.MemberCursor;
import dev.atr.core.attribution.MemberKey;
import dev.atr.core.fhir.FhirVersion;
import dev.atr.core.fhir.ResourceKey;
import dev.atr.core.fhir.ResourceType;
import dev.atr.core.json.GroupJson;
import dev.atr.core.json.JsonValue;
import dev.atr.core.json.ResourceScanner;
import dev.atr.core.rules.AttributionListRules;
import dev.atr.core.rules.ListRuleOptions;
import dev.atr.core.rules.ResourceRules;
import dev.atr.core.rules.RuleViolation;
import dev.atr.requirements.Requirement;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SamplePayerTest {
    private static final LocalDate TODAY = LocalDate.of(2026, 6, 15);

    @Test
    void theSameNumberAndYearGiveTheSameData() {
        String hash = sample(200, TODAY).hash();

        assertThat(sample(200, LocalDate.of(2026, 12, 31)).hash()).isEqualTo(hash);
        assertThat(sample(200, LocalDate.of(2027, 1, 1)).hash()).isNotEqualTo(hash);
        assertThat(sample(201, TODAY).hash()).isNotEqualTo(hash);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 25, 200, 1_003})
    void theOpenListHasTheMembersAskedFor(int members) {
        Recording sample = sample(members, TODAY);

        assertThat(sample.patients(SamplePayer.OPEN_LIST)).hasSize(members);
        assertThat(sample.list(SamplePayer.OPEN_LIST).status()).isEqualTo(ListStatus.OPEN);
    }

    @Test
    @Requirement("ATR-MDL-031")
    void eachListNamesItsRecipient() {
        Recording sample = sample(SamplePayer.SMALL, TODAY);

        assertThat(sample.lists.values())
                .isNotEmpty()
                .extracting(list -> Objects.requireNonNull(list.intendedRecipient(), "recipient")
                        .system())
                .containsOnly(Canonicals.NPI);
    }

    @Test
    void aSmallDraftAndASmallFinalListStandBesideIt() {
        Recording sample = sample(SamplePayer.SMALL, TODAY);

        assertThat(sample.list(SamplePayer.DRAFT_LIST).status()).isEqualTo(ListStatus.DRAFT);
        assertThat(sample.list(SamplePayer.FINAL_LIST).status()).isEqualTo(ListStatus.FINAL);
        assertThat(sample.patients(SamplePayer.DRAFT_LIST)).hasSize(12);
        assertThat(sample.patients(SamplePayer.FINAL_LIST)).hasSize(15);
    }

    @ParameterizedTest
    @ValueSource(strings = {"2026-01-01", "2026-06-15", "2026-12-31"})
    @Requirement({"ATR-GEN-012", "ATR-MDL-003", "ATR-MDL-009", "ATR-MDL-012"})
    void breaksNoRuleOnAnyDayOfItsYear(LocalDate day) {
        Recording sample = sample(300, day);
        List<RuleViolation> found = new ArrayList<>();

        AttributionListRules rules =
                new AttributionListRules(new ListRuleOptions(SamplePayer.CONTRACT_SYSTEM, day, ZoneOffset.UTC));
        sample.resources.forEach((key, json) -> ResourceRules.check(key.type(), json, found::add));
        sample.lists.forEach((id, list) -> rules.check(list, cursor(sample.rows(id)), found::add));

        // What a row has become is the ledger's to say
        assertThat(found).filteredOn(v -> !v.rule().equals("ATR-MDL-040")).isEmpty();
    }

    @Test
    @Requirement({"ATR-GEN-019", "ATR-MDL-062"})
    void fillsWhatBothVersionsOfUsCoreAskFor() {
        Recording sample = sample(300, TODAY);

        assertThat(sample.of(ResourceType.RELATED_PERSON))
                .isNotEmpty()
                .allSatisfy(person ->
                        assertThat(person.find("active").flatMap(v -> v.flag())).contains(true));
        assertThat(sample.of(ResourceType.COVERAGE))
                .allSatisfy(coverage ->
                        assertThat(coverage.all("relationship.coding.code")).hasSize(1));
        assertThat(sample.of(ResourceType.PRACTITIONER_ROLE)).allSatisfy(role -> {
            assertThat(role.all("telecom.value")).isNotEmpty();
            assertThat(role.all("practitioner.reference")).hasSize(1);
        });
        assertThat(sample.of(ResourceType.PATIENT)).allSatisfy(patient -> {
            assertThat(patient.text("birthDate")).isPresent();
            assertThat(patient.all("address.district")).hasSize(1);
            assertThat(patient.all("address.state"))
                    .allSatisfy(state -> assertThat(state.text().orElse("")).hasSize(2));
        });
    }

    @Test
    void eachResourceNamesItsProfile() {
        assertThat(sample(25, TODAY).resources)
                .allSatisfy((key, json) -> assertThat(JsonValue.parse(json).all("meta.profile"))
                        .containsExactly(JsonValue.of("http://hl7.org/fhir/us/davinci-atr/StructureDefinition/atr-"
                                + key.type().code().toLowerCase(Locale.ROOT))));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 300})
    void everyReferenceHasItsTarget(int members) {
        Recording sample = sample(members, TODAY);

        Set<ResourceKey> targets = new TreeSet<>();
        sample.resources
                .values()
                .forEach(json -> ResourceScanner.scan(json).links().forEach(link -> targets.add(link.target())));
        for (ListId list : sample.lists.keySet()) {
            for (Member row : sample.rows(list)) {
                Stream.of(row.patient(), row.coverage(), row.provider())
                        .flatMap(reference -> Optional.ofNullable(reference).flatMap(r -> r.key()).stream())
                        .forEach(targets::add);
            }
        }

        assertThat(sample.resources.keySet()).containsAll(targets);
    }

    @Test
    void theSmallOpenListHasSomebodyInsuredThroughAnOutsider() {
        Recording sample = sample(SamplePayer.SMALL, TODAY);

        Set<ResourceKey> behindCoverages = new TreeSet<>();
        for (Member row : sample.rows(SamplePayer.OPEN_LIST)) {
            ResourceKey coverage =
                    Optional.ofNullable(row.coverage()).flatMap(r -> r.key()).orElseThrow();
            ResourceScanner.scan(Objects.requireNonNull(sample.resources.get(coverage)))
                    .links()
                    .forEach(link -> behindCoverages.add(link.target()));
        }

        assertThat(behindCoverages).extracting(ResourceKey::type).contains(ResourceType.RELATED_PERSON);
    }

    @Test
    void familiesHaveOneSubscriber() {
        List<JsonValue> coverages = sample(500, TODAY).of(ResourceType.COVERAGE);

        Map<String, List<JsonValue>> families = coverages.stream()
                .collect(Collectors.groupingBy(
                        coverage -> coverage.text("subscriberId").orElseThrow()));

        assertThat(families.values()).anyMatch(family -> family.size() > 2);
        assertThat(families.values()).allSatisfy(family -> {
            long selves = family.stream()
                    .filter(c -> c.all("relationship.coding.code").contains(JsonValue.of("self")))
                    .count();
            boolean outside = family.stream()
                    .allMatch(c -> c.all("subscriber.reference").get(0).toJson().contains("RelatedPerson/"));
            assertThat(selves).isEqualTo(outside ? 0 : 1);
            assertThat(family.stream().flatMap(c -> c.all("dependent").stream()))
                    .doesNotHaveDuplicates();
            if (!outside) {
                assertThat(family.stream()
                                .flatMap(c -> c.all("subscriber.reference").stream())
                                .distinct())
                        .hasSize(1);
            }
        });
    }

    @Test
    @Requirement({"ATR-MDL-002", "ATR-MDL-015", "ATR-MDL-042"})
    void attributesToAllThreeKindsOfProviderAndSometimesToTwo() {
        Recording sample = sample(300, TODAY);
        List<Member> rows = sample.rows(SamplePayer.OPEN_LIST);

        assertThat(rows)
                .extracting(row -> Optional.ofNullable(row.provider())
                        .flatMap(provider -> provider.key())
                        .orElseThrow()
                        .type())
                .contains(ResourceType.ORGANIZATION, ResourceType.PRACTITIONER, ResourceType.PRACTITIONER_ROLE);
        assertThat(rows).hasSize(300 + 300 * 2 / 25);
        assertThat(sample.of(ResourceType.COVERAGE).stream().flatMap(c -> c.all("identifier.value").stream()))
                .doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @ValueSource(ints = {25, 500})
    void membersJoinMoveChangeAndLeave(int members) {
        Recording sample = sample(members, TODAY);

        for (int publication = 1; publication <= 2; publication++) {
            Map<MemberKey, Member> before =
                    sample.versions(SamplePayer.OPEN_LIST).get(publication - 1);
            Map<MemberKey, Member> after =
                    sample.versions(SamplePayer.OPEN_LIST).get(publication);
            Set<String> patientsBefore = patients(before);
            Set<String> patientsAfter = patients(after);
            assertThat(patientsAfter).as("joined").anyMatch(p -> !patientsBefore.contains(p));
            assertThat(patientsBefore).as("left").anyMatch(p -> !patientsAfter.contains(p));
            assertThat(after.keySet())
                    .as("moved")
                    .anyMatch(key -> patientsBefore.contains(key.patient()) && !before.containsKey(key));
        }
        Map<MemberKey, Member> second = sample.versions(SamplePayer.OPEN_LIST).get(1);
        assertThat(sample.versions(SamplePayer.OPEN_LIST).get(2).entrySet())
                .as("changed")
                .anyMatch(row -> second.containsKey(row.getKey())
                        && !second.get(row.getKey()).equals(row.getValue()));
    }

    @Test
    void rowsOfTheFirstPublicationAscendByKey() {
        assertThat(sample(300, TODAY).firstRows)
                .allSatisfy((list, keys) -> assertThat(keys).isSorted().doesNotHaveDuplicates());
    }

    @Test
    void tellsHowFarItIs() {
        List<Long> done = new ArrayList<>();

        SamplePayer.of(1_200, TODAY).writeTo(new Recording(), (step, total) -> {
            done.add(step);
            assertThat(total).isEqualTo(2 * (1_200 + 48 + 12 + 2 + 15));
        });

        assertThat(done).isSorted().endsWith(2L * (1_200 + 48 + 12 + 2 + 15));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, SamplePayer.MAX_MEMBERS + 1})
    void refusesOtherNumbers(int members) {
        assertThatIllegalArgumentException().isThrownBy(() -> SamplePayer.of(members, TODAY));
    }

    private static Recording sample(int members, LocalDate day) {
        Recording recording = new Recording();
        SamplePayer.of(members, day).writeTo(recording, (done, total) -> {});
        return recording;
    }

    private static Set<String> patients(Map<MemberKey, Member> rows) {
        return rows.keySet().stream().map(key -> key.patient()).collect(Collectors.toCollection(TreeSet::new));
    }

    private static MemberCursor cursor(List<Member> rows) {
        var iterator = rows.iterator();
        return new MemberCursor() {
            @Override
            public @Nullable Member next() {
                return iterator.hasNext() ? iterator.next() : null;
            }

            @Override
            public void close() {
                // A list holds nothing open
            }
        };
    }

    /** Keeps everything, and all that was ever said in order. */
    private static final class Recording implements SampleSink {
        final NavigableMap<ResourceKey, byte[]> resources = new TreeMap<>();
        final Map<ListId, AttributionList> lists = new LinkedHashMap<>();
        final Map<ListId, List<MemberKey>> firstRows = new LinkedHashMap<>();
        final Map<ListId, List<NavigableMap<MemberKey, Member>>> versions = new LinkedHashMap<>();
        private final MessageDigest digest = sha256();

        @Override
        public void resource(ResourceKey key, byte[] json) {
            assertThat(resources.put(key, json)).as("written twice").isNull();
            digest.update(json);
        }

        @Override
        public void list(AttributionList list, MemberCursor rows) {
            digest.update(GroupJson.header(list, FhirVersion.R4, false));
            NavigableMap<MemberKey, Member> state = new TreeMap<>();
            List<MemberKey> keys = new ArrayList<>();
            for (Member row = rows.next(); row != null; row = rows.next()) {
                digest.update(GroupJson.member(row, FhirVersion.R4));
                state.put(row.key(), row);
                keys.add(row.key());
            }
            lists.put(list.id(), list);
            firstRows.put(list.id(), keys);
            versions.put(list.id(), new ArrayList<>(List.of(state)));
        }

        @Override
        public void changes(ListId list, Consumer<Changes> all) {
            List<NavigableMap<MemberKey, Member>> states = versions(list);
            NavigableMap<MemberKey, Member> state = new TreeMap<>(states.get(states.size() - 1));
            all.accept(new Changes() {
                @Override
                public void put(Member row) {
                    digest.update(GroupJson.member(row, FhirVersion.R4));
                    state.put(row.key(), row);
                }

                @Override
                public void remove(MemberKey row) {
                    digest.update(row.patient().getBytes(StandardCharsets.UTF_8));
                    assertThat(state.remove(row)).isNotNull();
                }
            });
            states.add(state);
        }

        AttributionList list(ListId list) {
            return Objects.requireNonNull(lists.get(list));
        }

        List<NavigableMap<MemberKey, Member>> versions(ListId list) {
            return Objects.requireNonNull(versions.get(list));
        }

        List<Member> rows(ListId list) {
            List<NavigableMap<MemberKey, Member>> states = versions(list);
            return List.copyOf(states.get(states.size() - 1).values());
        }

        Set<String> patients(ListId list) {
            return rows(list).stream().map(row -> row.key().patient()).collect(Collectors.toCollection(TreeSet::new));
        }

        List<JsonValue> of(ResourceType type) {
            return resources.entrySet().stream()
                    .filter(entry -> entry.getKey().type().equals(type))
                    .map(entry -> JsonValue.parse(entry.getValue()))
                    .toList();
        }

        String hash() {
            return HexFormat.of().formatHex(digest.digest());
        }

        private static MessageDigest sha256() {
            try {
                return MessageDigest.getInstance("SHA-256");
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
