package dev.atr.core.json;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atr.core.Canonicals;
import dev.atr.core.attribution.AttributionList;
import dev.atr.core.attribution.ChangeType;
import dev.atr.core.attribution.Characteristic;
import dev.atr.core.attribution.ListId;
import dev.atr.core.attribution.ListStatus;
import dev.atr.core.attribution.Member;
import dev.atr.core.attribution.MemberCoverage;
import dev.atr.core.attribution.MemberCoverage.CoverageClass;
import dev.atr.core.fhir.CodeableConcept;
import dev.atr.core.fhir.Coding;
import dev.atr.core.fhir.FhirVersion;
import dev.atr.core.fhir.Identifier;
import dev.atr.core.fhir.OtherElements;
import dev.atr.core.fhir.Period;
import dev.atr.core.fhir.Reference;
import dev.atr.requirements.Requirement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import org.jspecify.annotations.Nullable;

/** Whatever a record holds comes back from either version. */
class RoundTripPropertiesTest {
    @Property
    @Requirement({"STU3-001", "STU3-003", "STU3-004", "STU3-009", "STU3-011"})
    void listsComeBackWithTheirRows(
            @ForAll @From("lists") AttributionList list,
            @ForAll @From("rows") Member first,
            @ForAll @From("rows") Member second,
            @ForAll FhirVersion version) {
        String line = Samples.write(list, List.of(first, second), version);

        Samples.Read read = Samples.read(line, version);

        assertThat(read.list()).isEqualTo(list);
        assertThat(read.rows()).containsExactly(first, second);
        assertThat(Samples.write(read.list(), read.rows(), version)).isEqualTo(line);
    }

    @Property
    void aRowHasTheSameBytesOnBothWays(@ForAll @From("rows") Member row) {
        String json = Samples.text(GroupJson.member(row, FhirVersion.R4));

        assertThat(json).isEqualTo(GroupRow.json(row, FhirVersion.R4).toJson());
    }

    @Property
    @Requirement({"STU3-005", "STU3-006", "STU3-008"})
    void coveragesComeBack(@ForAll @From("coverages") MemberCoverage coverage, @ForAll FhirVersion version) {
        MemberCoverage read = CoverageJson.read(CoverageJson.write(coverage, version), version);

        assertThat(read).usingRecursiveComparison().ignoringFields("classes").isEqualTo(coverage);
        Comparator<CoverageClass> order = Comparator.comparing(c -> c + c.value() + c.name() + c.type());
        assertThat(read.classes().stream().sorted(order).toList())
                .isEqualTo(coverage.classes().stream().sorted(order).toList());
    }

    @Property
    void theFasterReaderAgreesWithTheTree(@ForAll @From("rows") Member row) {
        JsonValue tree = JsonValue.parse(GroupJson.member(row, FhirVersion.R4));
        JsonValue shuffled = reversed(tree);

        Member read = GroupJson.readMember(shuffled.toBytes(), FhirVersion.R4);

        assertThat(JsonValue.parse(GroupJson.member(read, FhirVersion.R4))).isEqualTo(tree);
    }

    private static JsonValue reversed(JsonValue value) {
        if (value instanceof JsonValue.JsonArray array) {
            return JsonValue.array(array.values().stream()
                    .map(RoundTripPropertiesTest::reversed)
                    .toList());
        }
        if (!(value instanceof JsonValue.JsonObject object)) {
            return value;
        }
        JsonValue.ObjectBuilder reversed = JsonValue.object();
        List<String> names = new ArrayList<>(object.properties().keySet());
        Collections.reverse(names);
        names.forEach(name -> reversed.put(name, reversed(object.find(name).orElseThrow())));
        return reversed.build();
    }

    @Provide
    static Arbitrary<Member> rows() {
        return Combinators.combine(
                        references(),
                        orAbsent(references()),
                        orAbsent(references()),
                        orAbsent(periods()),
                        Arbitraries.of(true, false),
                        orAbsent(Arbitraries.of("new", "dropped", "add", "\u00e4")
                                .map(ChangeType::of)),
                        others("extension", "[{\"url\":\"urn:x\",\"valueDecimal\":1.50}]"))
                .as(Member::new);
    }

    @Provide
    static Arbitrary<AttributionList> lists() {
        Arbitrary<Identified> identified = Combinators.combine(
                        ids().map(ListId::new),
                        orAbsent(ids()),
                        orAbsent(Arbitraries.longs()
                                .between(0, 4_000_000_000_000L)
                                .map(Instant::ofEpochMilli)),
                        identifiers().list().ofMaxSize(2),
                        orAbsent(Arbitraries.of(true, false)),
                        orAbsent(texts()))
                .as(Identified::new);
        return Combinators.combine(
                        identified,
                        orAbsent(Arbitraries.integers().greaterOrEqual(0)),
                        orAbsent(references()),
                        orAbsent(Arbitraries.of("draft", "open", "final", "Own").map(ListStatus::new)),
                        orAbsent(periods()),
                        orAbsent(identifiers()),
                        characteristics().list().ofMaxSize(2),
                        others("meta", "{\"tag\":[{\"code\":\"t\"}]}"))
                .as((first, quantity, payer, status, period, recipient, traits, other) -> new AttributionList(
                        first.id,
                        first.version,
                        first.lastUpdated,
                        first.identifiers,
                        first.active,
                        first.name,
                        quantity,
                        payer,
                        status,
                        period,
                        recipient,
                        traits,
                        other));
    }

