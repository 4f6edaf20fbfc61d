package dev.atr.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OriginTest {
    @ParameterizedTest(name = "{0} and {1}: {2}")
    @CsvSource({
        "https://a.example/x, https://a.example/y?z, true",
        "https://a.example, https://a.example:443, true",
        "http://a.example, http://a.example:80, true",
        "HTTPS://A.Example, https://a.example, true",
        "https://a.example, http://a.example, false",
        "https://a.example, http://a.example:443, false",
        "https://a.example, https://a.example:8443, false",
        "https://good.example, https://good.example.evil.test, false",
        "https://good.example, https://good.example.evil.test/good.example, false",
        "https://good.example, https://sub.good.example, false",
        "https://a.example, https://a.example., false",
        "https://[::1], https://[::1]:443, true",
    })
    void comparesSchemeHostAndPort(URI one, URI other, boolean same) {
        assertThat(Origin.of(one).contains(other)).isEqualTo(same);
        assertThat(Origin.of(other).contains(one)).isEqualTo(same);
        assertThat(Origin.of(one).contains(one)).isTrue();
    }

    @ParameterizedTest(name = "refuses {0}")
    @ValueSource(
            strings = {
                "/relative",
                "ftp://a.example",
                "file:///etc/passwd",
                "https:opaque",
                "https://user@a.example",
                "https://user:pw@a.example",
                "https://good.example@evil.test",
                "https:///path",
                "https://under_score.x",
                "https://a.example:0",
                "https://a.example:99999",
                "urn:uuid:1",
                "http://127.1",
                "http://127.0.0.256"
            })
    void refusesWhatHasNoOrigin(URI address) {
        assertThatThrownBy(() -> Origin.of(address)).isInstanceOf(IllegalArgumentException.class);
        assertThat(new Origin("https", "a.example", 443).contains(address)).isFalse();
    }

    @ParameterizedTest(name = "{0} is this machine")
    @ValueSource(
            strings = {
                "http://localhost",
                "http://LOCALHOST:80",
                "http://127.0.0.1",
                "http://127.255.255.254",
                "http://[::1]",
                "http://[0:0:0:0:0:0:0:1]",
                "http://[::ffff:127.0.0.1]"
            })
    void knowsThisMachine(URI address) {
        assertThat(Origin.of(address).isLoopback()).isTrue();
    }

    @ParameterizedTest(name = "{0} may be elsewhere")
    @ValueSource(
            strings = {
                "http://127.0.0.1.example",
                "http://localhost.example",
                "http://localhost.",
                "http://0177.0.0.1",
                "http://2130706433",
                "http://10.0.0.1",
                "http://[::2]",
                "http://0.0.0.0"
            })
    void takesNothingElseForThisMachine(URI address) {
        assertThat(Origin.of(address).isLoopback()).isFalse();
    }

    @Test
    void showsSchemeHostAndPort() {
        assertThat(Origin.of(URI.create("https://A.example/secret?x=1"))).hasToString("https://a.example:443");
    }
}
