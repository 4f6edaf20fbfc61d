package dev.atr.core.json;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atr.core.Generated;
import dev.atr.core.attribution.AttributionList;
import dev.atr.core.attribution.Member;
import dev.atr.core.attribution.MemberCoverage;
import dev.atr.core.attribution.MemberCoverage.CoverageClass;
import dev.atr.core.fhir.FhirVersion;
import dev.atr.requirements.Requirement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Whatever a record holds comes back from either version. */
class RoundTripPropertiesTest {
    private static final Generated ANYTHING = Generated.anything();

    @Property(seed = "20260402")
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

    @Property(seed = "20260402")
    void aRowHasTheSameBytesOnBothWays(@ForAll @From("rows") Member row) {
        String json = Samples.text(GroupJson.member(row, FhirVersion.R4));

        assertThat(json).isEqualTo(GroupRow.json(row, FhirVersion.R4).toJson());
    }

    @Property(seed = "20260402")
    @Requirement({"STU3-005", "STU3-006", "STU3-008"})
    void coveragesComeBack(@ForAll @From("coverages") MemberCoverage coverage, @ForAll FhirVersion version) {
        MemberCoverage read = CoverageJson.read(CoverageJson.write(coverage, version), version);

        assertThat(read).usingRecursiveComparison().ignoringFields("classes").isEqualTo(coverage);
        Comparator<CoverageClass> order = Comparator.comparing(c -> c + c.value() + c.name() + c.type());
        assertThat(read.classes().stream().sorted(order).toList())
                .isEqualTo(coverage.classes().stream().sorted(order).toList());
    }

    @Property(seed = "20260402")
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
        return ANYTHING.rows();
    }

    @Provide
    static Arbitrary<AttributionList> lists() {
        return ANYTHING.lists();
    }

    @Provide
    static Arbitrary<MemberCoverage> coverages() {
        return ANYTHING.coverages();
    }
}
