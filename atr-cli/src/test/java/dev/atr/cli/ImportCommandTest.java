package dev.atr.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atr.core.json.JsonValue;
import dev.atr.requirements.Requirement;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A payer's operator takes in the file of the month. */
class ImportCommandTest {
    private static final String HEADER = "member_id,family_name,gender,plan_id,coverage_start,provider_npi,"
            + "provider_family_name,attribution_start,attribution_end\n";

    @TempDir
    private Path folder;

    private Path roster;
    private Path mapping;

    @BeforeEach
    void write() throws IOException {
        mapping = Files.writeString(folder.resolve("mapping.properties"), """
                value.member_id_system=https://payer.example/ids/member
                list.contract=https://payer.example/contracts|CT-1
                list.npi=1487203592
                list.start=2026-01-01
                list.end=2099-12-31
                payer.name=Cedar Valley Health Plan
                """);
        roster = folder.resolve("roster.csv");
        writeRoster(HEADER + rows(1, 10));
    }

    @Test
    @Requirement({"ATR-MDL-005", "ATR-MDL-019"})
    void aFileBecomesAVersion() throws IOException {
        assertThat(run("--dry-run").err()).contains("there are no lists in");
        assertThat(run().out()).contains("List a is now in version 1, from 10 rows.", "10 new, 0 changed, 0 dropped");
        assertThat(run().out()).contains("Nothing to do: the last import was of this file; it made version 1");

        writeRoster(HEADER + rows(2, 11));
        Shell.Result preview = run("--dry-run");
        Shell.Result done = run("--json");

        assertThat(preview.out()).contains("would change so", "1 new, 0 changed, 1 dropped, 9 unchanged; 10 % of");
        JsonValue answer = JsonValue.parse(done.out().trim().getBytes(StandardCharsets.UTF_8));
        assertThat(answer.text("outcome")).contains("imported");
        assertThat(answer.text("version")).contains("2");
        assertThat(answer.find("changes")
                        .flatMap(changes -> changes.find("new"))
                        .flatMap(JsonValue::number))
                .contains(1L);
    }

    @Test
    void aFileThatDropsTooManyIsStoppedAndCanBeTakenBack() throws IOException {
        run();
        writeRoster(HEADER + rows(1, 6));

        run().isRefusal(ExitCode.DATA, "Stopped: more than 20 % of list a would change");
        assertThat(run("--max-churn", "40").out()).contains("version 2", "4 dropped");
        assertThat(undo().out()).contains("as it was before the last import, in version 3");
        undo().isRefusal(ExitCode.DATA, "stays");
    }

