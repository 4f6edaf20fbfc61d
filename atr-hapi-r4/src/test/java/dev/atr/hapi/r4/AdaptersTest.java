package dev.atr.hapi.r4;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.FhirVersionEnum;
import ca.uhn.fhir.parser.IParser;
import dev.atr.core.Canonicals;
import dev.atr.core.Generated;
import dev.atr.core.attribution.AttributionList;
import dev.atr.core.attribution.Member;
import dev.atr.core.attribution.MemberCoverage;
import dev.atr.core.attribution.MemberCoverage.CoverageClass;
import dev.atr.core.attribution.MemberCursor;
import dev.atr.core.error.InvalidContentException;
import dev.atr.core.fhir.FhirVersion;
import dev.atr.core.json.CoverageJson;
import dev.atr.core.json.GroupJson;
import dev.atr.core.json.GroupWriter;
import dev.atr.core.json.JsonValue;
import dev.atr.requirements.Requirement;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.hl7.fhir.r4.model.Coverage;
import org.hl7.fhir.r4.model.Extension;
import org.hl7.fhir.r4.model.Group;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Type;
import org.jspecify.annotations.Nullable;

/** Nothing is lost between our model and HAPI's in R4, and both say the same. */
class AdaptersTest {
    private static final FhirContext CONTEXT = new FhirContext(FhirVersionEnum.R4);
    private static final Generated WELL_FORMED = Generated.wellFormed();

    private final HapiGroups groups = new HapiGroups(CONTEXT);
    private final HapiCoverages coverages = new HapiCoverages(CONTEXT);

    @Property
    @Requirement("STU3-001")
    void listsComeBackWithTheirRows(
            @ForAll @From("lists") AttributionList list,
            @ForAll @From("rows") Member first,
            @ForAll @From("rows") Member second) {
        Group group = groups.group(list, MemberCursor.of(List.of(first, second)));

        requireSame(json(groups.list(group)), json(list));
        requireSame(JsonValue.array(rows(group)), JsonValue.array(json(first), json(second)));
    }

    @Property
    void whatTheCodecWritesHapiReadsAsWhatTheAdapterMakes(
            @ForAll @From("lists") AttributionList list, @ForAll @From("rows") Member row) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        GroupWriter writer = new GroupWriter(out, FhirVersion.R4);
        writer.begin(list);
        writer.member(row);
        writer.end();

        Group read = parser().parseResource(Group.class, out.toString(StandardCharsets.UTF_8));
        Group made = groups.group(list, MemberCursor.of(List.of(row)));

        assertThat(made.equalsDeep(read)).isTrue();
        // And once more by way of our model
        assertThat(groups.group(groups.list(read), groups.members(read)).equalsDeep(read))
                .isTrue();
    }

    @Property
    void hapisGettersSayWhatOurRecordsSay(
            @ForAll @From("lists") AttributionList list, @ForAll @From("rows") Member row) {
        Group group = groups.group(list, MemberCursor.of(List.of(row)));

        assertThat(group.getIdElement().getIdPart()).isEqualTo(list.id().value());
        assertThat(group.getMeta().getVersionId()).isEqualTo(list.version());
        assertThat(group.getName()).isEqualTo(list.name());
        assertThat(group.getIdentifier()).hasSameSizeAs(list.identifiers());
        for (int i = 0; i < list.identifiers().size(); i++) {
            assertThat(group.getIdentifier().get(i).getSystem())
                    .isEqualTo(list.identifiers().get(i).system());
            assertThat(group.getIdentifier().get(i).getValue())
                    .isEqualTo(list.identifiers().get(i).value());
        }
        assertThat(value(group.getExtension(), Canonicals.EXT_LIST_STATUS))
                .isEqualTo(list.status() == null ? null : list.status().code());
        Group.GroupMemberComponent member = group.getMemberFirstRep();
        assertThat(member.getEntity().getReference()).isEqualTo(row.patient().reference());
        assertThat(member.getInactive()).isEqualTo(row.inactive());
        assertThat(value(member.getExtension(), Canonicals.EXT_CHANGE_TYPE))
                .isEqualTo(row.changeType() == null ? null : row.changeType().code());
        assertThat(value(member.getExtension(), Canonicals.EXT_COVERAGE_REFERENCE))
                .isEqualTo(row.coverage() == null ? null : row.coverage().reference());
        assertThat(value(member.getExtension(), Canonicals.EXT_ATTRIBUTED_PROVIDER))
                .isEqualTo(row.provider() == null ? null : row.provider().reference());
        assertThat(member.getPeriod().getStartElement().getValueAsString())
                .isEqualTo(
                        row.period() == null || row.period().start() == null
                                ? null
                                : row.period().start().text());
    }

    @Property
    @Requirement({"STU3-005", "STU3-006"})
    void coveragesComeBack(@ForAll @From("coverages") MemberCoverage coverage) {
        byte[] json = CoverageJson.write(coverage, FhirVersion.R4);
        Coverage made = coverages.write(coverage);

        Coverage read = parser().parseResource(Coverage.class, new String(json, StandardCharsets.UTF_8));

        assertThat(made.equalsDeep(read)).isTrue();
        requireSame(json(coverages.read(made)), json(CoverageJson.read(json, FhirVersion.R4)));
        assertThat(made.getSubscriberId()).isEqualTo(coverage.subscriberId());
        assertThat(made.getPayor()).hasSameSizeAs(coverage.payors());
    }

    @Example
    void whatIsNoListIsRefusedWithoutTellingWhatItHolds() {
        Group group = new Group();
        group.setName("SECRET");

        assertThatThrownBy(() -> groups.list(group))
                .isInstanceOf(InvalidContentException.class)
                .hasMessageNotContaining("SECRET");
    }

    /** Requires the same values, whatever the order of properties. */
    private static void requireSame(JsonValue found, JsonValue expected) {
        assertThat(found).as("%s is %s", found.toJson(), expected.toJson()).isEqualTo(expected);
    }

    private static IParser parser() {
        return CONTEXT.newJsonParser().setStripVersionsFromReferences(false);
    }

    /** Returns what a list says, whatever the order of the elements that nobody models. */
    private static JsonValue json(AttributionList list) {
        return JsonValue.parse(GroupJson.header(list, FhirVersion.R4, false));
    }

    private static JsonValue json(Member row) {
        return JsonValue.parse(GroupJson.member(row, FhirVersion.R4));
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

    private List<JsonValue> rows(Group group) {
        List<JsonValue> rows = new ArrayList<>();
        try (MemberCursor members = groups.members(group)) {
            for (Member row = members.next(); row != null; row = members.next()) {
                rows.add(json(row));
            }
        }
        return rows;
    }

    private static @Nullable String value(List<Extension> extensions, String url) {
        for (Extension extension : extensions) {
            if (extension.getUrl().equals(url)) {
                Type value = extension.getValue();
                return value instanceof Reference reference ? reference.getReference() : value.primitiveValue();
            }
        }
        return null;
    }

    @Provide
    static Arbitrary<Member> rows() {
        return WELL_FORMED.rows();
    }

    @Provide
    static Arbitrary<AttributionList> lists() {
        return WELL_FORMED.lists();
    }

    @Provide
    static Arbitrary<MemberCoverage> coverages() {
        return WELL_FORMED.coverages();
    }
}
