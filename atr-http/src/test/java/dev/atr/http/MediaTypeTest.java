package dev.atr.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MediaTypeTest {
    @Test
    void readsNameAndParameters() {
        MediaType type = MediaType.parse(" Application/FHIR+json ; fhirVersion=4.0;CHARSET=\"ut\\f-8\" ; ")
                .orElseThrow();

        assertThat(type.name()).isEqualTo("application/fhir+json");
        assertThat(type.is("APPLICATION/fhir+json")).isTrue();
        assertThat(type.is("application/json")).isFalse();
        assertThat(type.parameter("FhirVersion")).contains("4.0");
        assertThat(type.parameter("charset")).contains("utf-8");
        assertThat(type.parameter("q")).isEmpty();
    }

    @Test
    void readsWildcards() {
        assertThat(MediaType.parse("*/*;q=0.8").orElseThrow().name()).isEqualTo("*/*");
    }

    @Test
    void keepsASemicolonWithinQuotes() {
        assertThat(MediaType.parse("text/plain;a=\"b;c\";d=e").orElseThrow().parameter("a"))
                .contains("b;c");
    }

    @ParameterizedTest(name = "{0} is none")
    @ValueSource(
            strings = {
                "",
                "json",
                "/json",
                "application/",
                "application/json charset=utf-8",
                "a/b;c",
                "a/b;c=",
                "a/b;=d",
                "a/b;c=\"d",
                "a/b;c=d e",
                "a/b;c=1;C=2",
                "a/b/c",
                "a/b,c/d"
            })
    void leavesGarbageAside(String text) {
        assertThat(MediaType.parse(text)).isEmpty();
    }

    @Test
    void leavesOverlongTextAside() {
        assertThat(MediaType.parse("a/b;c=\"" + "\\x".repeat(100_000) + "\"")).isEmpty();
    }
}
