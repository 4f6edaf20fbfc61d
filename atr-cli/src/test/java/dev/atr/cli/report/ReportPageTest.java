package dev.atr.cli.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atr.consumer.sync.ListStore;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportPageTest {
    private static final String HOSTILE = "<script>alert(1)</script>&\"";
    private static final Pattern SCRIPT = Pattern.compile("<script>(.*?)</script>", Pattern.DOTALL);

    @TempDir
    private Path folder;

    private ListStore store;
    private Connection database;

    @BeforeEach
    void open() throws Exception {
        store = ListStore.inFile(folder.resolve("copies"));
        database = store.query();
        run(
                "insert into atr_sync.payer (fhir_base) values ('https://payer.example/r4')",
                "insert into atr_sync.attribution_list (payer_key, list_id, name, version, status, transaction_time, synced)"
                        + " values (1, 'l1', 'Clinic " + HOSTILE + "', '7', 'open', timestamp '2026-03-02 03:00:00',"
                        + " timestamp '2026-03-02 03:05:00')");
    }

    @AfterEach
    void close() throws SQLException {
        database.close();
        store.close();
    }

    @Test
    void thereIsNoneBeforeTheFirstCopyIsWhole() throws Exception {
        assertThat(write(10)).isFalse();
        assertThat(page()).doesNotExist();
    }

    @Test
    void showsHowManyCameAndWentAndByWhom() throws Exception {
        fill();

        assertThat(write(10)).isTrue();

        assertThat(text())
                .contains("<dd>1\u2009202</dd>", "<dd>2026-03-02 03:00 UTC</dd>")
                .contains("<title>2025-12-01: 1\u2009200</title>", "<title>2026-03-02: 1\u2009202</title>")
                .contains("<title>2026-01: 3 new</title>", "<title>2026-03: 2 dropped</title>")
                .doesNotContain("2025-12: ")
                .contains("<td>Dr. Lee<td>1234567893<td>Practitioner/d1<td class=\"number\">1\u2009202"
                        + "<td class=\"number\">100.0<td class=\"number\">3<td class=\"number\">1")
                .contains("<td>Practitioner/d2<td><td>Practitioner/d2<td class=\"number\">0")
                .contains("<td>gold<td class=\"number\">1\u2009202");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(page())))
                .isEqualTo("rw-------");
    }

    @Test
    void hasAsManyRowsAsAreWantedAndSaysOfHowMany() throws Exception {
        fill();

        write(2);

        assertThat(text())
                .contains("the latest 2 of 1\u2009204")
                .contains("<td>Doe, Ann<")
                .doesNotContain("Patient/p7<");
    }

    @Test
    void withoutRowsItNamesNobody() throws Exception {
        fill();

        write(0);

        assertThat(text()).contains("gold", "Dr. Lee").doesNotContain("Doe", "M-1", "Patient/", "data of members");
    }

    @Test
    void whatAPayerWritesIsNoMarkup() throws Exception {
        fill();
        run("update atr_sync.patient set family = '" + HOSTILE + "'");

        write(10);

        assertThat(text()).contains("&lt;script&gt;alert(1)&lt;/script&gt;");
        Matcher scripts = SCRIPT.matcher(text());
        assertThat(scripts.find()).isTrue();
        byte[] digest =
                MessageDigest.getInstance("SHA-256").digest(scripts.group(1).getBytes(StandardCharsets.UTF_8));
        assertThat(text())
                .as("only this script runs, and nothing is fetched")
                .contains("content=\"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-"
                        + Base64.getEncoder().encodeToString(digest) + "'\"");
        assertThat(scripts.find()).as("another script").isFalse();
    }

    /** A first copy, then three new ones, then two who were dropped; one of the members has a name. */
    private void fill() throws SQLException {
        run(
                run(1, "2025-12-01", 1200),
                run(2, "2026-01-15", 1203),
                run(3, "2026-03-02", 1202),
                "insert into atr_sync.member (list_key, patient, provider, coverage, period_start, inactive)"
                        + " select 1, 'Patient/p' || x, 'Practitioner/d1', 'Coverage/c', '2026-01-01', false"
                        + " from system_range(1, 1202)",
                "insert into atr_sync.patient (payer_key, ref, member_id, family, given, content, json)"
                        + " values (1, 'Patient/p1', 'M-1', 'Doe', 'Ann', X'00', X'00')",
                "insert into atr_sync.provider (payer_key, ref, name, npi, content, json)"
                        + " values (1, 'Practitioner/d1', 'Dr. Lee', '1234567893', X'00', X'00')",
                "insert into atr_sync.coverage (payer_key, ref, plan, content, json)"
                        + " values (1, 'Coverage/c', 'gold', X'00', X'00')",
                "insert into atr_sync.member_change (run, change_no, list_key, kind, patient, provider)"
                        + " select 1, x, 1, 'new', 'Patient/p' || x, 'Practitioner/d1' from system_range(1, 1199)",
                "insert into atr_sync.member_change (run, change_no, list_key, kind, patient, provider)"
                        + " select 2, x, 1, 'new', 'Patient/p' || x, 'Practitioner/d1' from system_range(1, 3)",
                "insert into atr_sync.member_change (run, change_no, list_key, kind, patient, provider_before)"
                        + " values (3, 1, 1, 'dropped', 'Patient/p1', 'Practitioner/d1'),"
                        + " (3, 2, 1, 'dropped', 'Patient/p9', 'Practitioner/d2')");
    }

    private static String run(int number, String date, int members) {
        return "insert into atr_sync.sync_run (run, list_key, state, folder, begun, transaction_time, members) values ("
                + number + ", 1, 'applied', '-', now(), timestamp '" + date + " 03:00:00', " + members + ")";
    }

    private void run(String... statements) throws SQLException {
        try (Statement statement = database.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    private boolean write(int rows) throws Exception {
        return ReportPage.write(database, CopiedLists.find(database, "", "").get(0), rows, page());
    }

    private Path page() {
        return folder.resolve("page.html");
    }

    private String text() throws Exception {
        return Files.readString(page());
    }
}