    private record Identified(
            ListId id,
            @Nullable String version,
            @Nullable Instant lastUpdated,
            List<Identifier> identifiers,
            @Nullable Boolean active,
            @Nullable String name) {}

    @Provide
    static Arbitrary<MemberCoverage> coverages() {
        Arbitrary<String> kinds = Arbitraries.of("group", "plan", "subclass", "sequence", "rxbin", "own");
        Arbitrary<CoverageClass> classes = Combinators.combine(
                        kinds.map(kind -> CodeableConcept.of(Canonicals.COVERAGE_CLASS, kind)),
                        texts(),
                        orAbsent(texts()),
                        others("id", "\"i\""))
                .as(CoverageClass::new);
        CodeableConcept injured = CodeableConcept.of(Canonicals.SUBSCRIBER_RELATIONSHIP, "injured");
        CodeableConcept self = CodeableConcept.of(Canonicals.SUBSCRIBER_RELATIONSHIP, "self");
        return Combinators.combine(
                        identifiers().list().ofMaxSize(2),
                        orAbsent(references()),
                        orAbsent(texts()),
                        orAbsent(Arbitraries.of(self, injured)),
                        orAbsent(periods()),
                        references().list().ofMaxSize(2),
                        classes.list().ofMaxSize(4),
                        others("costToBeneficiary", "[{\"valueQuantity\":{\"value\":1.0}}]"))
                .as((ids, holder, number, relationship, period, payors, kept, other) -> new MemberCoverage(
                        "c",
                        ids,
                        "active",
                        holder,
                        holder,
                        number,
                        holder,
                        number,
                        relationship,
                        period,
                        payors,
                        kept,
                        relationship,
                        other));
    }

    private static Arbitrary<Characteristic> characteristics() {
        return Combinators.combine(
                        concepts(),
                        others(
                                "valueReference",
                                "{\"reference\":\"Practitioner/1\",\"identifier\":{\"system\":\"urn:n\"}}"))
                .as(Characteristic::new);
    }

    private static Arbitrary<Reference> references() {
        Arbitrary<String> literals = Arbitraries.of(
                "Patient/1",
                "Coverage/c-2",
                "Practitioner/a.b",
                "https://payer.example/r4/Organization/9/_history/2",
                "#local",
                "urn:uuid:0",
                "Patient/\"\\\u00fc");
        Arbitrary<Reference> plain =
                literals.map(literal -> new Reference(literal, null, null, null, OtherElements.NONE));
        // A type that the literal says too is left out in STU3, so only one that it does not say comes back
        Arbitrary<Reference> rich = Combinators.combine(
                        orAbsent(literals),
                        orAbsent(Arbitraries.of("Device", "Group")),
                        orAbsent(identifiers()),
                        orAbsent(texts()),
                        others("id", "\"r\""))
                .as(Reference::new);
        return Arbitraries.frequencyOf(Tuple.of(3, plain), Tuple.of(1, rich));
    }

    private static Arbitrary<Identifier> identifiers() {
        return Combinators.combine(
                        orAbsent(Arbitraries.of("official", "old")),
                        orAbsent(concepts()),
                        orAbsent(Arbitraries.of(Canonicals.NPI, Canonicals.IDENTIFIER_TYPE, "urn:x")),
                        orAbsent(texts()),
                        orAbsent(periods()),
                        others("_value", "{\"id\":\"v\"}"))
                .as(Identifier::new);
    }

    private static Arbitrary<CodeableConcept> concepts() {
        return Combinators.combine(
                        codings().list().ofMaxSize(2), orAbsent(texts()), others("extension", "[{\"url\":\"urn:y\"}]"))
                .as(CodeableConcept::new);
    }

    private static Arbitrary<Coding> codings() {
        return Combinators.combine(
                        orAbsent(Arbitraries.of(
                                Canonicals.IDENTIFIER_TYPE,
                                Canonicals.OBSERVATION_VALUE,
                                Canonicals.NPI,
                                Canonicals.CHARACTERISTIC_SYSTEM)),
                        orAbsent(Arbitraries.of("NPI", "SB", "SS", "x")),
                        orAbsent(texts()),
                        others("userSelected", "true"))
                .as(Coding::new);
    }

    private static Arbitrary<Period> periods() {
        Arbitrary<String> times = Arbitraries.of("2026", "2026-03", "2026-03-01", "2026-03-01T08:00:00.5-05:00");
        return Combinators.combine(orAbsent(times), orAbsent(times), others("_end", "{\"id\":\"e\"}"))
                .as((start, end, other) -> {
                    Period period = Period.of(start, end);
                    return new Period(period.start(), period.end(), other);
                });
    }

    private static Arbitrary<String> ids() {
        return Arbitraries.strings().withChars("aZ09-.").ofMinLength(1).ofMaxLength(10);
    }

    private static Arbitrary<String> texts() {
        return Arbitraries.of("", "a", "Müller \"x\" \\ \n", "\uD83D\uDE00", "plain text");
    }

    private static Arbitrary<OtherElements> others(String name, String json) {
        return Arbitraries.frequencyOf(
                Tuple.of(4, Arbitraries.just(OtherElements.NONE)),
                Tuple.of(1, Arbitraries.just(new OtherElements(List.of(new OtherElements.Property(name, json))))));
    }

    private static <T> Arbitrary<@Nullable T> orAbsent(Arbitrary<T> present) {
        return present.injectNull(0.3);
    }
}
