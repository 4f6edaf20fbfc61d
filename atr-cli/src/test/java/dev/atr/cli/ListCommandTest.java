package dev.atr.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atr.core.attribution.AttributionList;
import dev.atr.core.attribution.ListId;
import dev.atr.core.attribution.ListStatus;
import dev.atr.core.attribution.Member;
import dev.atr.core.attribution.MemberCursor;
import dev.atr.core.fhir.Identifier;
import dev.atr.core.fhir.OtherElements;
import dev.atr.core.fhir.Period;
import dev.atr.core.fhir.Reference;
import dev.atr.core.fhir.ResourceType;
import dev.atr.core.json.JsonValue;
import dev.atr.producer.jdbc.Ledger;
import dev.atr.producer.jdbc.LedgerOptions;
import dev.atr.requirements.Requirement;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** A payer's operator changes lists from the shell, in the database itself. */
class ListCommandTest {
    @TempDir
    private Path data;

    @BeforeEach
    void fill() {
        try (Ledger ledger = Ledger.open(LedgerOptions.ofDirectory(data))) {
            ledger.importList(
                    list("a", ListStatus.DRAFT), MemberCursor.of(List.of(row("1", "x"), row("1", "y"), row("2", "x"))));
            ledger.importList(list("empty", ListStatus.DRAFT), MemberCursor.of(List.of()));
        }
    }

    @Test
    @Requirement("ATR-MDL-045")
    void aListGoesThroughItsLife() {
        assertThat(run("publish", "a").out()).isEqualTo("List a is now open, in version 2." + System.lineSeparator());
        assertThat(run("finalise", "a").out()).contains("is now final, in version 3.");
        assertThat(run("finalise", "a").out()).contains("Nothing to do: list a is final, in version 3.");
        assertThat(run("reopen", "a").out()).contains("is now open, in version 4.");
        assertThat(run("reopen", "a", "--as-draft").out()).contains("is now draft, in version 5.");
        assertThat(run("delete", "a").out()).contains("is deleted.");
        assertThat(run("delete", "a").out()).contains("was deleted before.");
        run("publish", "a").isRefusal(ExitCode.DATA, "there is no list a in " + data);
    }

    @Test
    @Requirement("ATR-MDL-047")
    void aRowIsCancelledByItsReferences() {
        run("cancel", "a", "--patient", "Patient/1").isRefusal(ExitCode.DATA, "has 2 such rows", "--provider");
        run("cancel", "a", "--patient", "Patient/9").isRefusal(ExitCode.DATA, "has no such row");
        run("cancel", "a", "--patient", "1").isRefusal(ExitCode.USAGE, "--patient is a reference");

        Shell.Result done = run("cancel", "a", "--patient", "Patient/1", "--provider", "Practitioner/y", "--json");

        JsonValue answer = JsonValue.parse(done.out().trim().getBytes(StandardCharsets.UTF_8));
        assertThat(answer.text("outcome")).contains("done");
        assertThat(answer.text("version")).contains("2");
        assertThat(answer.text("status")).contains("draft");
    }

    @Test
    @Requirement("ATR-MDL-005")
    void whoJoinedAndLeftBetweenTwoVersionsIsTold() {
        try (Ledger ledger = Ledger.open(LedgerOptions.ofDirectory(data))) {
            ledger.importList(
                    list("a", ListStatus.DRAFT), MemberCursor.of(List.of(row("1", "x"), row("2", "z"), row("3", "x"))));
        }
        run("cancel", "a", "--patient", "Patient/3");

        assertThat(run("diff", "a", "--from", "1", "--to", "2").out().lines())
                .containsExactlyInAnyOrder(
                        "left     Patient/1 Practitioner/y Coverage/c-1 2026-01-01..2099-12-31, dropped (still a member)",
                        "changed  Patient/2 Practitioner/x Coverage/c-2 2026-01-01..2099-12-31 -> Patient/2 Practitioner/z"
                                + " Coverage/c-2 2026-01-01..2099-12-31: provider",
                        "joined   Patient/3 Practitioner/x Coverage/c-3 2026-01-01..2099-12-31",
                        "List a from version 1 to 2: 1 members joined, 0 left; 3 differences in all.");
        List<JsonValue> told = run("diff", "a", "--from", "2", "--to", "3", "--json")
                .out()
                .lines()
                .map(line -> JsonValue.parse(line.getBytes(StandardCharsets.UTF_8)))
                .toList();
        assertThat(told).hasSize(2);
        assertThat(told.get(0).text("difference")).contains("left");
        assertThat(told.get(0).all("before.patient").get(0).text()).contains("Patient/3");
        assertThat(told.get(0).all("after.changeType").get(0).text()).contains("cancelled");
        assertThat(told.get(1).text("list")).contains("a");
        assertThat(run("diff", "a", "--from", "1", "--to", "1").out())
                .isEqualTo("List a from version 1 to 1: 0 members joined, 0 left; 0 differences in all."
                        + System.lineSeparator());
    }

