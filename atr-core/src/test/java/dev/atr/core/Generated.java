package dev.atr.core;

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
import dev.atr.core.fhir.Identifier;
import dev.atr.core.fhir.OtherElements;
import dev.atr.core.fhir.Period;
import dev.atr.core.fhir.Reference;
import java.time.Instant;
import java.util.List;
import java.util.function.Predicate;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;
import org.jspecify.annotations.Nullable;

/** Generators of lists, rows and coverages, for properties that must hold of all. */
public final class Generated {
    private final List<String> texts;
    private final List<String> literals;
    private final boolean empty;

    private Generated(List<String> texts, List<String> literals, boolean empty) {
        this.texts = texts;
        this.literals = literals;
        this.empty = empty;
    }

    /** Returns generators of whatever this library can hold. */
    public static Generated anything() {
        return new Generated(
                List.of("", "a", "Müller \"x\" \\ \n", "\uD83D\uDE00", "plain text"),
                List.of(
                        "Patient/1",
                        "Coverage/c-2",
                        "Practitioner/a.b",
                        "https://payer.example/r4/Organization/9/_history/2",
                        "#local",
                        "urn:uuid:0",
                        "Patient/\"\\\u00fc"),
                true);
    }

    /** Returns generators of what every FHIR model can hold: nothing empty, and references that lead somewhere. */
    public static Generated wellFormed() {
        return new Generated(
                List.of("a", "Müller \"x\" \\", "\uD83D\uDE00", "plain text"),
                List.of(
                        "Patient/1",
                        "Coverage/c-2",
                        "Practitioner/a.b",
                        "https://payer.example/r4/Organization/9/_history/2",
                        "urn:uuid:5f0d7f0e-3c1b-4b8b-9d9c-2a6f5a0c7e11"),
                false);
    }

    /** Returns rows. */
    public Arbitrary<Member> rows() {
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

    /** Returns lists without rows. */
    public Arbitrary<AttributionList> lists() {
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

    /** Returns coverages. */
    public Arbitrary<MemberCoverage> coverages() {
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

    private Arbitrary<Characteristic> characteristics() {
        return Combinators.combine(
                        concepts(),
                        others(
                                "valueReference",
                                "{\"reference\":\"Practitioner/1\",\"identifier\":{\"system\":\"urn:n\"}}"))
                .as(Characteristic::new);
    }

    private Arbitrary<Reference> references() {
        Arbitrary<String> named = Arbitraries.of(literals);
        Arbitrary<Reference> plain = named.map(literal -> new Reference(literal, null, null, null, OtherElements.NONE));
        // A type that the literal says too is left out in STU3, so only one that it does not say comes back
        Arbitrary<Reference> rich = Combinators.combine(
                        orAbsent(named),
                        orAbsent(Arbitraries.of("Device", "Group")),
                        orAbsent(identifiers()),
                        orAbsent(texts()),
                        others("id", "\"r\""))
                .as(Reference::new);
        return filled(Arbitraries.frequencyOf(Tuple.of(3, plain), Tuple.of(1, rich)), one -> one.reference() != null);
    }

    private Arbitrary<Identifier> identifiers() {
        return filled(
                Combinators.combine(
                                orAbsent(Arbitraries.of("official", "old")),
                                orAbsent(concepts()),
                                orAbsent(Arbitraries.of(Canonicals.NPI, Canonicals.IDENTIFIER_TYPE, "urn:x")),
                                orAbsent(texts()),
                                orAbsent(periods()),
                                others("_value", sibling()))
                        .as(Identifier::new),
                one -> one.value() != null);
    }

    private Arbitrary<CodeableConcept> concepts() {
        return filled(
                Combinators.combine(
                                codings().list().ofMaxSize(2),
                                orAbsent(texts()),
                                others(
                                        "extension",
                                        empty ? "[{\"url\":\"urn:y\"}]" : "[{\"url\":\"urn:y\",\"valueCode\":\"c\"}]"))
                        .as(CodeableConcept::new),
                one -> one.text() != null || !one.codings().isEmpty());
    }

    private Arbitrary<Coding> codings() {
        return filled(
                Combinators.combine(
                                orAbsent(Arbitraries.of(
                                        Canonicals.IDENTIFIER_TYPE,
                                        Canonicals.OBSERVATION_VALUE,
                                        Canonicals.NPI,
                                        Canonicals.CHARACTERISTIC_SYSTEM)),
                                orAbsent(Arbitraries.of("NPI", "SB", "SS", "x")),
                                orAbsent(texts()),
                                others("userSelected", "true"))
                        .as(Coding::new),
                one -> one.code() != null);
    }

    private Arbitrary<Period> periods() {
        Arbitrary<String> times = Arbitraries.of("2026", "2026-03", "2026-03-01", "2026-03-01T08:00:00.5-05:00");
        return filled(
                Combinators.combine(orAbsent(times), orAbsent(times), others("_end", sibling()))
                        .as((start, end, other) -> {
                            Period period = Period.of(start, end);
                            return new Period(period.start(), period.end(), other);
                        }),
                one -> one.start() != null && one.end() != null);
    }

    private Arbitrary<String> ids() {
        return Arbitraries.strings().withChars("aZ09-.").ofMinLength(1).ofMaxLength(10);
    }

    private Arbitrary<String> texts() {
        return Arbitraries.of(texts);
    }

    private Arbitrary<OtherElements> others(String name, String json) {
        return Arbitraries.frequencyOf(
                Tuple.of(4, Arbitraries.just(OtherElements.NONE)),
                Tuple.of(1, Arbitraries.just(new OtherElements(List.of(new OtherElements.Property(name, json))))));
    }

    /** What stands beside a single value: not every model keeps its id. */
    private String sibling() {
        return empty ? "{\"id\":\"v\"}" : "{\"extension\":[{\"url\":\"urn:z\",\"valueCode\":\"c\"}]}";
    }

    private <T> Arbitrary<T> filled(Arbitrary<T> any, Predicate<T> says) {
        return empty ? any : any.filter(says);
    }

    private static <T> Arbitrary<@Nullable T> orAbsent(Arbitrary<T> present) {
        return present.injectNull(0.3);
    }
}
