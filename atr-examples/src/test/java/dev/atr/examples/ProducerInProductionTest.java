package dev.atr.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atr.auth.SigningKey;
import dev.atr.auth.client.AccessTokenSource;
import dev.atr.auth.client.BackendServices;
import dev.atr.auth.server.StoredClient.KeySource;
import dev.atr.http.HttpHeaders;
import dev.atr.http.client.HttpCall;
import dev.atr.http.client.HttpReply;
import dev.atr.http.client.OutgoingClient;
import dev.atr.producer.jdbc.Ledger;
import dev.atr.producer.jdbc.LedgerOptions;
import dev.atr.producer.spi.reconcile.AttributionPolicy;
import dev.atr.requirements.Requirement;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nodes that come and go, of the Producer that {@code docs/production.md} shows. */
class ProducerInProductionTest {
    private static final SigningKey KEY = SigningKey.generate("ES384");

    @TempDir
    private Path folder;

    private String url;
    private URI base;
    private InetSocketAddress address;

    @BeforeEach
    void findAPlace() throws Exception {
        url = Postgres.freshDatabase();
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            address = new InetSocketAddress(InetAddress.getLoopbackAddress(), free.getLocalPort());
        }
        base = URI.create("http://127.0.0.1:" + address.getPort() + "/r4");
    }

    private ProducerInProduction node() throws IOException {
        return new ProducerInProduction(
                LedgerOptions.ofUrl(url).credentials(Postgres.USER, Postgres.PASSWORD),
                Ledger::backend,
                AttributionPolicy.anyMemberOfThisPayer(),
                key -> Base64.getEncoder().encodeToString(key.getBytes(StandardCharsets.UTF_8)),
                stored -> new String(Base64.getDecoder().decode(stored), StandardCharsets.UTF_8),
                new byte[32],
                base,
                address,
                folder.resolve("exports"));
    }

    @Test
    @Requirement("SMART-010")
    void nodeThatIsReplacedLeavesClientsTheirTokensAndGivesNewOnesAtOnce() throws Exception {
        try (OutgoingClient egress = OutgoingClient.builder().build()) {
            AccessTokenSource credentials =
                    BackendServices.builder(base, "acme", KEY).egress(egress).build();
            String token;
            try (ProducerInProduction first = node()) {
                first.register("acme", new KeySource.Jwks(KEY.publicJwks()));
                token = credentials.token();
                assertThat(groups(egress, token)).isEqualTo(200);
            }

            try (ProducerInProduction second = node()) {
                assertThat(second).isNotNull();
                assertThat(groups(egress, token)).isEqualTo(200);
                credentials.refused(token);
                assertThat(groups(egress, credentials.token())).isEqualTo(200);
            }
        }
    }

    private int groups(OutgoingClient egress, String token) throws InterruptedException {
        HttpCall call = HttpCall.get(URI.create(base + "/Group"), HttpHeaders.of("Authorization", "Bearer " + token));
        try (HttpReply reply = egress.send(call)) {
            return reply.status();
        }
    }
}