    @Test
    void versionsThatAreNotThereAreNotCompared() {
        run("diff", "a", "--from", "1", "--to", "9").isRefusal(ExitCode.DATA, "no list a", "both versions, 1 and 9");
        run("diff", "b", "--from", "1", "--to", "1").isRefusal(ExitCode.DATA, "no list b");
        run("diff", "a", "--from", "2", "--to", "1").isRefusal(ExitCode.USAGE, "--from is the earlier version");
        run("diff", "a", "--from", "x", "--to", "1").isRefusal(ExitCode.USAGE, "--from");
    }

    @Test
    void aDatabaseWithoutListsStaysAsItIs() throws Exception {
        String url = "jdbc:h2:file:" + data.resolve("other");
        String[] command = {"list", "publish", "--jdbc-url", url, "--db-user", "sa", "--list", "a"};
        Shell.run(command).isRefusal(ExitCode.DATA, "there is no such database");
        assertThat(data.resolve("other.mv.db")).doesNotExist();
        DriverManager.getConnection(url, "sa", "").close();

        Shell.run(command).isRefusal(ExitCode.DATA, "there are no lists in " + url);

        try (Connection connection = DriverManager.getConnection(url, "sa", "");
                ResultSet schemas = connection.getMetaData().getSchemas(null, "ATR")) {
            assertThat(schemas.next()).isFalse();
        }
    }

    @Test
    void whatIsChangedIsAnEvent() {
        List<String> events = new ArrayList<>();
        PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8);
        ListCommand command =
                new ListCommand(new Console(nowhere, nowhere, false), event -> events.add(event.toString()));
        for (String step : List.of("publish", "publish", "delete")) {
            assertThat(new CommandLine(command).execute(step, "--data", data.toString(), "--list", "a"))
                    .isEqualTo(ExitCode.DONE);
        }

        assertThat(events).hasSize(2);
        assertThat(events.get(0)).contains("PUBLISH, 0 rows, list a, version 2");
        assertThat(events.get(1)).contains("DELETED, list a");
    }

    @Test
    void whatCanNotBeIsSaidInASentence() {
        run("finalise", "empty").isRefusal(ExitCode.DATA, "no active members");
        run("reopen", "a").isRefusal(ExitCode.DATA, "list a is draft; 'atr list publish' opens it.");
        run("publish", "a", "--if-version", "7").isRefusal(ExitCode.DATA, "another version");
        run("publish", "no such").isRefusal(ExitCode.USAGE, "--list");
        run("publish", "a", "--db-user", "u").isRefusal(ExitCode.USAGE, "--jdbc-url");
        run("finalise", "a");
        run("publish", "a").isRefusal(ExitCode.DATA, "'atr list reopen'");
        Shell.run("list").isRefusal(ExitCode.USAGE, "publish, reopen, finalise, cancel, delete or diff");
    }

    @Test
    void aFolderWithoutListsStaysAsItIs() {
        Path other = data.resolve("other");

        Shell.run("list", "publish", "--data", other.toString(), "--list", "a")
                .isRefusal(ExitCode.DATA, "there are no lists in " + other);

        assertThat(other).doesNotExist();
    }

    @Test
    void aRunningProducerKeepsItsFileToItself() throws IOException {
        // What the database of another process does as long as it is open.
        try (FileChannel other = FileChannel.open(data.resolve("ledger.mv.db"), StandardOpenOption.WRITE);
                FileLock held = other.lock()) {
            Shell.Result result = run("publish", "a");

            assertThat(held.isValid()).isTrue();
            result.isRefusal(ExitCode.DATA, "'atr serve' has " + data + " open; end that one first", "PostgreSQL");
        }
    }

    private Shell.Result run(String what, String list, String... more) {
        return Shell.run(
                Stream.concat(Stream.of("list", what, "--data", data.toString(), "--list", list), Stream.of(more))
                        .toArray(String[]::new));
    }

    private static AttributionList list(String id, ListStatus status) {
        return AttributionList.of(
                new ListId(id),
                status,
                List.of(Identifier.of("https://payer.example/contracts", "CT-" + id)),
                Reference.to(ResourceType.ORGANIZATION, "payer"),
                Period.of("2026-01-01", "2099-12-31"));
    }

    private static Member row(String patient, String provider) {
        return new Member(
                Reference.to(ResourceType.PATIENT, patient),
                Reference.to(ResourceType.COVERAGE, "c-" + patient),
                Reference.to(ResourceType.PRACTITIONER, provider),
                Period.of("2026-01-01", "2099-12-31"),
                false,
                null,
                OtherElements.NONE);
    }
}
