package dev.atr.consumer.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atr.consumer.export.DownloadedExport;
import dev.atr.consumer.export.DownloadedFile;
import dev.atr.consumer.export.ExportFile;
import dev.atr.core.Canonicals;
import dev.atr.core.attribution.ListId;
import dev.atr.core.error.AtrException;
import dev.atr.core.error.InvalidContentException;
import dev.atr.core.error.ProtocolException;
import dev.atr.core.fhir.FhirVersion;
import dev.atr.core.fhir.ResourceType;
import dev.atr.requirements.Requirement;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StagedExportTest {
    private static final ListId LIST = new ListId("l1");
    private static final String BASE = "https://payer.example/r4/";

    @TempDir
    private Path folder;

    private final String url = "jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1";

    private ListStore store;
    private Session session;

    @BeforeEach
    void open() throws SQLException {
        store = ListStore.at(url, null, null);
        session = store.begin();
    }

    @AfterEach
    void close() throws SQLException {
        session.close();
        store.close();
    }

    @Test
    @Requirement("ATR-EXP-028")
    void relativeAndAbsoluteReferencesAreOne() throws Exception {
        stage(export(group("l1", row(""))));
        List<String> relative = rows();

        stage(export(group("l1", row(BASE))));

        assertThat(rows()).isEqualTo(relative).containsExactly("Patient/p1 Practitioner/d1 Coverage/c1");
    }

    @Test
    void anExportOfAnotherListIsNotTaken() throws Exception {
        DownloadedExport other = export(group("l2", row("")));

        assertThatThrownBy(() -> stage(other)).isInstanceOf(ProtocolException.class);
    }

    @Test
    void anExportWithoutAGroupIsNotAnEmptyList() throws Exception {
        DownloadedExport empty = new DownloadedExport(folder, URI.create(BASE + "job"), Instant.EPOCH, List.of());

        assertThatThrownBy(() -> stage(empty)).isInstanceOf(ProtocolException.class);
    }

    @Test
    void twoRowsWithOneKeyAreNotTaken() throws Exception {
        DownloadedExport twice = export(group("l1", row("") + "," + row("")));

        assertThatThrownBy(() -> stage(twice))
                .isInstanceOf(InvalidContentException.class)
                .hasMessageNotContaining("p1");
    }

    @Test
    void ofAResourceThatComesTwiceTheLastCounts() throws Exception {
        stage(export(group("l1", row("")), file(2, ResourceType.PATIENT, patient("Doe"), patient("Roe"))));

        assertThat(session.list("select family from staged_patient", row -> row.getString(1)))
                .containsExactly("Roe");
    }

    @Test
    void twoThatStageAtOnceDoNotSeeEachOther() throws Exception {
        stage(export(group("l1", row(""))));
        try (Session other = store.begin()) {
            new StagedExport(other, LIST, FhirVersion.R4).stage(export(group("l1", row(""))));

            assertThat(other.count("select count(*) from staged_member")).isEqualTo(1);
        }

        assertThat(rows()).hasSize(1);
        session.close();
        session = store.begin();
        assertThat(tables()).noneMatch(table -> table.startsWith("STAGED_"));
    }

    @Test
    void whatAKilledProcessHasStagedGoesWhenTheNextOpensTheDatabase() throws Exception {
        String killed = "staged_member_0123456789abcdef_0123456789abcdef";
        session.execute("create table atr_sync." + killed + " (patient varchar)");
        assertThat(tables()).contains(killed.toUpperCase(Locale.ROOT));

        ListStore.at(url, null, null).close();

        assertThat(tables()).doesNotContain(killed.toUpperCase(Locale.ROOT)).contains("MEMBER");
    }

    private List<String> tables() throws SQLException {
        return session.list("select table_name from information_schema.tables", row -> row.getString(1));
    }

    private void stage(DownloadedExport export) throws SQLException, IOException, AtrException {
        new StagedExport(session, LIST, FhirVersion.R4).stage(export);
    }

    private List<String> rows() throws SQLException {
        return session.list(
                "select patient, provider, coverage from staged_member",
                row -> row.getString(1) + " " + row.getString(2) + " " + row.getString(3));
    }

    private DownloadedExport export(DownloadedFile... files) {
        return new DownloadedExport(folder, URI.create(BASE + "job"), Instant.EPOCH, List.of(files));
    }

    private DownloadedFile group(String id, String rows) throws IOException {
        return file(
                1,
                ResourceType.GROUP,
                "{\"resourceType\":\"Group\",\"id\":\"" + id + "\",\"type\":\"person\",\"actual\":true,\"member\":["
                        + rows + "]}");
    }

    private static String row(String base) {
        return "{\"extension\":[" + extension(Canonicals.EXT_COVERAGE_REFERENCE, base + "Coverage/c1") + ","
                + extension(Canonicals.EXT_ATTRIBUTED_PROVIDER, base + "Practitioner/d1")
                + "],\"entity\":{\"reference\":\"" + base + "Patient/p1\"},\"inactive\":false}";
    }

    private static String extension(String url, String reference) {
        return "{\"url\":\"" + url + "\",\"valueReference\":{\"reference\":\"" + reference + "\"}}";
    }

    private static String patient(String family) {
        return "{\"resourceType\":\"Patient\",\"id\":\"p1\",\"name\":[{\"family\":\"" + family + "\"}]}";
    }

    private DownloadedFile file(int number, ResourceType type, String... lines) throws IOException {
        Path path = folder.resolve(number + "-" + type.code() + ".ndjson");
        List<String> all = new ArrayList<>(List.of(lines));
        Files.write(path, all);
        return new DownloadedFile(
                ExportFile.Kind.OUTPUT, type, path, lines.length, Files.size(path), "", DownloadedFile.Proof.COUNT);
    }
}
