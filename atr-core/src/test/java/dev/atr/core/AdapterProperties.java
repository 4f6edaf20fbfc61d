package dev.atr.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atr.core.adapter.CoverageAdapter;
import dev.atr.core.adapter.GroupAdapter;
import dev.atr.core.attribution.AttributionList;
import dev.atr.core.attribution.Member;
import dev.atr.core.attribution.MemberCoverage;
import dev.atr.core.attribution.MemberCoverage.CoverageClass;
import dev.atr.core.attribution.MemberCursor;
import dev.atr.core.fhir.FhirVersion;
import dev.atr.core.json.CoverageJson;
import dev.atr.core.json.GroupJson;
import dev.atr.core.json.GroupWriter;
import dev.atr.core.json.JsonValue;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/**
 * What holds of every pair of adapters: what our codecs write, the other model's parser reads as what the adapter makes, and
 * it comes back.
 *
 * @param <G> the other model's Group
 * @param <C> its Coverage
 */
public abstract class AdapterProperties<G, C> {
    private static final Generated WELL_FORMED = Generated.wellFormed();

    private final FhirVersion version;
    private final GroupAdapter<G> groups;
    private final CoverageAdapter<C> coverages;

    /** Looks at a pair of adapters of one FHIR version. */
    protected AdapterProperties(FhirVersion version, GroupAdapter<G> groups, CoverageAdapter<C> coverages) {
        this.version = version;
        this.groups = groups;
        this.coverages = coverages;
    }

    /** Reads a Group with the other model's own parser. */
    protected abstract G parseGroup(String json);

    /** Reads a Coverage with the other model's own parser. */
    protected abstract C parseCoverage(String json);

    /** Returns whether the other model takes two Groups for the same. */
    protected abstract boolean areSameGroups(G one, G other);

    /** Returns whether the other model takes two Coverages for the same. */
    protected abstract boolean areSameCoverages(C one, C other);

    @Property(seed = "20260402")
    void listsComeBackWithTheirRows(
            @ForAll @From("lists") AttributionList list,
            @ForAll @From("rows") Member first,
            @ForAll @From("rows") Member second) {
        G group = groups.group(list, MemberCursor.of(List.of(first, second)));

        requireSame(json(groups.list(group)), json(list));
        requireSame(JsonValue.array(jsonRows(group)), JsonValue.array(json(first), json(second)));
    }

    @Property(seed = "20260402")
    void whatTheCodecWritesTheOthersParserReadsAsWhatTheAdapterMakes(
            @ForAll @From("lists") AttributionList list, @ForAll @From("rows") Member row) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        GroupWriter writer = new GroupWriter(out, version);
        writer.begin(list);
        writer.member(row);
        writer.end();

        G read = parseGroup(out.toString(StandardCharsets.UTF_8));

        assertThat(areSameGroups(groups.group(list, MemberCursor.of(List.of(row))), read))
                .isTrue();
        // And once more by way of our model
        assertThat(areSameGroups(groups.group(groups.list(read), groups.members(read)), read))
                .isTrue();
    }

    @Property(seed = "20260402")
    void coveragesComeBack(@ForAll @From("coverages") MemberCoverage coverage) {
        byte[] json = CoverageJson.write(coverage, version);
        C made = coverages.write(coverage);

        assertThat(areSameCoverages(made, parseCoverage(new String(json, StandardCharsets.UTF_8))))
                .isTrue();
        requireSame(json(coverages.read(made)), json(CoverageJson.read(json, version)));
    }

    /** Requires the same values, whatever the order of properties. */
    private static void requireSame(JsonValue found, JsonValue expected) {
        assertThat(found).as("%s is %s", found.toJson(), expected.toJson()).isEqualTo(expected);
    }

    private JsonValue json(AttributionList list) {
        return JsonValue.parse(GroupJson.header(list, version, false));
    }

    private JsonValue json(Member row) {
        return JsonValue.parse(GroupJson.member(row, version));
    }

    /** Returns what a coverage says, its classes in one order. */
    private static JsonValue json(MemberCoverage coverage) {
        Comparator<CoverageClass> order = Comparator.comparing(c -> c + c.value() + c.name() + c.type());
        MemberCoverage ordered = new MemberCoverage(
                coverage.id(),
                coverage.identifiers(),
                coverage.status(),
                coverage.policyHolder(),
                coverage.subscriber(),
                coverage.subscriberId(),
                coverage.beneficiary(),
                coverage.dependent(),
                coverage.relationship(),
                coverage.period(),
                coverage.payors(),
                coverage.classes().stream().sorted(order).toList(),
                coverage.insuranceProductType(),
                coverage.other());
        return JsonValue.parse(CoverageJson.write(ordered, FhirVersion.R4));
    }

    private List<JsonValue> jsonRows(G group) {
        List<JsonValue> rows = new ArrayList<>();
        try (MemberCursor members = groups.members(group)) {
            for (Member row = members.next(); row != null; row = members.next()) {
                rows.add(json(row));
            }
        }
        return rows;
    }

    /** Returns any rows. */
    @Provide
    protected Arbitrary<Member> rows() {
        return WELL_FORMED.rows();
    }

    /** Returns any lists. */
    @Provide
    protected Arbitrary<AttributionList> lists() {
        return WELL_FORMED.lists();
    }

    /** Returns any coverages. */
    @Provide
    protected Arbitrary<MemberCoverage> coverages() {
        return WELL_FORMED.coverages();
    }
}
