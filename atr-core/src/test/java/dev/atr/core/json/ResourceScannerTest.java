package dev.atr.core.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atr.core.error.InvalidContentException;
import dev.atr.core.fhir.Identifier;
import dev.atr.core.fhir.ResourceKey;
import dev.atr.core.fhir.ResourceType;
import dev.atr.core.json.ResourceScanner.ScannedResource;
import dev.atr.core.json.ResourceScanner.ScannedResource.Link;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ResourceScannerTest {
    @Test
    void takesOutWhatTheLibraryNeeds() {
        String json = "{\"resourceType\":\"Coverage\",\"id\":\"c1\",\"text\":{\"div\":\"<div>\\u00e9 é</div>\"},"
                + "\"extension\":[{\"url\":\"urn:x\",\"valueReference\":{\"reference\":\"Location/l1\"}}],"
                + "\"identifier\":[{\"system\":\"urn:m\",\"value\":\"1\",\"assigner\":{\"reference\":\"Organization/o1\"}}],"
                + "\"subscriber\":{\"reference\":\"#local\"},\"policyHolder\":{\"display\":\"nobody\"},"
                + "\"beneficiary\":{\"reference\":\"https://payer.example/r4/Patient/p1/_history/2\"},"
                + "\"payor\":[{\"reference\":\"urn:uuid:8c2b\"},{\"reference\":\"Organization/o2\"}]}";

        ScannedResource scanned = ResourceScanner.scan(Samples.bytes(json));

        assertThat(scanned.type()).isEqualTo(ResourceType.COVERAGE);
        assertThat(scanned.id()).isEqualTo("c1");
        assertThat(scanned.links())
                .containsExactly(
                        link("extension.valueReference", "Location", "l1"),
                        link("identifier.assigner", "Organization", "o1"),
                        link("beneficiary", "Patient", "p1"),
                        link("payor", "Organization", "o2"));
        assertThat(scanned.identifiers()).extracting(Identifier::value).containsExactly("1");
    }

    @Test
    void seesReferencesOfContainedResources() {
        String json = "{\"resourceType\":\"Patient\",\"contained\":[{\"resourceType\":\"Organization\",\"id\":\"o\","
                + "\"partOf\":{\"reference\":\"Organization/o9\"}}]}";

        assertThat(ResourceScanner.scan(Samples.bytes(json)).links())
                .containsExactly(link("contained.partOf", "Organization", "o9"));
    }

    @Test
    void aPropertyNamedReferenceNeedNotBeText() {
        String json = "{\"resourceType\":\"Consent\",\"provision\":{\"data\":[{\"meaning\":\"instance\","
                + "\"reference\":{\"reference\":\"Patient/p1\"}}]}}";

        assertThat(ResourceScanner.scan(Samples.bytes(json)).links())
                .containsExactly(link("provision.data.reference", "Patient", "p1"));
    }

    @Test
    void anIdMayBeMissing() {
        ScannedResource scanned = ResourceScanner.scan(Samples.bytes("{\"resourceType\":\"Patient\"}"));

        assertThat(scanned.id()).isNull();
        assertThat(scanned.identifiers()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[]",
                "\"Patient\"",
                "{}",
                "{\"id\":\"a\"}",
                "{\"resourceType\":\"patient\"}",
                "{\"resourceType\":\"../x\"}",
                "{\"resourceType\":1}",
                "{\"resourceType\":\"Patient\",\"resourceType\":\"Group\"}",
                "{\"resourceType\":\"Patient\",\"id\":\"a\",\"id\":\"b\"}",
                "{\"resourceType\":\"Patient\",\"\\u0069d\":\"a\",\"id\":\"b\"}",
                "{\"resourceType\":\"Patient\",\"id\":\"../../etc/passwd\"}",
                "{\"resourceType\":\"Patient\",\"id\":\"\"}",
                "{\"resourceType\":\"Patient\",\"id\":\"a%2fb\"}",
                "{\"resourceType\":\"Patient\",\"id\":\"$export\"}",
                "{\"resourceType\":\"Patient\",\"id\":\"\u0430\"}",
                "{\"resourceType\":\"Patient\",\"id\":\"01234567890123456789012345678901234567890123456789012345678901234\"}",
                "{\"resourceType\":\"Patient\",\"name\":[{\"own\":1,\"own\":2}]}",
                "{\"resourceType\":\"Patient\",\"multipleBirthInteger\":1e999999999}",
                "{\"resourceType\":\"Patient\"} {}",
                "{\"resourceType\":\"Patient\",\"contained\":{}}",
                "{\"resourceType\":\"Patient\",\"contained\":[{\"contained\":[]}]}",
                "{\"resourceType\":\"Patient\",\"identifier\":[1]}",
            })
    void refusesWhatMustNotBeStored(String json) {
        assertThatThrownBy(() -> ResourceScanner.scan(Samples.bytes(json))).isInstanceOf(InvalidContentException.class);
    }

    @Test
    void containedResourcesEndAtAHundred() {
        String hundred = ",{\"resourceType\":\"Location\"}".repeat(100).substring(1);

        ResourceScanner.scan(Samples.bytes("{\"resourceType\":\"Patient\",\"contained\":[" + hundred + "]}"));
        assertThatThrownBy(() -> ResourceScanner.scan(
                        Samples.bytes("{\"resourceType\":\"Patient\",\"contained\":[{}," + hundred + "]}")))
                .isInstanceOf(InvalidContentException.class)
                .hasMessageContaining("100");
    }

    @Test
    void narrativeOfTwentyThousandTagsIsOnlyAText() {
        String div = "<div>".repeat(20_000) + "</div>".repeat(20_000);

        ScannedResource scanned = ResourceScanner.scan(
                Samples.bytes("{\"resourceType\":\"Patient\",\"text\":{\"div\":\"" + div + "\"}}"));

        assertThat(scanned.type()).isEqualTo(ResourceType.PATIENT);
    }

    @Test
    void longTextsAreRefusedThoughNobodyReadsThem() {
        String json = "{\"resourceType\":\"Patient\",\"text\":{\"div\":\"" + "x".repeat((1 << 20) + 1) + "\"}}";

        assertThatThrownBy(() -> ResourceScanner.scan(Samples.bytes(json))).isInstanceOf(InvalidContentException.class);
    }

    @Test
    void showsNoContent() {
        ScannedResource scanned = ResourceScanner.scan(
                Samples.bytes(
                        "{\"resourceType\":\"Patient\",\"id\":\"Canary\",\"link\":[{\"other\":{\"reference\":\"Patient/Canary\"}}]}"));

        assertThat(scanned.toString()).doesNotContain("Canary");
        assertThat(scanned.links().toString()).doesNotContain("Canary");
    }

    private static Link link(String path, String type, String id) {
        return new Link(path, new ResourceKey(new ResourceType(type), id));
    }
}