    @Test
    void aGzipFileInWindows1252IsReadAsSuch() throws IOException {
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(roster))) {
            out.write((HEADER + "1,Mu\u00f1oz,F,PPO,2026-01-01,,,2026-01-01,\n")
                    .getBytes(Charset.forName("windows-1252")));
        }

        run().isRefusal(ExitCode.DATA, "line 2: field 2 is not UTF-8");
        assertThat(run("--charset", "windows-1252").out()).contains("version 1");
    }

    @Test
    void aGzipFileThatBreaksOffIsRefused() throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (OutputStream out = new GZIPOutputStream(packed)) {
            out.write((HEADER + rows(1, 2000)).getBytes(StandardCharsets.UTF_8));
        }
        Files.write(roster, Arrays.copyOf(packed.toByteArray(), packed.size() / 2));

        run().isRefusal(ExitCode.DATA, "the gzip file ends too early");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "bad NPI|1,A,F,PPO,2026-01-01,1234567890,Doc,2026-01-01,|error C-78 at line 2, provider_npi: not an NPI",
                "no coverage|1,A,F,,,,,2026-01-01,|error ATR-MDL-010 at line 2: the member has no coverage",
                "no start|1,A,F,PPO,2026-01-01,,,,|error ATR-MDL-014 at line 2, attribution_start",
                "end before start|1,A,F,PPO,2026-01-01,,,2026-02-01,2026-01-31|attribution_end: the end lies before",
                "not a day|1,A,F,PPO,01/31/2026,,,2026-01-01,|coverage_start: not a day such as 2026-01-31",
                "gender|1,A,X,PPO,2026-01-01,,,2026-01-01,|gender: say male, female",
                "no name|1,,F,PPO,2026-01-01,,,2026-01-01,|family_name: add a family",
                "unknown doctor|1,A,F,PPO,2026-01-01,1357902463,,2026-01-01,|provider_family_name: the ledger does not",
                "too few fields|1,A,F,PPO|line 2: 4 fields where there are 9 columns",
                "too many fields|1,A,F,PPO,2026-01-01,,,2026-01-01,,,|line 2: 11 fields where there are 9 columns",
                "open quote|1,`A,F,PPO,2026-01-01,,,2026-01-01,|line 2: the file ends inside quotes",
            })
    void aRowThatBreaksARuleIsReportedByLineAndChangesNothing(String what, String row, String problem)
            throws IOException {
        run();
        writeRoster(HEADER + "SECRET-" + row.replace('`', '"') + "\n");

        Shell.Result result = run("--max-churn", "100");

        result.isRefusal(ExitCode.DATA, problem);
        assertThat(result.err()).doesNotContain("SECRET");
        assertThat(Shell.run("list", "publish", "--data", data(), "--list", "a").out())
                .contains("in version 1");
    }

    @Test
    void aRowThatIsTooLongIsRefused() throws IOException {
        writeRoster(HEADER + "1," + "A".repeat(70_000) + ",F,PPO,2026-01-01,,,2026-01-01,\n");

        run().isRefusal(ExitCode.DATA, "line 2: a row of more than 65536 bytes");
    }

    @Test
    @Requirement("ATR-MDL-002")
    void theSameEnrolmentTwiceIsRefused() throws IOException {
        writeRoster(HEADER + rows(1, 3) + rows(2, 2));

        run().isRefusal(ExitCode.DATA, "error C-37 at line 5: the same enrolment twice", "(see line 3)");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "a column is missing|member_id,family_name,coverage_start,attribution_start|no column plan_id",
                "a column is misspelt|member_id,family_name,plan_id,coverage_start,attribution_start,end|column 6 is not",
                "a column twice|member_id,member_id,plan_id,coverage_start,attribution_start|two columns are member_id",
                "no header at all|SECRET-1,A,F,PPO,2026-01-01|there is no column",
            })
    void aWrongHeaderIsRefused(String what, String header, String problem) throws IOException {
        writeRoster(header + "\n");

        Shell.Result result = run();

        result.isRefusal(ExitCode.DATA, "line 1: wrong header", problem);
        assertThat(result.err()).doesNotContain("SECRET");
    }

    @Test
    void columnsOfAnyNameAreMapped() throws IOException {
        Files.writeString(mapping, Files.readString(mapping) + """
                        column.member_id=MBR NO
                        column.family_name=LAST
                        column.plan_id=PLAN
                        column.coverage_start=EFF
                        column.attribution_start=ATTR EFF
                        days=MM/dd/yyyy
                        separator=pipe
                        ignore=*
                        """);
        writeRoster("\ufeffMBR NO|LAST|PLAN|EFF|ATTR EFF|COLOUR\r\n1|\"O|Hara\"|PPO|01/31/2026|02/01/2026|red\r\n");

        assertThat(run().out()).contains("version 1, from 1 rows");
    }

    @Test
    void whatCanNotBeIsSaidInASentence() throws IOException {
        run("--max-churn", "101").isRefusal(ExitCode.USAGE, "--max-churn: from 0 to 100");
        run("--charset", "EBCDIC").isRefusal(ExitCode.USAGE, "charset is UTF-8 or windows-1252");
        Shell.run("import", "--data", data(), "--list", "a").isRefusal(ExitCode.USAGE, "--roster");
        Shell.run("import", "--data", data(), "--list", "a", "--undo").isRefusal(ExitCode.DATA, "no lists in");
        Files.writeString(mapping, "colunm.member_id=x\n");
        run().isRefusal(ExitCode.USAGE, "a key that there is not: colunm.member_id");
    }

    private void writeRoster(String text) throws IOException {
        Files.writeString(roster, text);
    }

    private static String rows(int first, int last) {
        return IntStream.rangeClosed(first, last)
                .mapToObj(i -> i + ",Family,F,PPO,2026-01-01,1234567893,Doctor,2026-01-01,\n")
                .collect(Collectors.joining());
    }

    private Shell.Result run(String... more) {
        List<String> words = List.of(
                "import",
                "--data",
                data(),
                "--list",
                "a",
                "--roster",
                roster.toString(),
                "--mapping",
                mapping.toString());
        return Shell.run(Stream.concat(words.stream(), Stream.of(more)).toArray(String[]::new));
    }

    private Shell.Result undo() {
        return Shell.run("import", "--data", data(), "--list", "a", "--undo");
    }

    private String data() {
        return folder.resolve("data").toString();
    }
}
