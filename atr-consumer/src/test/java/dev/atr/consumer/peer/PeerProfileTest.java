package dev.atr.consumer.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atr.auth.ScopeSyntax;
import dev.atr.core.fhir.FhirVersion;
import dev.atr.core.fhir.SubscriptionStatus;
import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PeerProfileTest {
    private static final PeerProfile ALL_OTHERWISE = new PeerProfile(
            FhirVersion.STU3,
            new TokenOptions(
                    URI.create("https://payer.example/token"),
                    "https://payer.example",
                    "system/*.rs",
                    ScopeSyntax.V1,
                    true),
            new SearchOptions(SearchOptions.Summaries.ELEMENTS, SearchOptions.Names.HERE),
            new ExportOptions(
                    ExportOptions.Operation.EXPORT,
                    ExportOptions.Method.POST,
                    ExportOptions.TypeParameter.RESOURCE_TYPES,
                    ExportOptions.TypeList.REPEATED,
                    ExportOptions.ExportTypeForm.STRING,
                    true),
            new SubscriptionOptions(SubscriptionOptions.Filter.SEARCH, SubscriptionStatus.REQUESTED));

    @Test
    void isWrittenAndReadInWords() {
        Map<String, String> words = ALL_OTHERWISE.settings();

        assertThat(PeerProfile.of(words)).isEqualTo(ALL_OTHERWISE);
        assertThat(words)
                .hasSize(16)
                .containsEntry("method", "post")
                .containsEntry("type-parameter", "resourceTypes")
                .containsEntry("scope-syntax", "v1")
                .containsEntry("client-id-in-form", "true");
    }

    @Test
    void saysNothingOfWhatIsFoundOut() {
        assertThat(PeerProfile.AUTO.settings()).isEmpty();
        assertThat(PeerProfile.of(Map.of())).isEqualTo(PeerProfile.AUTO);
    }

    @Test
    void autoCanBeSaid() {
        assertThat(PeerProfile.of(Map.of("method", "auto", "fhir-version", "auto", "scope-syntax", "auto")))
                .isEqualTo(PeerProfile.AUTO);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "methode; post; no setting of this name; there are fhir-version, token-endpoint,",
                "method; put; method: one of auto, get, post",
                "token-endpoint; a b; token-endpoint: not a value that can be used",
                "scope; user/*.read; scope: not a value that can be used"
            })
    void saysWhatThereIs(String name, String value, String message) {
        assertThatThrownBy(() -> PeerProfile.of(Map.of(name, value)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(message);
    }
}
