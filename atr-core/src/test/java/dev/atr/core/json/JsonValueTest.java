package dev.atr.core.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atr.core.error.InvalidContentException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonValueTest {
    @Test
    void writesWhatItReadWithoutBlanks() {
        String json =
                "{ \"b\" : [1, -0.50, 1.0e5, true, null] ,\n \"a\":{\"text\":\"é \\\"x\\\" \\\\ \\n \uD83D\uDE00\"} }";

        String written = JsonValue.parse(Samples.bytes(json)).toJson();

        assertThat(written)
                .isEqualTo("{\"b\":[1,-0.50,1.0e5,true,null],"
                        + "\"a\":{\"text\":\"é \\\"x\\\" \\\\ \\n \uD83D\uDE00\"}}");
    }

    @Test
    void equalityIgnoresTheOrderOfProperties() {
        JsonValue one = JsonValue.parse(Samples.bytes("{\"a\":1,\"b\":[2]}"));
        JsonValue other = JsonValue.parse(Samples.bytes("{\"b\":[2],\"a\":1}"));

        assertThat(one).isEqualTo(other);
    }

    @Test
    void findsEveryValueAtAPath() {
        JsonValue json = JsonValue.parse(Samples.bytes(
                "{\"identifier\":[{\"type\":{\"coding\":[{\"code\":\"MB\"},{\"code\":\"MC\"}]}},{\"value\":\"1\"}]}"));

        List<String> codes = json.all("identifier.type.coding.code").stream()
                .flatMap(v -> v.text().stream())
                .toList();

        assertThat(codes).containsExactly("MB", "MC");
    }

    @Test
    void askingTheWrongKindIsEmpty() {
        JsonValue number = JsonValue.of(12);

        assertThat(number.text()).isEmpty();
        assertThat(number.find("a")).isEmpty();
        assertThat(number.items()).isEmpty();
        assertThat(number.flag()).isEmpty();
        assertThat(number.number()).contains(12L);
        assertThat(JsonValue.parse(Samples.bytes("1.5")).number()).isEmpty();
    }

    @Test
    void buildsObjectsInTheOrderPut() {
        JsonValue built = JsonValue.object()
                .put("type", "searchset")
                .put("total", 2)
                .put("active", true)
                .putIfPresent("name", (String) null)
                .putItems("entry", List.of())
                .build();

        assertThat(built.toJson()).isEqualTo("{\"type\":\"searchset\",\"total\":2,\"active\":true}");
    }

    @Test
    void changesOnlyACopy() {
        JsonValue.JsonObject before = JsonValue.object().put("a", 1).put("b", 2).build();

        assertThat(before.with("a", JsonValue.of(3)).toJson()).isEqualTo("{\"a\":3,\"b\":2}");
        assertThat(before.without("a").toJson()).isEqualTo("{\"b\":2}");
        assertThat(before.toJson()).isEqualTo("{\"a\":1,\"b\":2}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "{",
                "{\"a\":1",
                "[1,]",
                "{\"a\":1}{}",
                "{\"a\":1} x",
                "{'a':1}",
                "{a:1}",
                "// note\n{}",
                "{\"a\":01}",
                "{\"a\":NaN}",
                "{\"a\":+1}",
                "{\"a\":.5}",
                "{\"a\":\"\n\"}",
                "{\"a\":\"\\x\"}",
                "{\"a\":1,\"a\":2}",
                "\uFEFF{}",
                "{\"a\":\"\\u0000\"}",
                "{\"a\":\"\\u001F\"}",
                "{\"a\":\"\\b\"}",
                "{\"a\":\"\\ud83d\"}",
                "{\"a\":\"\\ud83dx\"}",
                "{\"a\":\"\\ud83d\\n\"}",
                "{\"a\":\"\\ud83d\\u0041\"}",
                "{\"a\":\"\\ude00\"}",
                "{\"a\":\"\\u12\"}",
                "{\"a\":1e65}",
                "{\"a\":1e999999}",
                "{\"a\":1e2147483648}",
                "{\"a\":1E-999999}",
            })
    void refusesWhatIsNotStrictJson(String json) {
        assertThatThrownBy(() -> JsonValue.parse(Samples.bytes(json))).isInstanceOf(InvalidContentException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "80", // a continuation byte alone
                "c0af", // overlong slash
                "e080af", // overlong slash in three
                "f08080af", // overlong slash in four
                "eda080", // a surrogate
                "f4908080", // beyond Unicode
                "ff", // no UTF-8 at all
                "c3", // cut short by the quote
                "e282", // cut short by the quote
            })
    void refusesBytesThatAreNotUtf8(String hex) {
        byte[] json = new byte[hex.length() / 2 + 2];
        json[0] = '"';
        for (int i = 0; i < hex.length() / 2; i++) {
            json[i + 1] = (byte) Integer.parseInt(hex.substring(2 * i, 2 * i + 2), 16);
        }
        json[json.length - 1] = '"';

        assertThatThrownBy(() -> JsonValue.parse(json))
                .isInstanceOf(InvalidContentException.class)
                .hasMessageContaining("UTF-8");
    }

    @Test
    void refusesOtherEncodings() {
        assertThatThrownBy(() -> JsonValue.parse("{\"a\":1}".getBytes(StandardCharsets.UTF_16LE)))
                .isInstanceOf(InvalidContentException.class);
        assertThatThrownBy(() -> JsonValue.parse("{\"a\":1}".getBytes(StandardCharsets.UTF_16)))
                .isInstanceOf(InvalidContentException.class);
    }

    @Test
    void acceptsEscapedPairsAndLineBreaks() {
        JsonValue json = JsonValue.parse(Samples.bytes("\"\\ud83d\\ude00\\r\\n\\t\\/\\u00e9\""));

        assertThat(json.text()).contains("\uD83D\uDE00\r\n\t/é");
    }

    @Test
    void nestingEndsAtSixtyFourLevels() {
        String deepest = "[".repeat(64) + "]".repeat(64);

        assertThat(JsonValue.parse(Samples.bytes(deepest)).toJson()).isEqualTo(deepest);
        assertThatThrownBy(() -> JsonValue.parse(Samples.bytes("[" + deepest + "]")))
                .isInstanceOf(InvalidContentException.class)
                .hasMessageContaining("64");
        assertThatThrownBy(() -> JsonValue.parse(Samples.bytes("[".repeat(100_000))))
                .isInstanceOf(InvalidContentException.class);
    }

    @Test
    void textsEndAtOneMegabyte() {
        String longest = "\"" + "x".repeat(1 << 20) + "\"";

        assertThat(JsonValue.parse(Samples.bytes(longest)).toJson()).isEqualTo(longest);
        assertThatThrownBy(() -> JsonValue.parse(Samples.bytes("\"x" + longest.substring(1))))
                .isInstanceOf(InvalidContentException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"2147483648", "-0", "-0.0", "123456789012345678901234567890", "1e64", "1E-64", "0.10"})
    void numbersKeepTheirDigits(String number) {
        assertThat(JsonValue.parse(Samples.bytes(number)).toJson()).isEqualTo(number);
    }

    @Test
    void refusesNumbersOfTenThousandDigits() {
        assertThatThrownBy(() -> JsonValue.parse(Samples.bytes("{\"a\":" + "9".repeat(10_000) + "}")))
                .isInstanceOf(InvalidContentException.class);
        assertThatThrownBy(() -> JsonValue.parse(Samples.bytes("{\"a\":0." + "9".repeat(10_000) + "}")))
                .isInstanceOf(InvalidContentException.class);
    }

    @Test
    void namesThePlaceAndNeverTheContent() {
        String json = "{\"name\":[{\"family\":\"Canary\",\n\"given\":Canary}]}";

        assertThatThrownBy(() -> JsonValue.parse(Samples.bytes(json)))
                .isInstanceOf(InvalidContentException.class)
                .hasNoCause()
                .hasMessageContaining("line 2")
                .hasMessageContaining("name[0].given")
                .hasMessageNotContaining("Canary");
    }

    @Test
    void hidesNamesThatAreNoElements() {
        String json = "{\"Canary 12\":{\"a\":x}}";

        assertThatThrownBy(() -> JsonValue.parse(Samples.bytes(json)))
                .isInstanceOf(InvalidContentException.class)
                .hasMessageContaining("at ?.a")
                .hasMessageNotContaining("Canary");
    }

    @Test
    void refusesToWriteHalfCharactersAndControls() {
        assertThatThrownBy(() -> JsonValue.of("\uD83D")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> JsonValue.of("\uDE00\uD83D")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> JsonValue.of("a\0")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void showsNoContent() {
        JsonValue json = JsonValue.parse(Samples.bytes("{\"family\":[\"Canary\",17]}"));

        assertThat(json.toString()).doesNotContain("Canary", "17", "family");
        assertThat(json.items("family").toString()).doesNotContain("Canary", "17");
    }
}
