package dev.atr.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atr.auth.Scopes;
import dev.atr.auth.SigningKey;
import dev.atr.auth.server.AuthorizationServer;
import dev.atr.auth.server.ClientKeys;
import dev.atr.auth.server.ClientRegistration;
import dev.atr.auth.server.ClientRegistry;
import dev.atr.cli.sample.SamplePayer;
import dev.atr.core.Canonicals;
import dev.atr.core.attribution.Member;
import dev.atr.core.attribution.MemberCursor;
import dev.atr.producer.jdbc.Ledger;
import dev.atr.producer.jdbc.LedgerOptions;
import dev.atr.producer.spi.Caller;
import dev.atr.producer.spi.ListSnapshot;
import dev.atr.producer.spi.reconcile.AttributionPolicy;
import dev.atr.requirements.Requirement;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Objects;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The payer's and the provider's example, each as it stands, with a Jetty between them. */
class ProducerInJettyTest {
    private static final SigningKey KEY = SigningKey.generate("ES384");

    private final OpenParts open = new OpenParts();

    @TempDir
    private Path folder;

    private Ledger ledger;
    private URI base;

    @BeforeEach
    void start() throws Exception {
        ledger = open.add(Ledger.open(LedgerOptions.ofDirectory(folder.resolve("ledger"))));
        SamplePayer.of(SamplePayer.SMALL, LocalDate.now(ZoneOffset.UTC)).writeTo(ledger, (done, total) -> {});
        ledger.entitleToAll("acme");
        ServletContextHandler servlets = new ServletContextHandler("/");
        servlets.addServlet(new Health(), "/health");
        Server jetty = ProducerInJetty.jetty(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), servlets);
        // The base has the port in it, so that Jetty takes one before it starts.
        ServerConnector connector = (ServerConnector) jetty.getConnectors()[0];
        connector.open();
        base = URI.create("http://127.0.0.1:" + connector.getLocalPort() + "/r4");
        ClientRegistry clients = ClientRegistry.of(List.of(
                new ClientRegistration("acme", ClientKeys.ofJwks(KEY.publicJwks()), Scopes.READ_ALL, null, true)));
        AuthorizationServer authorization = open.add(AuthorizationServer.builder(base, clients)
                .replayMemory(ledger.replayMemory())
                .build());
        open.add(new ProducerInJetty(
                servlets,
                ledger.backend(),
                AttributionPolicy.anyMemberOfThisPayer(),
                authorization,
                base,
                folder.resolve("exports")));
        open.add(jetty::stop);
        jetty.start();
    }

    @AfterEach
    void stop() {
        open.close();
    }

    @Test
    @Requirement({"ATR-DISC-001", "ATR-EXP-001", "ATR-EXP-006"})
    void consumerHoldsItsList() throws Exception {
        Path key = Files.writeString(folder.resolve("acme.json"), KEY.jwk());

        try (ListSnapshot list = openList()) {
            String npi = Objects.requireNonNull(
                    list.list().identifier(Canonicals.NPI).orElseThrow().value());
            long active = ConsumerInTwentyLines.activeMembers(base, "acme", key, npi);

            assertThat(active).isPositive().isEqualTo(activeRows(list));
        }
    }

    @Test
    void whatThePayerServedBeforeIsServedStill() throws Exception {
        HttpResponse<String> health = HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(base.resolve("/health")).build(), BodyHandlers.ofString());

        assertThat(health.body()).isEqualTo("up");
    }

    private ListSnapshot openList() {
        return ledger.backend()
                .snapshot(new Caller("acme", Scopes.READ_ALL.toString(), null), SamplePayer.OPEN_LIST)
                .orElseThrow();
    }

    private static long activeRows(ListSnapshot list) {
        long active = 0;
        try (MemberCursor rows = list.members()) {
            for (Member row = rows.next(); row != null; row = rows.next()) {
                active += row.inactive() ? 0 : 1;
            }
        }
        return active;
    }

    /** What the payer has in its Jetty already. */
    private static final class Health extends HttpServlet {
        private static final long serialVersionUID = 1L;

        @Override
        protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
            response.getWriter().write("up");
        }
    }
}
