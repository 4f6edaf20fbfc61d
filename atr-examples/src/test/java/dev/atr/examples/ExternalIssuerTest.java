package dev.atr.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atr.auth.Scopes;
import dev.atr.auth.SigningKey;
import dev.atr.auth.client.BackendServices;
import dev.atr.auth.client.JwksEndpoint;
import dev.atr.auth.server.ClientKeys;
import dev.atr.auth.server.ClientRegistration;
import dev.atr.auth.server.ClientRegistry;
import dev.atr.cli.sample.SamplePayer;
import dev.atr.consumer.ProducerConnection;
import dev.atr.consumer.discovery.ListClient;
import dev.atr.consumer.export.BulkExportClient;
import dev.atr.consumer.export.CompletedExport;
import dev.atr.consumer.export.ExportJob;
import dev.atr.consumer.export.ExportRequest;
import dev.atr.core.error.AuthorizationException;
import dev.atr.http.client.OutgoingClient;
import dev.atr.http.jdk.FhirHttpServer;
import dev.atr.producer.jdbc.Ledger;
import dev.atr.producer.jdbc.LedgerOptions;
import dev.atr.requirements.Requirement;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.security.oauth2.core.ClientAuthenticationMethod;
import org.springframework.security.oauth2.jose.jws.SignatureAlgorithm;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClient;
import org.springframework.security.oauth2.server.authorization.settings.ClientSettings;

/**
 * Three parties over real sockets: our Consumer, our Producer, and between them an authorization server that knows
 * nothing of us.
 */
class ExternalIssuerTest {
    private static final SigningKey KEY = SigningKey.generate("RS384");

    private final Deque<AutoCloseable> open = new ArrayDeque<>();

    @TempDir
    private Path folder;

    private OutgoingClient egress;
    private SpringAuthorizationServer spring;
    private URI base;

    @BeforeEach
    void start() throws Exception {
        egress = opened(OutgoingClient.builder().build());
        FhirHttpServer keyHost =
                opened(FhirHttpServer.builder(new JwksEndpoint(List.of(KEY))).start());
        String keys = "http://127.0.0.1:" + keyHost.port() + "/jwks.json";
        Ledger ledger = opened(Ledger.open(LedgerOptions.ofDirectory(folder.resolve("ledger"))));
        SamplePayer.of(SamplePayer.SMALL, LocalDate.now(ZoneOffset.UTC)).writeTo(ledger, (done, total) -> {});
        // The issuer's tokens are for the base, and the Producer wants the issuer's address: one port is known first.
        InetSocketAddress address = freeAddress();
        base = URI.create("http://127.0.0.1:" + address.getPort() + "/r4");
        spring = opened(new SpringAuthorizationServer(
                folder, base, client("acme", keys), client("stranger", keys), client("reader", keys)));
        ledger.entitleToAll("acme");
        ledger.entitleToAll("reader");
        opened(new ProducerBehindAuthorizationServer(
                ledger.backend(),
                ClientRegistry.of(List.of(
                        registration("acme", Scopes.READ_ALL),
                        registration("reader", Scopes.parse("system/Group.rs")))),
                base,
                address,
                folder.resolve("exports"),
                new ProducerBehindAuthorizationServer.Issuer(
                        spring.issuer().toString(), spring.jwksUrl(), spring.tokenEndpoint())));
    }

    @AfterEach
    void stop() throws Exception {
        while (!open.isEmpty()) {
            open.pop().close();
        }
    }

    private <T extends AutoCloseable> T opened(T part) {
        open.push(part);
        return part;
    }

    static InetSocketAddress freeAddress() throws Exception {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return new InetSocketAddress(InetAddress.getLoopbackAddress(), socket.getLocalPort());
        }
    }

    static RegisteredClient client(String clientId, String keys) {
        return RegisteredClient.withId(clientId)
                .clientId(clientId)
                .clientAuthenticationMethod(ClientAuthenticationMethod.PRIVATE_KEY_JWT)
                .authorizationGrantType(AuthorizationGrantType.CLIENT_CREDENTIALS)
                .scope("system/*.read")
                .clientSettings(ClientSettings.builder()
                        .jwkSetUrl(keys)
                        .tokenEndpointAuthenticationSigningAlgorithm(SignatureAlgorithm.RS384)
                        .build())
                .build();
    }

    private static ClientRegistration registration(String clientId, Scopes scopes) {
        return new ClientRegistration(clientId, ClientKeys.none(), scopes, null, true);
    }

    /** A Consumer that finds the issuer by way of the Producer, and trusts it because it was told to. */
    private BackendServices credentials(String clientId) {
        return BackendServices.builder(base, clientId, KEY)
                .egress(egress)
                .trustTokenEndpointAt(spring.issuer())
                .clientIdInForm()
                .scope("system/*.read")
                .build();
    }

    private BulkExportClient exports(String clientId) {
        return new BulkExportClient(ProducerConnection.of(base, credentials(clientId), egress));
    }

    @Test
    @Requirement({"ATR-SEC-001", "ATR-SEC-004", "ATR-SEC-008", "SMART-008", "SMART-035"})
    void tokenOfAnotherIssuerOpensAnExport() throws Exception {
        BulkExportClient exports = exports("acme");
        ExportJob job = exports.kickOff(ExportRequest.attributionList(SamplePayer.OPEN_LIST));

        CompletedExport export = job.await(Duration.ofMinutes(2));

        assertThat(export.filesOf("Group")).hasSize(1);
        assertThat(export.filesOf("Patient")).isNotEmpty();
    }

    @Test
    @Requirement({"SMART-021", "SMART-035"})
    void clientThatIsNotRegisteredHereIsRefusedWhateverTheIssuerSays() {
        ListClient lists = new ListClient(ProducerConnection.of(base, credentials("stranger"), egress));

        assertThatThrownBy(() -> lists.find(SamplePayer.OPEN_LIST)).isInstanceOf(AuthorizationException.class);
    }

    @Test
    @Requirement({"SMART-031", "SMART-035"})
    void registrationHereNarrowsWhatTheIssuerGrants() throws Exception {
        ListClient lists = new ListClient(ProducerConnection.of(base, credentials("reader"), egress));

        assertThat(lists.find(SamplePayer.OPEN_LIST)).isPresent();
        BulkExportClient exports = exports("reader");
        assertThatThrownBy(() -> exports.kickOff(ExportRequest.attributionList(SamplePayer.OPEN_LIST)))
                .isInstanceOf(AuthorizationException.class);
    }

    @Test
    @Requirement("SMART-036")
    void issuerThatTheConsumerWasNotToldOfGetsNothing() {
        BackendServices careful =
                BackendServices.builder(base, "acme", KEY).egress(egress).build();

        assertThatThrownBy(careful::token)
                .isInstanceOf(AuthorizationException.class)
                .hasMessageContaining("another origin");
    }
}
