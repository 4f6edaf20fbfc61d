package dev.atr.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atr.cli.Shell.Result;
import dev.atr.core.json.JsonValue;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real command keeps a copy of a list of the real Producer. */
class SyncCommandTest {
    @TempDir
    private static Path folder;

    private static Path key;
    private static ProducerProcess producer;
    private static String base;

    @TempDir
    private Path work;

    @BeforeAll
    static void serve() throws Exception {
        key = folder.resolve("key.json");
        Shell.run("keygen", "--out", key.toString(), "--alg", "ES384");
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        producer = Shell.start(
                out,
                "--data",
                folder.resolve("data").toString(),
                "--sample",
                "small",
                "--client",
                "us=" + folder.resolve("key.public.json"));
        base = Shell.ready(out);
    }

    @AfterAll
    static void stop() {
        if (producer != null) {
            producer.close();
        }
    }

    @Test
    void printsWhoIsNewAndThenThatNothingIs() throws Exception {
        Result first = sync("--list", "juniper-open");

        assertThat(first.exitCode()).as(first.err()).isZero();
        assertThat(first.out())
                .containsPattern("(?m)^new +Patient/\\S+ +→ \\S+/")
                .containsPattern("List juniper-open is in version \\d+, with 25 members: \\d+ new, 0 dropped,");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(database("copies.mv.db"))))
                .isEqualTo("rw-------");
        assertThat(database("copies.work")).isEmptyDirectory();

        Result second = sync("--list", "juniper-open");
        assertThat(second.exitCode()).as(second.err()).isZero();
        assertThat(second.out()).matches("List juniper-open is in version \\d+, as is the copy\\.\n");
    }

    @Test
    void printsALineOfJsonForEachChangeAndOneForTheRun() {
        Result result = sync("--list", "northgate-final", "--json");

        assertThat(result.exitCode()).as(result.err()).isZero();
        List<JsonValue> lines = result.out()
                .lines()
                .map(line -> JsonValue.parse(line.getBytes(StandardCharsets.UTF_8)))
                .toList();
        JsonValue run = lines.get(lines.size() - 1);
        assertThat(run.text("event")).contains("updated");
        assertThat(run.find("new").flatMap(JsonValue::number)).contains(lines.size() - 1L);
        assertThat(lines.get(0).text("event")).contains("new");
        assertThat(lines.get(0).find("number").flatMap(JsonValue::number)).contains(1L);
    }

    @Test
    void aCopyHasAPageAndCanBeForgotten() throws Exception {
        sync("--list", "juniper-open");
        sync("--list", "northgate-final");
        Path page = work.resolve("page.html");

        copies("report", "--out", page.toString()).isRefusal(2, "juniper-open of " + base);
        copies("report", "--list", "nobodys", "--out", page.toString()).isRefusal(2, "northgate-final of " + base);
        copies("report", "--list", "juniper-open", "--rows", "-1").isRefusal(2, "--rows");
        assertThat(page).doesNotExist();
        Result written = copies("report", "--list", "juniper-open", "--fhir-url", base + "/", "--out", page.toString());
        assertThat(written.exitCode()).as(written.err()).isZero();
        assertThat(page).content().contains("<dt>Members</dt><dd>25</dd>", "PPO-1000");

        Result gone = copies("forget", "--list", "juniper-open");
        assertThat(gone.exitCode()).as(gone.err()).isZero();
        assertThat(gone.out()).contains("juniper-open").contains("is gone");
        Result other = copies("report", "--out", page.toString());
        assertThat(other.exitCode()).as(other.err()).isZero();
        assertThat(page).content().contains("<dt>Members</dt><dd>15</dd>");
    }

    @Test
    void whatIsNotThereIsNotMade() {
        copies("report").isRefusal(2, "there is no such file");
        copies("forget").isRefusal(2, "there is no such file");
        assertThat(work).isEmptyDirectory();
    }

    @Test
    void refusesInASentence() {
        sync("--list", "no-such-list").isRefusal(5, "no list no-such-list for us");
        sync("--list", "juniper-open", "--max-churn", "101").isRefusal(2, "--max-churn");
        sync("--list", "juniper-open", "--since", "yesterday").isRefusal(2, "--since");
        sync("--list", "juniper-open", "--db-user", "me").isRefusal(2, "--db-user");
    }

    private Path database(String name) {
        return work.resolve(name);
    }

    private Result copies(String command, String... more) {
        List<String> words =
                new ArrayList<>(List.of(command, "--db", database("copies").toString()));
        words.addAll(List.of(more));
        return Shell.run(words.toArray(String[]::new));
    }

    private Result sync(String... more) {
        List<String> words = new ArrayList<>(List.of(
                "sync",
                "--fhir-url",
                base,
                "--client-id",
                "us",
                "--key",
                key.toString(),
                "--db",
                database("copies").toString()));
        words.addAll(List.of(more));
        return Shell.run(words.toArray(String[]::new));
    }
}
