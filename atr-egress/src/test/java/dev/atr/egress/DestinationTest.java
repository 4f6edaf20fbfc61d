package dev.atr.egress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is refused by the text of an address alone: when it is registered, and again with each call. */
class DestinationTest {
    private static void check(GuardedEgress.Builder builder, String address) {
        try (GuardedEgress guard = builder.build()) {
            guard.check(URI.create(address));
        }
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(
            strings = {
                "https://keys.example.com/jwks.json",
                "https://KEYS.example.com:443/",
                "https://a.b-c.example:8443/x?y=z",
                "https://xn--bcher-kva.example",
                "https://1password.example/",
                "https://127.0.0.1.example/",
                "https://localhost.example.com/",
            })
    void publicNameMayBeCalled(String address) {
        check(GuardedEgress.builder(), address);
    }

    @ParameterizedTest(name = "T60/S01/S02/S03 {0}")
    @ValueSource(
            strings = {
                // scheme
                "http://keys.example.com/",
                "file:///etc/passwd",
                "ftp://keys.example.com/",
                "jar:https://keys.example.com/a.jar!/b",
                "data:application/json,{}",
                "gopher://keys.example.com/",
                "keys.example.com/",
                "/jwks.json",
                "https:keys.example.com",
                // literals, in every spelling
                "https://127.0.0.1/",
                "https://8.8.8.8/",
                "https://127.1/",
                "https://2130706433/",
                "https://0x7f000001/",
                "https://0x7f.0.0.1/",
                "https://0177.0.0.1/",
                "https://127.0.0.01/",
                "https://127.0.0.0x1/",
                "https://1.2.3.4.5/",
                "https://keys.example.0x1/",
                "https://keys.example.1/",
                "https://[::1]/",
                "https://[::ffff:7f00:1]/",
                "https://[::ffff:127.0.0.1]/",
                "https://[::127.0.0.1]/",
                "https://[64:ff9b::7f00:1]/",
                "https://[2002:7f00:1::]/",
                "https://[2001:0:4136:e378:8000:63bf:80ff:fffe]/",
                "https://[fe80::1%25eth0]/",
                "https://[fe80::1%eth0]/",
                "https://[2606:4700:4700::1111]/",
                "https://\uff11\uff12\uff17.0.0.1/",
                "https://127\u3002" + "0.0.1/",
                // names of this machine and its neighbours
                "https://localhost/",
                "https://LOCALHOST/",
                "https://localhost./",
                "https://a.localhost/",
                "https://localhost.localdomain/",
                "https://metadata/",
                "https://metadata.google.internal/",
                "https://instance-data.ec2.internal/",
                "https://printer.local/",
                "https://router.home.arpa/",
                "https://keys.example.com./",
                "https://intranet/",
                // odd parts
                "https://user@keys.example.com/",
                "https://user:password@keys.example.com/",
                "https://@keys.example.com/",
                "https://keys.example.com#fragment",
                "https://keys.example.com/#",
                "https:///jwks.json",
                "https://:443/",
                "https://keys_example.com/",
                "https://_keys.example.com/",
                "https://-keys.example.com/",
                "https://keys..example.com/",
                "https://.example.com/",
                "https://keys.example.com%00.evil.example/",
                "https://keys.example.com%2f@evil.example/",
                "https://keys.example.com/%00",
                "https://keys%2eexample.com/",
                // ports
                "https://keys.example.com:0/",
                "https://keys.example.com:22/",
                "https://keys.example.com:25/",
                "https://keys.example.com:80/",
                "https://keys.example.com:6379/",
                "https://keys.example.com:9200/",
                "https://keys.example.com:99999/",
                "https://keys.example.com:00443/",
                "https://keys.example.com:/",
            })
    void isRefused(String address) {
        assertThatThrownBy(() -> check(GuardedEgress.builder(), address))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining("example");
    }

    @Test
    void tooLongANameIsRefused() {
        String label = "a".repeat(64);
        String name = "a.".repeat(127) + "example";

        assertThatThrownBy(() -> check(GuardedEgress.builder(), "https://" + label + ".example/"))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> check(GuardedEgress.builder(), "https://" + name + "/"))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(
            strings = {
                "http://127.0.0.1:8080/hook",
                "http://localhost:9999/",
                "http://[::1]:1234/",
                "https://127.0.0.1:22/",
                "https://127.9.9.9/"
            })
    void thisMachineMayBeCalledOnceThatIsAllowed(String address) {
        check(GuardedEgress.builder().allowLoopback(), address);
        assertThatThrownBy(() -> check(GuardedEgress.builder(), address)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(
            strings = {
                "http://10.0.0.1/",
                "http://keys.example.com/",
                "https://a.localhost/",
                "http://127.1/",
                "http://0x7f000001/",
                "http://2130706433/",
                "http://user@127.0.0.1/"
            })
    void allowedLoopbackOpensNothingElse(String address) {
        assertThatThrownBy(() -> check(GuardedEgress.builder().allowLoopback(), address))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void numbersMayBeCalledWhenTheOperatorAllowsThem() {
        GuardedEgress.Builder builder =
                GuardedEgress.builder().allow("10.1.0.0/16").allow("fd00::/8");

        check(builder, "https://10.1.2.3/");
        check(builder, "https://[fd00::1]/");
        assertThatThrownBy(() -> check(builder, "https://10.2.0.1/")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> check(builder, "https://10.1.515/")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> check(builder, "https://[::ffff:10.1.2.3]/"))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> check(builder, "http://10.1.2.3/")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void anotherPortMayBeCalledWhenTheOperatorAllowsIt() {
        check(GuardedEgress.builder().allowPort(9443), "https://keys.example.com:9443/");
    }

    @Test
    void refusalSaysWhy() {
        assertThatThrownBy(() -> check(GuardedEgress.builder(), "https://keys.example.com:25/"))
                .hasMessage("port 25 is not one that may be called");
        assertThat(GuardedEgress.DEFAULT_PORTS).containsExactlyInAnyOrder(443, 8443);
    }
}
