package dev.atr.producer.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atr.core.fhir.ResourceKey;
import org.junit.jupiter.api.Test;

class SampleListsTest {
    @Test
    void resourcesOfTheFinalListAreTheMemberThePayerAndTheProvidersNamed() {
        assertThat(SampleLists.standard().resourcesOf(SampleLists.FINAL))
                .extracting(ResourceKey::reference)
                .containsExactly(
                        "Coverage/c-a", "Organization/payer", "Patient/a", "Practitioner/dr-2", "Practitioner/dr-3");
    }

    @Test
    void resourcesOfTheDraftListReachThroughRolesLocationsAndParents() {
        assertThat(SampleLists.standard().resourcesOf(SampleLists.DRAFT))
                .extracting(ResourceKey::reference)
                .containsExactly(
                        "Coverage/c-10",
                        "Coverage/c-9",
                        "Coverage/c-B.1",
                        "Location/site-1",
                        "Organization/clinic",
                        "Organization/employer",
                        "Organization/group",
                        "Organization/payer",
                        "Patient/10",
                        "Patient/9",
                        "Patient/B.1",
                        "Practitioner/dr-1",
                        "Practitioner/dr-2",
                        "PractitionerRole/role-1",
                        "RelatedPerson/parent-of-A");
    }

    @Test
    void plainListsHoldTheSamePeopleAndNothingThatATableHasNoColumnFor() {
        SampleLists standard = SampleLists.standard();
        SampleLists plain = SampleLists.plain();

        assertThat(plain.resources()).isEqualTo(standard.resources());
        assertThat(plain.entitlements()).isEqualTo(standard.entitlements());
        for (SampleList list : standard.lists()) {
            SampleList same = plain.list(list.id()).orElseThrow();
            assertThat(same.header().quantity()).isNotNull();
            assertThat(same.activeMembers()).isEqualTo(list.activeMembers());
            assertThat(plain.resourcesOf(list.id())).isEqualTo(standard.resourcesOf(list.id()));
            assertThat(same.rows()).hasSameSizeAs(list.rows()).allSatisfy(row -> {
                assertThat(row.other().isEmpty()).isTrue();
                assertThat(row.provider() == null || row.provider().isPlain()).isTrue();
                assertThat(row.key().start()).matches("\\d{4}-\\d{2}-\\d{2}");
            });
        }
    }
}
