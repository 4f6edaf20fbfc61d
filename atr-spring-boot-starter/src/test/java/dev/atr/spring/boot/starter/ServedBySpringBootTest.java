package dev.atr.spring.boot.starter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atr.auth.Scopes;
import dev.atr.auth.SigningKey;
import dev.atr.auth.server.ClientStore;
import dev.atr.auth.server.StoredClient;
import dev.atr.producer.jdbc.Ledger;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Import;

/** A whole application on Spring Boot 3, in Tomcat 10 on a real port: Producer, Consumer and health, by properties alone. */
class ServedBySpringBootTest {
    private static final SigningKey KEY = SigningKey.generate("ES384");

    @TempDir
    private Path folder;

    private URI root;
    private ConfigurableApplicationContext application;

    /** The payer's application. */
    @SpringBootConfiguration
    @EnableAutoConfiguration
    @Import({PayersSystem.Lists.class, PayersSystem.Clients.class, PayersSystem.Policy.class})
    static class Application {}

    @BeforeEach
    void start() throws Exception {
        Path key = Files.createFile(
                folder.resolve("key.json"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(key, KEY.jwk());
        int port;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        root = URI.create("http://127.0.0.1:" + port);
        application = new SpringApplicationBuilder(Application.class)
                .properties(
                        "server.address=127.0.0.1",
                        "server.port=" + port,
                        "management.endpoint.health.show-components=always",
                        "management.endpoint.health.show-details=always",
                        "atr.producer.base-url=" + root + "/r4",
                        "atr.producer.export-folder=" + folder.resolve("exports"),
                        "atr.consumer.payers.cedar.fhir-base=" + root + "/r4",
                        "atr.consumer.payers.cedar.client-id=acme",
                        "atr.consumer.payers.cedar.key-file=" + key)
                .run();
        application
                .getBean(ClientStore.class)
                .put(new StoredClient(
                        "acme", new StoredClient.KeySource.Jwks(KEY.publicJwks()), Scopes.READ_ALL, null, true));
    }

    @AfterEach
    void stop() {
        application.close();
    }

    private HttpResponse<String> get(String path) throws Exception {
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(root.resolve(path)).build(), BodyHandlers.ofString());
    }

    @Test
    void consumerFindsListsWithTokensOfTheProducer() throws Exception {
        assertThat(application.getBean(PayerConnections.class).lists("cedar").findAll())
                .isEmpty();
        assertThat(get("/r4/Group").statusCode()).isEqualTo(401);
        assertThat(get("/r4/metadata").body()).contains("davinci-data-export");
    }

    @Test
    void healthTellsOfProducerAndPayers() throws Exception {
        HttpResponse<String> health = get("/actuator/health");

        assertThat(health.statusCode()).isEqualTo(200);
        assertThat(health.body())
                .contains("\"atrProducer\":{\"status\":\"UP\",\"details\":{")
                .contains("\"backend\":\"answers\"", "\"clients\":\"answers\"", "\"exportJobs\":\"answers\"")
                .contains("\"atrPayers\":{\"status\":\"UP\",\"components\":{\"cedar\":{\"status\":\"UP\"");
    }

    @Test
    void healthIsDownWhenWhatTheProducerRestsOnIsGone() throws Exception {
        application.getBean(Ledger.class).close();

        HttpResponse<String> health = get("/actuator/health");

        assertThat(health.statusCode()).isEqualTo(503);
        assertThat(health.body())
                .contains("\"atrProducer\":{\"status\":\"DOWN\"")
                .doesNotContain("\"backend\":\"answers\"");
    }

    @Test
    void healthCanBeSwitchedOff() throws Exception {
        stop();
        application = new SpringApplicationBuilder(Application.class)
                .properties(
                        "server.port=" + root.getPort(),
                        "management.endpoint.health.show-components=always",
                        "management.health.atr-producer.enabled=false",
                        "atr.producer.base-url=" + root + "/r4",
                        "atr.producer.export-folder=" + folder.resolve("exports"))
                .run();

        assertThat(get("/actuator/health").body()).doesNotContain("atrProducer").doesNotContain("atrPayers");
    }

    @Test
    @ExtendWith(OutputCaptureExtension.class)
    void saysInTwoSentencesWhyItDoesNotStart(CapturedOutput printed) {
        SpringApplicationBuilder unfinished = new SpringApplicationBuilder(Application.class)
                .properties("server.port=0", "atr.producer.export-folder=" + folder.resolve("others"));

        assertThatThrownBy(unfinished::run).hasRootCauseInstanceOf(SetupException.class);

        assertThat(printed)
                .contains("APPLICATION FAILED TO START")
                .containsPattern(
                        "Description:\\s+atr.producer.base-url is missing.\\s+Action:\\s+Set it to the FHIR base");
    }
}
