package dev.atr.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atr.auth.server.AuthorizationServer;
import dev.atr.cli.sample.SamplePayer;
import dev.atr.consumer.export.BulkExportClient;
import dev.atr.consumer.export.CompletedExport;
import dev.atr.consumer.export.ExportRequest;
import dev.atr.consumer.export.ResourceStream;
import dev.atr.core.fhir.FhirVersion;
import dev.atr.core.fhir.ResourceKey;
import dev.atr.core.fhir.ResourceType;
import dev.atr.examples.RunningProducer.Database;
import dev.atr.producer.spi.ResourceCursor;
import dev.atr.producer.spi.StoredResource;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExportWithClaimsTest {
    /** Scopes are had for claims, too. */
    private static final Set<String> TYPES = Stream.concat(
                    AuthorizationServer.DEFAULT_RESOURCE_TYPES.stream(), Stream.of("ExplanationOfBenefit"))
            .collect(Collectors.toSet());

    private static final Duration PATIENCE = Duration.ofMinutes(1);

    @TempDir
    private Path folder;

    @Test
    void whoNamesTheKindGetsClaims() throws Exception {
        try (RunningProducer producer = RunningProducer.withSample(
                Database.H2,
                folder,
                lists -> new ExportWithClaims(lists, list -> ResourceCursor.of(List.of(claim("c1"), claim("c2")))),
                TYPES,
                builder -> builder.exportKind(ExportWithClaims.CLAIMS))) {
            BulkExportClient exports = new BulkExportClient(producer.connection(FhirVersion.R4));

            HttpRequest kickOff = HttpRequest.newBuilder(URI.create(producer.base(FhirVersion.R4) + "/Group/"
                            + SamplePayer.OPEN_LIST + "/$davinci-data-export?exportType=hl7.fhir.us.davinci-pdex"))
                    .header("Accept", "application/fhir+json")
                    .header("Prefer", "respond-async")
                    .header(
                            "Authorization",
                            "Bearer " + producer.changing(FhirVersion.R4).token())
                    .build();
            HttpResponse<String> accepted =
                    HttpClient.newHttpClient().send(kickOff, HttpResponse.BodyHandlers.ofString());
            assertThat(accepted.statusCode()).as(accepted.body()).isEqualTo(202);
            CompletedExport claims = exports.resume(URI.create(
                            accepted.headers().firstValue("Content-Location").orElseThrow()))
                    .await(PATIENCE);

            assertThat(claims.filesOf("Coverage")).isEmpty();
            assertThat(claims.filesOf("Patient")).isNotEmpty();
            try (ResourceStream lines =
                    exports.open(claims.filesOf("ExplanationOfBenefit").get(0))) {
                for (String id : List.of("c1", "c2")) {
                    assertThat(Objects.requireNonNull(lines.next()).key().id()).isEqualTo(id);
                }
                assertThat(lines.next()).isNull();
            }
            assertThat(exports.kickOff(ExportRequest.attributionList(SamplePayer.OPEN_LIST))
                            .await(PATIENCE)
                            .filesOf("ExplanationOfBenefit"))
                    .isEmpty();
        }
    }

    private static StoredResource claim(String id) {
        return new StoredResource(
                new ResourceKey(new ResourceType("ExplanationOfBenefit"), id),
                "1",
                Instant.EPOCH,
                ("{\"resourceType\":\"ExplanationOfBenefit\",\"id\":\"" + id
                                + "\",\"meta\":{\"versionId\":\"1\",\"lastUpdated\":\"1970-01-01T00:00:00Z\"}}")
                        .getBytes(StandardCharsets.UTF_8));
    }
}
