package dev.atr.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class QueryParametersTest {
    @Test
    void readsNamesAndValuesInTheirOrder() {
        QueryParameters parameters = QueryParameters.parse("_type=Patient%2CCoverage&a=1&_type=Group&b=&c");

        assertThat(parameters.names()).containsExactly("_type", "a", "b", "c");
        assertThat(parameters.all("_type")).containsExactly("Patient,Coverage", "Group");
        assertThat(parameters.first("_type")).contains("Patient,Coverage");
        assertThat(parameters.single("b")).contains("");
        assertThat(parameters.single("c")).contains("");
        assertThat(parameters.single("d")).isEmpty();
    }

    @Test
    void readsSpacesAndUtf8() {
        QueryParameters parameters = QueryParameters.parse("name=J%C3%BCrgen+M%20%F0%9F%98%80");

        assertThat(parameters.first("name")).contains("Jürgen M 😀");
    }

    @Test
    void keepsAnEqualsSignInTheValue() {
        assertThat(QueryParameters.parse("a=b=c").first("a")).contains("b=c");
    }

    @Test
    void takesNothingForNoParameters() {
        assertThat(QueryParameters.parse(null)).isEqualTo(QueryParameters.none());
        assertThat(QueryParameters.parse("").isEmpty()).isTrue();
        assertThat(QueryParameters.parse("&&").isEmpty()).isTrue();
    }

    @ParameterizedTest(name = "refuses {0}")
    @ValueSource(
            strings = {
                "a=%",
                "a=%4",
                "a=%zz",
                "a=%+1",
                "a=%-1",
                "%=b",
                "a=%00",
                "a=%C0%AF",
                "a=%ED%A0%80",
                "a=%FF",
                "a=%C3",
                "a=ü",
                "a=b c",
                "a=\u0001",
                "a=\u0000",
                "=b",
                "a=%１１"
            })
    void refusesBrokenText(String raw) {
        assertThatThrownBy(() -> QueryParameters.parse(raw)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void refusesAMultitude() {
        String raw = "a=1&".repeat(QueryParameters.MAX_PARAMETERS);

        assertThat(QueryParameters.parse(raw).entries()).hasSize(QueryParameters.MAX_PARAMETERS);
        assertThatThrownBy(() -> QueryParameters.parse(raw + "a=1")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void refusesARepeatWhereOneValueIsAskedFor() {
        QueryParameters parameters = QueryParameters.parse("a=1&a=1");

        assertThatThrownBy(() -> parameters.single("a"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("parameter a is repeated");
    }

    @Test
    void encodesWhatItReadsBack() {
        QueryParameters parameters = QueryParameters.of("identifier", "http://x.example|1 2", "ü&=+%", "😀~")
                .with("empty", "");

        String encoded = parameters.encode();

        assertThat(encoded)
                .isEqualTo("identifier=http%3A%2F%2Fx.example%7C1%202&%C3%BC%26%3D%2B%25=%F0%9F%98%80~&empty=");
        assertThat(QueryParameters.parse(encoded)).isEqualTo(parameters);
    }

    @Test
    void showsNeitherNamesNorValues() {
        assertThat(QueryParameters.of("secret", "4711")).hasToString("QueryParameters[1]");
        assertThat(new QueryParameters.Parameter("secret", "4711").toString()).doesNotContain("secret", "4711");
    }
}
