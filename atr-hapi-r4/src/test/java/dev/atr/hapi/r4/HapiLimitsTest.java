package dev.atr.hapi.r4;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.FhirVersionEnum;
import dev.atr.core.Canonicals;
import dev.atr.core.attribution.AttributionList;
import dev.atr.core.attribution.ListId;
import dev.atr.core.attribution.ListStatus;
import dev.atr.core.attribution.MemberCoverage;
import dev.atr.core.attribution.MemberCursor;
import dev.atr.core.error.InvalidContentException;
import dev.atr.core.fhir.FhirVersion;
import dev.atr.core.fhir.Identifier;
import dev.atr.core.fhir.OtherElements;
import dev.atr.core.fhir.Period;
import dev.atr.core.fhir.Reference;
import dev.atr.core.json.CoverageJson;
import java.util.List;
import java.util.Objects;
import org.hl7.fhir.r4.model.CodeType;
import org.hl7.fhir.r4.model.Coverage;
import org.hl7.fhir.r4.model.Extension;
import org.hl7.fhir.r4.model.Group;
import org.junit.jupiter.api.Test;

/** What HAPI keeps, what it lets go, and what is refused because it would. */
class HapiLimitsTest {
    private static final FhirContext CONTEXT = new FhirContext(FhirVersionEnum.R4);

    private final HapiGroups groups = new HapiGroups(CONTEXT);
    private final HapiCoverages coverages = new HapiCoverages(CONTEXT);

    @Test
    void aGroupMadeByHandIsRead() {
        Group group = new Group();
        group.setId("Group/mine/_history/3");
        group.setType(Group.GroupType.PERSON).setActual(true);
        group.addExtension(new Extension(Canonicals.EXT_LIST_STATUS, new CodeType("open")));

        AttributionList list = groups.list(group);

        assertThat(list.id()).isEqualTo(new ListId("mine"));
        assertThat(list.version()).isEqualTo("3");
        assertThat(list.status()).isEqualTo(ListStatus.OPEN);
    }

    @Test
    void theVersionInAReferenceIsKept() {
        Group group = new Group();
        group.setId("mine");
        group.addMember().setEntity(new org.hl7.fhir.r4.model.Reference("Patient/1/_history/2"));

        try (MemberCursor members = groups.members(group)) {
            assertThat(Objects.requireNonNull(members.next()).patient().reference())
                    .isEqualTo("Patient/1/_history/2");
        }
    }

    @Test
    void containedResourcesAndReferencesToThemAreKept() {
        MemberCoverage coverage = coverage("""
                {"resourceType":"Coverage","id":"c","status":"active",
                "contained":[{"resourceType":"Organization","id":"o","name":"Payer"}],
                "payor":[{"reference":"#o"}]}""");

        MemberCoverage read = coverages.read(coverages.write(coverage));

        assertThat(read).isEqualTo(coverage);
    }

    @Test
    void theIdOfASingleValueIsAllThatHapiLetsGo() {
        Coverage made = coverages.write(coverage("""
                {"resourceType":"Coverage","id":"c","status":"active","dependent":"1","_dependent":{"id":"d"}}"""));

        assertThat(made.getDependentElement().getId()).isEqualTo("d");
        assertThat(coverages.read(made)).isEqualTo(coverage("""
                {"resourceType":"Coverage","id":"c","status":"active","dependent":"1"}"""));
    }

    @Test
    void whatTheModelCannotHoldIsRefusedByNameAndWithoutContent() {
        MemberCoverage coverage = coverage("""
                {"resourceType":"Coverage","id":"c","ours":"secret"}""");

        assertThatThrownBy(() -> coverages.write(coverage))
                .isInstanceOf(InvalidContentException.class)
                .hasMessageContaining("ours")
                .hasMessageNotContaining("secret");
    }

    @Test
    void aValueThatItsTypeDoesNotAllowIsRefusedWithoutContent() {
        AttributionList list = AttributionList.of(
                new ListId("l"),
                ListStatus.OPEN,
                List.of(new Identifier("secret", null, "urn:x", "1", null, OtherElements.NONE)),
                new Reference("Organization/1", null, null, null, OtherElements.NONE),
                Period.of("2026", null));

        assertThatThrownBy(() -> groups.group(list, MemberCursor.of(List.of())))
                .isInstanceOf(InvalidContentException.class)
                .hasMessageContaining("value")
                .hasMessageNotContaining("secret");
    }

    private static MemberCoverage coverage(String json) {
        return CoverageJson.read(json.getBytes(UTF_8), FhirVersion.R4);
    }
}
