package dev.atr.consumer.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atr.consumer.NumberedTokens;
import dev.atr.consumer.check.Finding.Outcome;
import dev.atr.core.error.TransportException;
import dev.atr.http.ScriptedPeer;
import dev.atr.http.ScriptedPeer.Reply;
import dev.atr.http.client.OutgoingClient;
import java.net.URI;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Servers that are no Producers at all; {@code atr-examples} checks those that nearly are. */
class ProducerCheckTest {
    private final ScriptedPeer peer = new ScriptedPeer();
    private final OutgoingClient egress = OutgoingClient.builder().build();

    @AfterEach
    void stop() {
        egress.close();
        peer.close();
    }

    private CheckReport check(URI base) throws InterruptedException {
        return ProducerCheck.builder(base, egress, way -> NumberedTokens.forOriginsOf(base))
                .build()
                .run();
    }

    @Test
    void aServerThatKnowsNothingIsReportedAndNoFailure() throws Exception {
        CheckReport report = check(peer.base());

        assertThat(report.isConformant()).isFalse();
        assertThat(report.of("FHIR-001").text()).isEqualTo("no CapabilityStatement, status 404");
        assertThat(report.of("ATR-SEC-001").outcome()).isEqualTo(Outcome.BROKEN);
        assertThat(report.of("ATR-EXP-014").outcome()).isEqualTo(Outcome.NOT_LOOKED_AT);
        assertThat(report.of("ATR-EXP-014").text()).contains("export stopped: export: the Producer shows us no list");
        assertThat(report.of("SMART-026").text()).isEqualTo("tokens come from somewhere else");
        assertThat(report.findings()).hasSameSizeAs(RuleTable.read());
    }

    @Test
    void asksForNoChange() throws Exception {
        peer.on("GET", "/r4/Group", Reply.fhir(200, """
                {"resourceType":"Bundle","type":"searchset","entry":[{"resource":{"resourceType":"Group","id":"g"}}]}"""));

        check(peer.base());

        assertThat(peer.asked())
                .filteredOn(asked -> !asked.method().equals("GET"))
                .extracting(asked -> asked.method() + " " + asked.path())
                .containsExactly("POST /r4/Group/_search");
    }

    @Test
    void aServerThatDoesNotAnswerIsAFailure() {
        URI nowhere = peer.base();
        peer.close();

        assertThatThrownBy(() -> check(nowhere)).isInstanceOf(TransportException.class);
    }
}
