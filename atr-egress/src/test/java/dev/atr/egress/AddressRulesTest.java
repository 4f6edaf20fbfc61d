package dev.atr.egress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The ranges that no call may reach, each by samples from its both ends. */
class AddressRulesTest {
    private static final AddressRules RULES = rules(List.of(), List.of());

    private static AddressRules rules(List<String> blocked, List<String> allowed) {
        return new AddressRules(
                blocked.stream().map(AddressRange::parse).toList(),
                allowed.stream().map(AddressRange::parse).toList(),
                address -> false);
    }

    private static InetAddress address(String literal) throws UnknownHostException {
        byte[] bytes = Literals.parse(literal).orElseThrow();
        // The general factory makes an IPv4 address of a mapped one.
        return bytes.length == 16 ? Inet6Address.getByAddress(null, bytes, 0) : InetAddress.getByAddress(bytes);
    }

    @ParameterizedTest(name = "S04 {0} is in {1}")
    @CsvSource({
        "0.0.0.0, 0.0.0.0/8",
        "0.255.255.255, 0.0.0.0/8",
        "10.0.0.0, 10.0.0.0/8",
        "10.255.255.255, 10.0.0.0/8",
        "100.64.0.0, 100.64.0.0/10",
        "100.127.255.255, 100.64.0.0/10",
        "127.0.0.1, 127.0.0.0/8",
        "127.255.255.254, 127.0.0.0/8",
        "169.254.169.254, 169.254.0.0/16",
        "172.16.0.1, 172.16.0.0/12",
        "172.31.255.255, 172.16.0.0/12",
        "192.0.0.192, 192.0.0.0/24",
        "192.0.2.7, 192.0.2.0/24",
        "192.88.99.1, 192.88.99.0/24",
        "192.168.0.1, 192.168.0.0/16",
        "198.18.0.1, 198.18.0.0/15",
        "198.19.255.255, 198.18.0.0/15",
        "198.51.100.1, 198.51.100.0/24",
        "203.0.113.1, 203.0.113.0/24",
        "224.0.0.1, 224.0.0.0/4",
        "239.255.255.255, 224.0.0.0/4",
        "240.0.0.1, 240.0.0.0/4",
        "255.255.255.254, 240.0.0.0/4",
        "255.255.255.255, 255.255.255.255/32",
        "168.63.129.16, 168.63.129.16/32",
        "::, ::/96",
        "::1, ::1/128",
        "::127.0.0.1, ::/96",
        "::ffff:7f00:1, ::ffff:0:0/96",
        "::ffff:8.8.8.8, ::ffff:0:0/96",
        "64:ff9b::7f00:1, 64:ff9b::/96",
        "64:ff9b::808:808, 64:ff9b::/96",
        "64:ff9b:1::1, 64:ff9b:1::/48",
        "64:ff9b:1:ffff::1, 64:ff9b:1::/48",
        "100::1, 100::/64",
        "2001::1, 2001::/32",
        "2001:0:4136:e378:8000:63bf:3fff:fdd2, 2001::/32",
        "2001:1ff:ffff::1, 2001::/23",
        "2001:db8::1, 2001:db8::/32",
        "2002:7f00:1::, 2002::/16",
        "2002:808:808::1, 2002::/16",
        "3fff::1, 3fff::/20",
        "3fff:fff::1, 3fff::/20",
        "5f00::1, 5f00::/16",
        "fc00::1, fc00::/7",
        "fd00:ec2::254, fc00::/7",
        "fe80::1, fe80::/10",
        "febf::1, fe80::/10",
        "fec0::1, fec0::/10",
        "ff02::1, ff00::/8",
        "4000::1, 4000::/2",
        "9000::1, 8000::/1",
    })
    void rangeIsRefusedByItsName(String literal, String range) throws Exception {
        assertThat(RULES.refusal(address(literal)).orElse("")).startsWith(range + " (");
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(
            strings = {
                "1.1.1.1",
                "8.8.8.8",
                "9.255.255.255",
                "11.0.0.0",
                "100.63.255.255",
                "100.128.0.0",
                "126.255.255.255",
                "128.0.0.0",
                "172.15.255.255",
                "172.32.0.0",
                "192.0.1.0",
                "192.167.255.255",
                "192.169.0.0",
                "198.17.255.255",
                "198.20.0.0",
                "223.255.255.255",
                "168.63.129.17",
                "2000::1",
                "2001:200::1",
                "2001:4860:4860::8888",
                "2003::1",
                "2606:4700:4700::1111",
                "3ffe:ffff::1",
                "3fff:1000::1",
            })
    void publicAddressMayBeCalled(String literal) throws Exception {
        assertThat(RULES.refusal(address(literal))).isEmpty();
    }

    @Test
    void whatTheOperatorAllowsLeavesTheTable() throws Exception {
        AddressRules rules = rules(List.of(), List.of("10.1.0.0/16", "fd00:1::/32"));

        assertThat(rules.refusal(address("10.1.2.3"))).isEmpty();
        assertThat(rules.refusal(address("fd00:1::5"))).isEmpty();
        assertThat(rules.refusal(address("10.2.0.1"))).isPresent();
        assertThat(rules.refusal(address("::ffff:10.1.2.3"))).isPresent();
    }

    @Test
    void whatTheOperatorBlocksIsRefusedEvenWhenAllowed() throws Exception {
        AddressRules rules = rules(List.of("8.8.8.8", "10.1.2.0/24"), List.of("10.1.0.0/16"));

        assertThat(rules.refusal(address("8.8.8.8"))).hasValue("8.8.8.8 (blocked by the operator)");
        assertThat(rules.refusal(address("10.1.2.3"))).hasValue("10.1.2.0/24 (blocked by the operator)");
        assertThat(rules.refusal(address("8.8.4.4"))).isEmpty();
    }

    @Test
    void publicAddressOfThisMachineIsRefused() throws Exception {
        InetAddress own = address("8.8.4.4");
        AddressRules rules = new AddressRules(List.of(), List.of(), own::equals);

        assertThat(rules.refusal(own)).hasValue("this machine");
        assertThat(rules.refusal(address("8.8.8.8"))).isEmpty();
    }

    @ParameterizedTest(name = "[{0}]")
    @ValueSource(
            strings = {
                "",
                "example.com",
                "10.0.0.0/",
                "10.0.0.0/33",
                "10.0.0.0/-1",
                "10.0.0.1/8",
                "10.0.0/8",
                "010.0.0.0/8",
                "0x0a.0.0.0/8",
                "::/129",
                "fe80::1%1",
                "[::1]",
                "10.0.0.0/8 ",
            })
    void brokenRangeIsRefused(String text) {
        assertThatThrownBy(() -> AddressRange.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("not a block of addresses");
    }
}
