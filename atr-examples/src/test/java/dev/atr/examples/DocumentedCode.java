package dev.atr.examples;

import dev.atr.auth.Scopes;
import dev.atr.auth.Signer;
import dev.atr.auth.SigningKey;
import dev.atr.auth.client.AccessTokenSource;
import dev.atr.auth.client.BackendServices;
import dev.atr.auth.client.JwksEndpoint;
import dev.atr.auth.client.KeyRing;
import dev.atr.auth.server.StoredClient;
import dev.atr.auth.server.StoredClient.KeySource;
import dev.atr.consumer.ProducerConnection;
import dev.atr.consumer.check.CheckReport;
import dev.atr.consumer.check.Finding;
import dev.atr.consumer.check.ProducerCheck;
import dev.atr.consumer.peer.ExportOptions;
import dev.atr.consumer.peer.PeerProfile;
import dev.atr.core.attribution.ListId;
import dev.atr.core.attribution.Member;
import dev.atr.core.attribution.MemberKey;
import dev.atr.http.client.Egress;
import dev.atr.http.jdk.FhirHttpServer;
import dev.atr.producer.AtrProducer;
import dev.atr.producer.jdbc.Ledger;
import dev.atr.producer.jdbc.LedgerFromRoster;
import dev.atr.producer.jdbc.RosterCursor;
import dev.atr.producer.jdbc.RosterList;
import dev.atr.producer.jdbc.RosterReport;
import dev.atr.producer.spi.administration.ListAdministration;
import dev.atr.producer.spi.administration.Revised;
import dev.atr.producer.spi.administration.Revision;
import dev.atr.producer.spi.administration.RowEdit;
import dev.atr.producer.spi.administration.StatusChange;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;

/**
 * What the pages in {@code docs} show in fragments that are too short for an example of their own: it is compiled here, and
 * {@link DocumentationTest} holds the pages to it.
 */
abstract class DocumentedCode {
    /** A device or a service that signs. */
    interface Device {
        Signer signer();
    }

    void credentials(URI fhirBase, String clientId, Signer signer, KeyRing keys, Device device, String secret) {
        BackendServices.builder(fhirBase, clientId, signer); // a key of its own for each Producer is best
        BackendServices.builder(fhirBase, clientId, keys); // keys that change
        BackendServices.builder(
                fhirBase, clientId, () -> device.signer()); // keys that change in a device or key service
        BackendServices.withSecret(fhirBase, clientId, secret); // for servers that take no keys
    }

    FhirHttpServer publishedKeys(Path keyStore, char[] password) throws IOException {
        KeyRing keys = KeyRing.open(Path.of("/etc/acme/acme.json"), Clock.systemUTC());
        FhirHttpServer server = FhirHttpServer.builder(new JwksEndpoint(keys))
                .tls(keyStore, password)
                .start();
        return server;
    }

    void rotation(KeyRing keys, Clock clock) throws IOException {
        keys.rotate(SigningKey.generate("ES384"), clock.instant().plus(KeyRing.DEFAULT_LEAD)); // the same from within
    }

    void client(Ledger ledger) {
        ledger.clientStore()
                .put(new StoredClient(
                        "acme",
                        new KeySource.JwksUrl(URI.create("https://acme.example/jwks.json")),
                        Scopes.READ_ALL,
                        null,
                        true));
        ledger.entitle("acme", Set.of(new ListId("list-1"))); // with the ledger's own backend
    }

    Revised administration(AtrProducer producer, ListId list, Member row, MemberKey key, String version) {
        ListAdministration lists = producer.administration().orElseThrow();
        Revised revised = lists.revise(
                list,
                new Revision(List.of(new RowEdit.Put(row), new RowEdit.Drop(key)), StatusChange.PUBLISH),
                version);
        return revised;
    }

    abstract RosterCursor rowsOf(String query);

    RosterReport roster(Ledger ledger, ListId list, RosterList about, String query) {
        RosterReport report =
                LedgerFromRoster.builder(ledger, list).newList(about).build().take(() -> rowsOf(query));
        return report;
    }

    ProducerConnection peer(URI fhirBase, AccessTokenSource credentials, Egress egress) {
        ProducerConnection payer = ProducerConnection.of(fhirBase, credentials, egress)
                .withProfile(PeerProfile.AUTO.withExports(ExportOptions.AUTO.withMethod(ExportOptions.Method.POST)));
        return payer;
    }

    void check(URI fhirBase, String clientId, SigningKey key, Egress egress, ListId listId, Logger log)
            throws InterruptedException {
        CheckReport report = ProducerCheck.builder(
                        fhirBase,
                        egress,
                        way -> BackendServices.builder(fhirBase, clientId, key)
                                .egress(way)
                                .build())
                .list(listId)
                .build()
                .run();
        for (Finding finding : report.of(Finding.Outcome.BROKEN)) {
            log.warn("{} {}: {}", finding.rule().level(), finding.rule().id(), finding.text());
        }
    }
}
