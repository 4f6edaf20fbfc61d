package dev.atr.producer.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atr.core.fhir.ResourceKey;
import dev.atr.core.fhir.ResourceType;
import dev.atr.producer.spi.StoredResource;
import dev.atr.requirements.Requirement;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Requirement({"ATR-EXP-024", "BULK-KICK-027"})
class ResourceFiltersTest {
    private final ResourceFilters filters = new ResourceFilters();

    @ParameterizedTest(name = "{0}?{1}={2} finds {3}: {4}")
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "Patient; gender; female; {\"id\":\"a\",\"gender\":\"female\"}; true",
                "Patient; gender; male,female; {\"id\":\"a\",\"gender\":\"female\"}; true",
                "Patient; gender; male; {\"id\":\"a\",\"gender\":\"female\"}; false",
                "Patient; gender; unknown; {\"id\":\"a\"}; false",
                "Patient; _id; b,a; {\"id\":\"a\"}; true",
                "Patient; _id; A; {\"id\":\"a\"}; false",
                "Coverage; status; active; {\"id\":\"a\",\"status\":\"active\"}; true",
                "Coverage; status; draft; {\"id\":\"a\",\"status\":\"active\"}; false",
                "Location; _id; a; {\"id\":\"a\"}; true"
            })
    void findsIdsAndCodes(String type, String parameter, String value, String json, boolean found) {
        ResourceType of = new ResourceType(type);

        assertThat(filters.condition(of, parameter, value).orElseThrow().test(resource(of, json)))
                .isEqualTo(found);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "Patient; gender; Female",
                "Patient; gender; female,",
                "Patient; gender; http://hl7.org/fhir/administrative-gender|female",
                "Patient; gender; %",
                "Patient; _id; a b",
                "Patient; _id; ../a",
                "Patient; status; active",
                "Patient; birthdate; 1980",
                "Coverage; status; ACTIVE",
                "Location; status; active",
                "Group; _id; a",
                "Observation; _id; a"
            })
    void asksForNothingElse(String type, String parameter, String value) {
        assertThat(filters.condition(new ResourceType(type), parameter, value)).isEmpty();
    }

    @Test
    void namesItsParameters() {
        assertThat(filters.parameters(ResourceType.PATIENT)).containsExactlyInAnyOrder("_id", "gender");
        assertThat(filters.parameters(ResourceType.COVERAGE)).containsExactlyInAnyOrder("_id", "status");
        assertThat(filters.parameters(ResourceType.ORGANIZATION)).containsExactly("_id");
        assertThat(filters.parameters(ResourceType.GROUP)).isEmpty();
    }

    private static StoredResource resource(ResourceType type, String json) {
        return new StoredResource(
                new ResourceKey(type, "a"), "1", Instant.EPOCH, json.getBytes(StandardCharsets.UTF_8));
    }
}
