package dev.atr.spring.boot.starter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atr.auth.SigningKey;
import dev.atr.consumer.peer.ExportOptions;
import dev.atr.core.attribution.ListId;
import dev.atr.http.ScriptedPeer;
import dev.atr.http.client.OutgoingClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/** Which payers an application is connected to, and what is said when it can't be. */
class AtrConsumerAutoConfigurationTest {
    private static final String PREFIX = "atr.consumer.payers.cedar.";

    private final ApplicationContextRunner application =
            new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(AtrConsumerAutoConfiguration.class));

    @TempDir
    private Path folder;

    private Path key;

    @BeforeEach
    void makeKey() throws IOException {
        key = Files.createFile(
                folder.resolve("key.json"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(key, SigningKey.generate("ES384").jwk());
    }

    private ApplicationContextRunner connected(String... more) {
        return application
                .withPropertyValues(
                        PREFIX + "fhir-base=https://fhir.cedar.example/r4",
                        PREFIX + "client-id=acme",
                        PREFIX + "key-file=" + key)
                .withPropertyValues(more);
    }

    @Test
    void connectsToEachPayerByOneWayOut() {
        connected(
                        PREFIX + "profile.method=post",
                        "atr.consumer.payers.juniper.fhir-base=https://fhir.juniper.example",
                        "atr.consumer.payers.juniper.client-id=acme",
                        "atr.consumer.payers.juniper.client-secret=secret")
                .run(context -> {
                    PayerConnections payers = context.getBean(PayerConnections.class);

                    assertThat(payers.names()).containsExactly("cedar", "juniper");
                    assertThat(payers.connection("cedar").fhirBase()).hasToString("https://fhir.cedar.example/r4");
                    assertThat(payers.connection("cedar").profile().exports().method())
                            .isEqualTo(ExportOptions.Method.POST);
                    assertThat(payers.connection("cedar").egress())
                            .isSameAs(payers.connection("juniper").egress())
                            .isSameAs(context.getBean(OutgoingClient.class));
                    assertThat(payers.lists("cedar")).isSameAs(payers.lists("cedar"));
                    assertThat(payers.exports("cedar")).isNotNull();
                });
    }

    @Test
    void namesThePayersThatThereAre() {
        connected()
                .run(context -> assertThatThrownBy(
                                () -> context.getBean(PayerConnections.class).lists("elm"))
                        .hasMessage("no payer elm among [cedar]"));
    }

    @Test
    void wayOutIsClosedWithTheContext() {
        PayerConnections[] kept = new PayerConnections[1];
        connected().run(context -> kept[0] = context.getBean(PayerConnections.class));

        assertThatThrownBy(() -> Objects.requireNonNull(kept[0]).lists("cedar").find(new ListId("list-1")))
                .hasMessageContaining("the client is closed");
    }

    @Test
    void makesNothingWithoutPayers() {
        application.run(context ->
                assertThat(context).doesNotHaveBean(PayerConnections.class).doesNotHaveBean(OutgoingClient.class));
    }

    @Test
    void connectionsOfTheHostTakeThePlaceOfOurs() {
        PayerConnections own = new PayerConnections(Map.of());

        connected()
                .withBean(PayerConnections.class, () -> own)
                .run(context ->
                        assertThat(context.getBean(PayerConnections.class)).isSameAs(own));
    }

    @Test
    void keyFileThatAPlatformMountsIsTakenWhenSaidSo() throws IOException {
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r--r--"));

        connected()
                .run(context -> assertThat(Said.of(context.getStartupFailure()))
                        .contains(PREFIX + "key-file can't be used: key file: others than its owner may touch it"));
        connected(PREFIX + "key-file-open-to-others=true")
                .run(context -> assertThat(context).hasSingleBean(PayerConnections.class));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "fhir-base=                          | fhir-base is missing. Set it to",
                "fhir-base=http://fhir.cedar.example | cedar can't be used: ",
                "client-id=                          | client-id is missing. Set it to",
                "key-file=                           | cedar has no credentials.",
                "key-file=nowhere.json               | key-file can't be used: the file can't be read",
                "client-secret=secret                | cedar has two kinds of credentials.",
                "profile.metod=post                  | cedar can't be used: ",
                "trusted-token-origins=ftp://cedar   | cedar can't be used: trustTokenEndpointAt"
            })
    void saysWhatIsWrong(String setting, String said) {
        connected(PREFIX + setting)
                .run(context -> assertThat(Said.of(context.getStartupFailure()))
                        .startsWith("atr.consumer.payers.cedar")
                        .contains(said));
    }

    @Test
    void secretsStayOutOfWhatIsPrinted() {
        connected(PREFIX + "key-file=", PREFIX + "client-secret=s3cret")
                .run(context -> assertThat(context.getBean(ConsumerProperties.class)
                                        .toString()
                                + context.getBean(PayerConnections.class)
                                + context.getBean(PayerConnections.class).connection("cedar"))
                        .doesNotContain("s3cret"));
    }

    @Test
    void tokenGoesWhereItMayGo() throws Exception {
        try (ScriptedPeer files = new ScriptedPeer()) {
            connected(PREFIX + "send-tokens-to=" + files.at("/"))
                    .run(context -> assertThat(context.getBean(PayerConnections.class)
                                    .connection("cedar")
                                    .credentials()
                                    .mayReceive(files.at("/file")))
                            .isTrue());
        }
    }
}
