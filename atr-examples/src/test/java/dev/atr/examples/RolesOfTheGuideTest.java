package dev.atr.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ca.uhn.fhir.context.FhirContext;
import dev.atr.consumer.ConsumerCapabilities;
import dev.atr.consumer.discovery.ListClient;
import dev.atr.core.Canonicals;
import dev.atr.core.attribution.ListId;
import dev.atr.core.fhir.FhirVersion;
import dev.atr.core.fhir.ResourceKey;
import dev.atr.requirements.Requirement;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.hl7.fhir.r4.model.CapabilityStatement;
import org.hl7.fhir.r4.model.CapabilityStatement.CapabilityStatementRestResourceComponent;
import org.hl7.fhir.r4.model.CapabilityStatement.ResourceInteractionComponent;
import org.hl7.fhir.r4.model.Element;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The guide's capability statements, entry by entry: what they say that a role does, ours does. */
class RolesOfTheGuideTest {
    private static final String EXPECTATION = "http://hl7.org/fhir/StructureDefinition/capabilitystatement-expectation";

    @TempDir
    private static Path folder;

    private static RunningProducer producer;

    @BeforeAll
    static void start() throws Exception {
        assumeTrue(OfficialProfiles.areHere(), "the published guides are not beside the project");
        producer = RunningProducer.withSample(RunningProducer.Database.H2, folder);
    }

    @AfterAll
    static void stop() {
        if (producer != null) {
            producer.close();
        }
    }

    @Test
    @Requirement({"ATR-GEN-001", "ATR-CAP-001", "ATR-CAP-013"})
    void theProducerServesWhatTheGuideSaysThatItShall() throws Exception {
        Map<String, Set<String>> wanted = wanted("producer");
        Map<String, Set<String>> said = entries(
                FhirContext.forR4Cached()
                        .newJsonParser()
                        .parseResource(
                                CapabilityStatement.class,
                                producer.get("/metadata").body()),
                false);

        assertThat(wanted).hasSize(8);
        for (Map.Entry<String, Set<String>> type : wanted.entrySet()) {
            assertThat(said.get(type.getKey())).as(type.getKey()).containsAll(type.getValue());
            for (String entry : type.getValue()) {
                HttpResponse<String> reply = producer.get(request(type.getKey(), entry));
                assertThat(reply.statusCode())
                        .as(type.getKey() + " " + entry + ": " + reply.body())
                        .isEqualTo(200);
            }
        }
    }

    @Test
    @Requirement("ATR-GEN-002")
    void theConsumerCallsWhatTheGuideSaysThatItShall() throws Exception {
        ListClient client = producer.lists(FhirVersion.R4);
        String statement = new String(
                ConsumerCapabilities.statement(LocalDate.of(2026, 1, 1)).toBytes(), StandardCharsets.UTF_8);
        Map<String, Set<String>> said = entries(
                FhirContext.forR4Cached().newJsonParser().parseResource(CapabilityStatement.class, statement), false);

        for (Map.Entry<String, Set<String>> type : wanted("consumer").entrySet()) {
            assertThat(said.get(type.getKey())).as(type.getKey()).containsAll(type.getValue());
            for (String entry : type.getValue()) {
                assertThat(isAnswered(client, type.getKey(), entry))
                        .as(type.getKey() + " " + entry)
                        .isTrue();
            }
        }
    }

    private static String request(String type, String entry) throws Exception {
        return switch (entry) {
            case "read" -> "/" + stored(type).reference();
            case "history-instance" -> "/" + stored(type).reference() + "/_history";
            case "search-type" -> "/" + type;
            case "search by identifier" -> "/" + type + "?identifier=" + coded(Canonicals.NPI + "|");
            case "search by characteristic" ->
                "/" + type + "?characteristic=" + coded(Canonicals.CHARACTERISTIC_SYSTEM + "|");
            default -> throw new AssertionError("nothing asks for " + entry);
        };
    }

    private static String coded(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8);
    }

    private static boolean isAnswered(ListClient client, String type, String entry) throws Exception {
        ResourceKey key = stored(type);
        return switch (entry) {
            case "read" ->
                type.equals("Group")
                        ? client.find(new ListId(key.id())).isPresent()
                        : client.read(key).isPresent();
            case "history-instance" -> !client.history(key, 10).isEmpty();
            case "search-type" -> !client.findAll().isEmpty();
            case "search by identifier" -> {
                String npi = Objects.requireNonNull(client.find(producer.openList())
                        .orElseThrow()
                        .identifier(Canonicals.NPI)
                        .orElseThrow()
                        .value());
                yield !client.findByNpi(npi).isEmpty();
            }
            default -> throw new AssertionError("nothing asks for " + entry);
        };
    }

    private static ResourceKey stored(String type) throws Exception {
        return type.equals("Group")
                ? producer.openList().key()
                : ResourceKey.ofReference(producer.storedOne(type)).orElseThrow();
    }

    private static Map<String, Set<String>> wanted(String role) throws Exception {
        Path file = OfficialProfiles.GUIDES.resolve("davinci-atr/resources/capabilitystatement-atr-" + role + ".xml");
        return entries(
                FhirContext.forR4Cached()
                        .newXmlParser()
                        .parseResource(CapabilityStatement.class, Files.readString(file)),
                true);
    }

    /** Returns interactions and searches by resource type. */
    private static Map<String, Set<String>> entries(CapabilityStatement statement, boolean obligatory) {
        Map<String, Set<String>> entries = new TreeMap<>();
        for (CapabilityStatementRestResourceComponent resource :
                statement.getRestFirstRep().getResource()) {
            Set<String> ofType = new TreeSet<>();
            for (ResourceInteractionComponent interaction : resource.getInteraction()) {
                if (!obligatory || isObligatory(interaction)) {
                    ofType.add(interaction.getCode().toCode());
                }
            }
            for (var parameter : resource.getSearchParam()) {
                if (!obligatory || isObligatory(parameter)) {
                    ofType.add("search by " + parameter.getName());
                }
            }
            if (!ofType.isEmpty()) {
                entries.put(resource.getType(), ofType);
            }
        }
        return entries;
    }

    private static boolean isObligatory(Element entry) {
        return entry.hasExtension(EXPECTATION)
                && entry.getExtensionByUrl(EXPECTATION)
                        .getValue()
                        .primitiveValue()
                        .equals("SHALL");
    }
}
