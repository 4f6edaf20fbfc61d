package dev.atr.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.server.RestfulServer;
import ca.uhn.fhir.rest.server.exceptions.AuthenticationException;
import dev.atr.auth.client.AccessTokenSource;
import dev.atr.consumer.ProducerConnection;
import dev.atr.consumer.subscription.ExpectedSubscription;
import dev.atr.consumer.subscription.ListChange;
import dev.atr.consumer.subscription.MissedChanges;
import dev.atr.consumer.subscription.NotificationListener;
import dev.atr.consumer.subscription.NotificationReceiver;
import dev.atr.consumer.subscription.NotificationStore;
import dev.atr.consumer.subscription.SubscriptionClient;
import dev.atr.consumer.subscription.SubscriptionRequest;
import dev.atr.core.attribution.ListId;
import dev.atr.core.attribution.MemberCursor;
import dev.atr.core.error.AuthorizationException;
import dev.atr.core.fhir.FhirVersion;
import dev.atr.core.fhir.SubscriptionStatus;
import dev.atr.egress.GuardedEgress;
import dev.atr.http.client.OutgoingClient;
import dev.atr.producer.InProcessTaskRunner;
import dev.atr.producer.jdbc.Ledger;
import dev.atr.producer.jdbc.LedgerOptions;
import dev.atr.producer.spi.Caller;
import dev.atr.requirements.Requirement;
import dev.atr.servlet.FhirServlet;
import dev.atr.subscriptions.SubscriptionManager;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The manager without our Producer: HAPI's server in front of it, and our Consumer, a servlet too, as a client of that. */
class SubscriptionsInHapiTest {
    private static final ListId LIST = SyncedList.ID;

    @TempDir
    private Path folder;

    private final OpenParts open = new OpenParts();
    private final BlockingQueue<Long> events = new LinkedBlockingQueue<>();
    private Ledger ledger;
    private URI base;
    private NotificationReceiver receiver;

    @BeforeEach
    void start() throws Exception {
        ledger = open.add(Ledger.open(LedgerOptions.ofDirectory(folder.resolve("ledger"))));
        ledger.importList(SyncedList.header(LIST), MemberCursor.of(List.of()));
        ledger.entitle("clinic", Set.of(LIST));
        ServletContextHandler servlets = new ServletContextHandler("/");
        Server jetty = ProducerInJetty.jetty(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), servlets);
        ServerConnector connector = (ServerConnector) jetty.getConnectors()[0];
        connector.open();
        base = URI.create("http://127.0.0.1:" + connector.getLocalPort() + "/fhir");
        ExecutorService senders = Executors.newFixedThreadPool(2);
        open.add(senders::shutdownNow);
        SubscriptionManager manager = open.add(SubscriptionManager.builder(ledger.backend())
                .baseUrl(base)
                .egress(open.add(GuardedEgress.builder().allowLoopback().build()))
                .taskRunner(new InProcessTaskRunner(senders, 2))
                .look(Duration.ofMillis(50))
                .build());
        RestfulServer hapi = new RestfulServer(FhirContext.forR4Cached());
        hapi.registerProvider(
                new SubscriptionsInHapi(FhirContext.forR4Cached(), manager, SubscriptionsInHapiTest::caller));
        servlets.addServlet(new ServletHolder(hapi), "/fhir/*");
        receiver = open.add(NotificationReceiver.open(
                base.resolve("/notify"), NotificationStore.inFolder(folder.resolve("notifications"))));
        servlets.addServlet(new FhirServlet(receiver), "/notify/*");
        open.add(jetty::stop);
        jetty.start();
    }

    @AfterEach
    void stop() {
        open.close();
    }

    @Test
    @Requirement({"ATR-SUB-001", "ATR-SUB-013", "ATR-SUB-018", "SUBB-005", "SUBB-032"})
    void aHostsOwnServerServesSubscriptions() throws Exception {
        SubscriptionClient client = new SubscriptionClient(connection("clinic"));
        ExpectedSubscription expected = receiver.expect(base, LIST, new Events());
        String id = client.create(SubscriptionRequest.of(LIST, receiver.endpoint(expected), expected.secret()))
                .id();
        while (client.find(id).orElseThrow().status() != SubscriptionStatus.ACTIVE) {
            TimeUnit.MILLISECONDS.sleep(20);
        }

        ledger.write(tx -> {
            SyncedList.network(tx);
            SyncedList.join(tx, LIST, "ann", "d0");
        });

        assertThat(events.poll(1, TimeUnit.MINUTES)).isEqualTo(1);
        assertThat(client.status(id).orElseThrow().eventCount()).isEqualTo(1);
        assertThat(client.events(id, 1, 1)).isPresent();
        assertThat(client.findAll()).hasSize(1);
        assertThat(new SubscriptionClient(connection("stranger")).findAll()).isEmpty();
        assertThat(client.turnOff(id).status()).isEqualTo(SubscriptionStatus.OFF);
        client.delete(id);
        assertThat(client.find(id)).isEmpty();
    }

    @Test
    @Requirement({"ATR-SUB-011", "ATR-SUB-012"})
    void aListOfAnotherIsRefused() throws Exception {
        ExpectedSubscription expected = receiver.expect(base, LIST, new Events());

        assertThatThrownBy(() -> new SubscriptionClient(connection("stranger"))
                        .create(SubscriptionRequest.of(LIST, receiver.endpoint(expected), expected.secret())))
                .isInstanceOf(AuthorizationException.class);
    }

    private ProducerConnection connection(String client) {
        return ProducerConnection.of(
                        base,
                        new Name(client),
                        open.add(OutgoingClient.builder().build()))
                .withFhirVersion(FhirVersion.R4);
    }

    /** A host's own idea of who calls. */
    private static Caller caller(RequestDetails request) {
        String header = request.getHeader("Authorization");
        if (header == null) {
            throw new AuthenticationException("who are you?");
        }
        return new Caller(header.replace("Bearer ", ""), "system/*.cruds", null);
    }

    /** A token that is the client's name. */
    private record Name(String token) implements AccessTokenSource {
        @Override
        public void refused(String refused) {}

        @Override
        public boolean mayReceive(URI address) {
            return true;
        }
    }

    private final class Events implements NotificationListener {
        @Override
        public void changed(ListChange change) {
            events.add(change.number());
        }

        @Override
        public void missed(MissedChanges missed) {
            throw new AssertionError("nothing was missed");
        }
    }
}
