package dev.atr.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atr.auth.SigningKey;
import dev.atr.auth.client.BackendServices;
import dev.atr.auth.server.ClientKeys;
import dev.atr.consumer.ProducerConnection;
import dev.atr.consumer.check.CheckReport;
import dev.atr.consumer.check.Finding;
import dev.atr.consumer.check.ProducerCheck;
import dev.atr.consumer.sync.ListDiff;
import dev.atr.consumer.sync.MemberChange;
import dev.atr.core.attribution.ListId;
import dev.atr.examples.payer.ServeLists;
import dev.atr.examples.payer.TryExport;
import dev.atr.http.client.OutgoingClient;
import dev.atr.requirements.Requirement;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A payer's own tables, served as {@code docs/getting-started-payer.md} shows. */
class OwnTablesServedTest {
    private static final SigningKey KEY = SigningKey.generate("ES384");
    private static final ListId LIST = new ListId("valley-2026");

    @TempDir
    private Path folder;

    private final OutgoingClient egress = OutgoingClient.builder().build();
    private DataSource tables;
    private URI base;
    private ServeLists producer;

    @BeforeEach
    void serve() throws Exception {
        int port = ServedSample.freePort();
        base = URI.create("http://127.0.0.1:" + port + "/r4");
        tables = ServeLists.demo();
        producer = new ServeLists(tables, port, ClientKeys.ofJwks(KEY.publicJwks()), folder);
    }

    @AfterEach
    void stop() {
        producer.close();
        egress.close();
    }

    @Test
    @Requirement({"ATR-EXP-001", "ATR-EXP-006", "ATR-EXP-013"})
    void consumerExportsWhatTheTablesHold() throws Exception {
        assertThat(TryExport.export(base, KEY, LIST))
                .containsExactly(
                        "Group: 1",
                        "Patient: 3",
                        "Coverage: 3",
                        "Practitioner: 1",
                        "Organization: 2",
                        "Patient/1001 of Practitioner/dr-stone",
                        "Patient/1002 of Organization/valley",
                        "Patient/1003 of Practitioner/dr-stone");
    }

    @Test
    @Requirement("ATR-EXP-006")
    void pagesOfRowsAndResourcesFollowOneAnother() throws Exception {
        run(
                "insert into members select x, 'Many', 'More', null, 'unknown', 1, 2147483647 from system_range(2001, 4500)");
        run("insert into attributions select 'valley-2026', member_id, 'e-1001', 'valley', date '2026-01-01', null,"
                + " 'active', 1, 2147483647 from members where family = 'Many'");

        List<String> lines = TryExport.export(base, KEY, LIST);

        assertThat(lines)
                .contains("Patient: 2503")
                .filteredOn(line -> line.contains(" of "))
                .hasSize(2503);
    }

    @Test
    @Requirement("ATR-DISC-009")
    void copyFollowsTheTables() throws Exception {
        ProducerConnection payer = ProducerConnection.of(
                base, BackendServices.builder(base, "try", KEY).egress(egress).build(), egress);
        List<String> inbox = new ArrayList<>();

        ListDiff first = sync(payer, inbox);
        ListDiff again = sync(payer, inbox);
        moveAMember();
        ListDiff moved = sync(payer, inbox);

        assertThat(first.outcome()).isEqualTo(ListDiff.Outcome.UPDATED);
        assertThat(again.outcome()).isEqualTo(ListDiff.Outcome.UNCHANGED);
        assertThat(moved.version()).isEqualTo("2");
        assertThat(inbox)
                .containsExactly(
                        "new Patient/1001", "new Patient/1002", "new Patient/1003", "re-attributed Patient/1003");
    }

    @Test
    void checkNamesWhatThePageSaysIsMissingAndNothingElse() throws Exception {
        CheckReport report = ProducerCheck.builder(
                        base,
                        egress,
                        way -> BackendServices.builder(base, "try", KEY)
                                .egress(way)
                                .build())
                .build()
                .run();

        String page = Files.readString(Path.of("../docs/getting-started-payer.md"));
        String missing = page.substring(page.indexOf("## What is missing"));
        assertThat(report.of(Finding.Outcome.BROKEN))
                .extracting(finding -> finding.rule().id())
                .containsExactlyInAnyOrderElementsOf(Pattern.compile("[A-Z]+-[A-Z]+-[0-9]{3}")
                        .matcher(missing)
                        .results()
                        .map(MatchResult::group)
                        .toList());
        assertThat(report.of(Finding.Outcome.CONFORMS)).hasSizeGreaterThan(90);
    }

    private ListDiff sync(ProducerConnection payer, List<String> inbox) throws Exception {
        return ConsumerInSync.run(
                payer,
                LIST,
                folder,
                (MemberChange change) -> inbox.add(change.kind().code() + " " + change.patient()));
    }

    /** The next load: one member of the list has gone to another provider. */
    private void moveAMember() throws SQLException {
        run("insert into loads (load_id) values (2)");
        run("update attributions set last_load = 1 where member_id = '1003'");
        run("insert into attributions (list_id, member_id, enrolment_id, provider_id, valid_from, status, first_load)"
                + " values ('valley-2026', '1003', 'e-1003', 'valley', date '2026-02-01', 'active', 2)");
        run("insert into list_changes values ('valley-2026', 2)");
        run("update loads set finished_at = current_timestamp where load_id = 2");
    }

    private void run(String sql) throws SQLException {
        try (Connection connection = tables.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
