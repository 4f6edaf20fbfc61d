package dev.atr.hapi.dstu3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.FhirVersionEnum;
import ca.uhn.fhir.parser.IParser;
import dev.atr.core.AdapterProperties;
import dev.atr.core.Canonicals;
import dev.atr.core.attribution.AttributionList;
import dev.atr.core.attribution.Member;
import dev.atr.core.attribution.MemberCursor;
import dev.atr.core.error.InvalidContentException;
import dev.atr.core.fhir.FhirVersion;
import dev.atr.core.json.GroupJson;
import dev.atr.core.json.JsonValue;
import dev.atr.requirements.Requirement;
import java.util.List;
import java.util.Objects;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import org.hl7.fhir.dstu3.model.Coverage;
import org.hl7.fhir.dstu3.model.Extension;
import org.hl7.fhir.dstu3.model.Group;
import org.hl7.fhir.dstu3.model.Reference;
import org.hl7.fhir.dstu3.model.Type;
import org.jspecify.annotations.Nullable;

/** Nothing is lost between our model and HAPI's in STU3, and both say the same. */
class AdaptersTest extends AdapterProperties<Group, Coverage> {
    private static final FhirContext CONTEXT = new FhirContext(FhirVersionEnum.DSTU3);

    private final HapiGroups groups = new HapiGroups(CONTEXT);

    AdaptersTest() {
        super(FhirVersion.STU3, new HapiGroups(CONTEXT), new HapiCoverages(CONTEXT));
    }

    @Override
    protected Group parseGroup(String json) {
        return parser().parseResource(Group.class, json);
    }

    @Override
    protected Coverage parseCoverage(String json) {
        return parser().parseResource(Coverage.class, json);
    }

    @Override
    protected boolean areSameGroups(Group one, Group other) {
        return one.equalsDeep(other);
    }

    @Override
    protected boolean areSameCoverages(Coverage one, Coverage other) {
        return one.equalsDeep(other);
    }

    @Property(seed = "20260402")
    @Requirement("STU3-001")
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
    @Requirement({"STU3-001", "STU3-003", "STU3-004"})
    void aListOfR4ComesBackFromStu3(@ForAll @From("lists") AttributionList list, @ForAll @From("rows") Member row) {
        byte[] header = GroupJson.header(list, FhirVersion.R4, false);
        byte[] line = GroupJson.member(row, FhirVersion.R4);
        Group group = groups.group(
                GroupJson.readHeader(header, FhirVersion.R4),
                MemberCursor.of(List.of(GroupJson.readMember(line, FhirVersion.R4))));

        AttributionList listBack = groups.list(group);
        Member rowBack;
        try (MemberCursor members = groups.members(group)) {
            rowBack = Objects.requireNonNull(members.next());
        }

        assertThat(JsonValue.parse(GroupJson.header(listBack, FhirVersion.R4, false)))
                .isEqualTo(JsonValue.parse(header));
        assertThat(JsonValue.parse(GroupJson.member(rowBack, FhirVersion.R4))).isEqualTo(JsonValue.parse(line));
    }

    @Example
    void whatIsNoListIsRefusedWithoutTellingWhatItHolds() {
        Group group = new Group();
        group.setName("SECRET");

        assertThatThrownBy(() -> groups.list(group))
                .isInstanceOf(InvalidContentException.class)
                .hasMessageNotContaining("SECRET");
    }

    private static IParser parser() {
        return CONTEXT.newJsonParser().setStripVersionsFromReferences(false);
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
}
