package dev.atr.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atr.auth.Scopes;
import dev.atr.auth.SigningKey;
import dev.atr.auth.client.JwksEndpoint;
import dev.atr.auth.server.ClientStore;
import dev.atr.auth.server.StoredClient;
import dev.atr.cli.sample.SamplePayer;
import dev.atr.consumer.export.DownloadedExport;
import dev.atr.http.jdk.FhirHttpServer;
import dev.atr.producer.jdbc.Ledger;
import dev.atr.requirements.Requirement;
import dev.atr.spring.boot.starter.AtrConsumerAutoConfiguration;
import dev.atr.spring.boot.starter.PayerConnections;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.logging.LoggingSystem;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;

/**
 * The payer's service and the provider's bean, each as it stands in the docs: two Spring Boot 4 applications, and Spring's
 * own authorization server between them.
 */
class ServiceInSpringBootTest {
    private static final SigningKey KEY = SigningKey.generate("RS384");

    private final OpenParts open = new OpenParts();

    @TempDir
    private Path folder;

    private URI root;
    private SpringAuthorizationServer issuer;
    private ConfigurableApplicationContext payer;

    /** The provider's application. */
    @ImportAutoConfiguration(AtrConsumerAutoConfiguration.class)
    static class ProviderApplication {
        @Bean
        ListsByNight listsByNight(PayerConnections payers) {
            return new ListsByNight(payers);
        }
    }

    @BeforeEach
    void start() throws Exception {
        // Or Spring Boot would set up the logging of all tests in this process anew
        System.setProperty(LoggingSystem.SYSTEM_PROPERTY, LoggingSystem.NONE);
        FhirHttpServer keyHost =
                open.add(FhirHttpServer.builder(new JwksEndpoint(List.of(KEY))).start());
        InetSocketAddress address = ExternalIssuerTest.freeAddress();
        root = URI.create("http://127.0.0.1:" + address.getPort());
        issuer = open.add(new SpringAuthorizationServer(
                folder,
                root.resolve("/r4"),
                ExternalIssuerTest.client("acme", "http://127.0.0.1:" + keyHost.port() + "/jwks.json")));
        payer = open.add(new SpringApplicationBuilder(ServiceInSpringBoot.class)
                .properties(
                        "server.address=127.0.0.1",
                        "server.port=" + address.getPort(),
                        "management.endpoint.health.show-components=always",
                        "payer.ledger=" + folder.resolve("ledger"),
                        "atr.producer.base-url=" + root + "/r4",
                        "atr.producer.export-folder=" + folder.resolve("exports"),
                        "atr.producer.issuer.name=" + issuer.issuer(),
                        "atr.producer.issuer.jwks-url=" + issuer.jwksUrl(),
                        "atr.producer.issuer.token-endpoint=" + issuer.tokenEndpoint(),
                        "atr.consumer.payers.neighbour.fhir-base=" + root + "/r4",
                        "atr.consumer.payers.neighbour.client-id=payer",
                        "atr.consumer.payers.neighbour.client-secret=secret")
                .run());
        Ledger ledger = payer.getBean(Ledger.class);
        SamplePayer.of(SamplePayer.SMALL, LocalDate.now(ZoneOffset.UTC)).writeTo(ledger, (done, total) -> {});
        ledger.entitleToAll("acme");
        payer.getBean(ClientStore.class)
                .put(new StoredClient("acme", new StoredClient.KeySource.None(), Scopes.READ_ALL, null, true));
    }

    @AfterEach
    void stop() {
        open.close();
        System.clearProperty(LoggingSystem.SYSTEM_PROPERTY);
    }

    private ConfigurableApplicationContext provider() throws Exception {
        Path key = Files.createFile(
                folder.resolve("acme.json"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(key, KEY.jwk());
        String prefix = "atr.consumer.payers.cedar.";
        return open.add(new SpringApplicationBuilder(ProviderApplication.class)
                .web(WebApplicationType.NONE)
                .properties(
                        prefix + "fhir-base=" + root + "/r4",
                        prefix + "client-id=acme",
                        prefix + "key-file=" + key,
                        prefix + "trusted-token-origins=" + issuer.issuer(),
                        prefix + "profile.client-id-in-form=true",
                        prefix + "profile.scope=system/*.read")
                .run());
    }

    @Test
    @Requirement({"ATR-DISC-001", "ATR-EXP-001", "SMART-035"})
    void providerHoldsTheListsOfThePayer() throws Exception {
        Path night = folder.resolve("night");

        provider().getBean(ListsByNight.class).fetch(night);

        DownloadedExport list = DownloadedExport.find(night.resolve("cedar").resolve(SamplePayer.OPEN_LIST.value()))
                .orElseThrow();
        assertThat(list.filesOf("Group")).hasSize(1);
        assertThat(list.filesOf("Patient")).isNotEmpty();
    }

    @Test
    void actuatorSaysThatTheProducerIsUpAndThatPayersAnswer() throws Exception {
        assertThat(health().statusCode()).isEqualTo(200);
        assertThat(health().body())
                .contains("\"atrProducer\":{\"status\":\"UP\"}", "\"neighbour\":{\"status\":\"UP\"}");
    }

    @Test
    void actuatorSaysThatTheLedgerIsGone() throws Exception {
        payer.getBean(Ledger.class).close();

        assertThat(health().statusCode()).isEqualTo(503);
        assertThat(health().body()).contains("\"atrProducer\":{\"status\":\"DOWN\"}");
    }

    private HttpResponse<String> health() throws Exception {
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(root.resolve("/actuator/health")).build(), BodyHandlers.ofString());
    }
}
