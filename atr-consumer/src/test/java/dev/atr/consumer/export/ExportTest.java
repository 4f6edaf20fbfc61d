package dev.atr.consumer.export;

import dev.atr.consumer.NumberedTokens;
import dev.atr.consumer.ProducerConnection;
import dev.atr.consumer.peer.ExportOptions;
import dev.atr.consumer.peer.PeerProfile;
import dev.atr.core.attribution.ListId;
import dev.atr.core.fhir.FhirVersion;
import dev.atr.core.fhir.ResourceType;
import dev.atr.http.HandClock;
import dev.atr.http.ScriptedPeer;
import dev.atr.http.ScriptedPeer.Reply;
import dev.atr.http.client.OutgoingClient;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;

/** A Producer to misbehave, another origin beside it, and a client whose hours pass in no time. */
abstract class ExportTest {
    static final ListId LIST = new ListId("cvmg-2026");
    static final ExportRequest REQUEST = ExportRequest.attributionList(LIST);
    static final String KICK_OFF = "/r4/Group/cvmg-2026/$davinci-data-export";
    static final String PLAIN_KICK_OFF = "/r4/Group/cvmg-2026/$export";
    static final String STATUS = "/r4/$export-status/7f3c9a";

    final ScriptedPeer producer = new ScriptedPeer();
    final ScriptedPeer elsewhere = new ScriptedPeer();
    final HandClock clock = new HandClock("2026-03-02T09:00:00Z");
    final OutgoingClient egress = OutgoingClient.builder().build();
    final BulkExportClient exports = client(ExportOptions.AUTO, producer.base());

    BulkExportClient client(ExportOptions options, URI... tokenOrigins) {
        ProducerConnection connection = ProducerConnection.of(
                        producer.base(), NumberedTokens.forOriginsOf(tokenOrigins), egress)
                .withProfile(PeerProfile.AUTO.withFhirVersion(FhirVersion.R4).withExports(options))
                .withClock(clock, clock);
        return new BulkExportClient(connection);
    }

    @AfterEach
    void stop() {
        egress.close();
        producer.close();
        elsewhere.close();
    }

    Reply accepted() {
        return Reply.status(202).with("Content-Location", producer.at(STATUS).toString());
    }

    ExportJob job() {
        return exports.resume(producer.at(STATUS));
    }

    /** A manifest of these output entries, each written by {@link #entry}. */
    static Reply manifest(String... entries) {
        return manifest(true, entries);
    }

    static Reply manifest(boolean requiresAccessToken, String... entries) {
        return Reply.status(200)
                .with("Content-Type", "application/json")
                .body("{\"transactionTime\":\"2026-03-02T08:59:12Z\",\"request\":\"https://payer.example/x\","
                        + "\"requiresAccessToken\":" + requiresAccessToken + ",\"output\":["
                        + String.join(",", entries) + "],\"error\":[]}");
    }

    static String entry(String type, URI url, long count) {
        return "{\"type\":\"" + type + "\",\"url\":\"" + url + "\",\"count\":" + count + "}";
    }

    static String entry(String type, URI url) {
        return "{\"type\":\"" + type + "\",\"url\":\"" + url + "\"}";
    }

    static String patient(int number) {
        return "{\"resourceType\":\"Patient\",\"id\":\"pat-" + number + "\"}";
    }

    static List<String> patients(int count) {
        return Stream.iterate(1, i -> i + 1)
                .limit(count)
                .map(ExportTest::patient)
                .collect(Collectors.toList());
    }

    static Reply patientFile(int count) {
        return Reply.lines(patients(count).toArray(new String[0]));
    }

    static ExportFile file(String type, URI url, @Nullable Long count) {
        return new ExportFile(ExportFile.Kind.OUTPUT, new ResourceType(type), url, count, true);
    }

    static byte[] gzip(String text) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream zip = new GZIPOutputStream(bytes)) {
            zip.write(text.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }
}
