package dev.atr.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpHeadersTest {
    @Test
    void comparesNamesWithoutCase() {
        HttpHeaders headers = HttpHeaders.of("Accept", "a").with("ACCEPT", "b");

        assertThat(headers.all("accept")).containsExactly("b");
        assertThat(headers.without("aCCept").first("Accept")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\r\nSet-Cookie: x", "a\nb", "a\rb", "a\0b"})
    void refusesValuesThatWouldBecomeOtherHeadersAndDoesNotShowThem(String value) {
        assertThatThrownBy(() -> HttpHeaders.of("Authorization", value))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the value of header Authorization holds a line break or NUL");
        assertThatThrownBy(() -> HttpHeaders.copyOf(Map.of("A", List.of(value))))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a:b", "a\r\n", "ü"})
    void refusesNamesThatAreNone(String name) {
        assertThatThrownBy(() -> HttpHeaders.of(name, "x")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void showsNamesOnly() {
        assertThat(HttpHeaders.of("Authorization", "Bearer abc")).hasToString("HttpHeaders[authorization]");
    }
}
