package dev.atr.requirements;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.StringReader;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConformanceReportTest {
    private static final String LIST = """
            id,role,level,area,requirement
            X-001,producer,SHALL,general,First.
            X-002,consumer,SHOULD,general,"Second, with a comma."
            X-003,both,MAY,general,Third.
            """;

    @TempDir
    private Path root;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @BeforeEach
    void annotatedClasses() throws IOException, URISyntaxException {
        compile("atr-a/target/classes", "p/Contract", """
                package p;
                import dev.atr.requirements.Requirement;
                public abstract class Contract {
                    static final long LONG = 4711L;
                    static final double DOUBLE = 0.5;
                    @Deprecated(since = "1") @Requirement({"X-001", "X-002"}) void shared() {}
                }
                """);
        compile("atr-b/target/test-classes", "p/SomeTest", """
                package p;
                import dev.atr.requirements.Requirement;
                class SomeTest extends Contract {
                    @Requirement("X-003") void own(int row) {}
                    void unnamed() {}
                    @Requirement("X-003") static class Inner { void nested() {} }
                }
                """);
    }

    @Test
    void passesWhenATestThatNamesItPassed() throws Exception {
        report("<testcase name='shared' classname='p.SomeTest'/>");

        assertThat(generated())
                .contains("| X-001 | SHALL | producer | passes | `Contract.shared` |")
                .contains("| X-002 | SHOULD | consumer | passes | `Contract.shared` |")
                .contains("| X-003 | MAY | both | not automated | did not run: `SomeTest.Inner`, `SomeTest.own` |");
    }

    @Test
    void saysWhenNoTestNamesARequirement() throws Exception {
        Files.delete(root.resolve("atr-b/target/test-classes/p/SomeTest.class"));
        Files.delete(root.resolve("atr-b/target/test-classes/p/SomeTest$Inner.class"));

        assertThat(generated()).contains("| X-003 | MAY | both | not automated | no test names it |");
    }

    @Test
    void writesTheSameBytesForTheSameResults() throws Exception {
        report("<testcase name='shared' classname='p.SomeTest'/><testcase name='own(int)[1]' classname='p.SomeTest'/>");

        assertThat(generated()).isEqualTo(generated());
    }

    @Test
    void failsWhenOneRowOfATableFailed() throws Exception {
        report("""
                <testcase name='own(int)[1]' classname='p.SomeTest'/>
                <testcase name='own(int)[2]' classname='p.SomeTest'><failure message='x'>trace</failure></testcase>
                """);

        assertThat(generated()).contains("| X-003 | MAY | both | fails | `SomeTest.own` |");
    }

    @Test
    void failsWhenTheClassCouldNotStart() throws Exception {
        report("<testcase name='initializationError' classname='p.SomeTest'><error>trace</error></testcase>");

        assertThat(generated()).contains("| X-001 | SHALL | producer | fails | `Contract.shared` |");
    }

    @Test
    void isNotAutomatedWhenAllItsTestsWereSkipped() throws Exception {
        report("""
                <testcase name='own' classname='p.SomeTest'><skipped type='org.opentest4j.TestAbortedException'><![CDATA[
                org.opentest4j.TestAbortedException: Assumption failed: the guide | is absent
                \tat p.SomeTest.own]]></skipped></testcase>
                """);

        assertThat(generated())
                .contains("| X-003 | MAY | both | not automated | skipped in this run: `SomeTest.own`"
                        + " (the guide \\| is absent) |");
    }

    @Test
    void countsTestsOfAnAnnotatedClass() throws Exception {
        report("<testcase name='nested' classname='p.SomeTest$Inner'/>");

        assertThat(generated()).contains("| X-003 | MAY | both | passes | `SomeTest.Inner` |");
    }

    @Test
    void leavesAloneWhatATestWithoutRequirementDoes() throws Exception {
        report("<testcase name='unnamed' classname='p.SomeTest'><failure>trace</failure></testcase>");

        assertThat(generated()).contains("3 requirements: 0 passes, 0 fails, 3 not automated, 0 not applicable.");
    }

    @Test
    void givesTheReasonFromTheNotes() throws Exception {
        notes("X-002,not applicable,\"No such role, here.\"");

        assertThat(generated())
                .contains("| X-002 | SHOULD | consumer | not applicable | No such role, here. |")
                .contains("3 requirements: 0 passes, 0 fails, 2 not automated, 1 not applicable.");
    }

    @Test
    void believesATestRatherThanANote() throws Exception {
        notes("X-001,not automated,Needs a payer.");
        report("<testcase name='shared' classname='p.SomeTest'/>");

        assertThat(generated()).contains("| X-001 | SHALL | producer | passes | `Contract.shared` |");
        assertThat(out).asString().contains("The note on X-001 can go: a test names it.");
    }

    @Test
    void refusesAnAnnotationOutsideTheList() throws Exception {
        compile(
                "atr-b/target/test-classes",
                "p/StrayTest",
                "package p; class StrayTest { @dev.atr.requirements.Requirement(\"X-004\") void strays() {} }");

        int status = run();

        assertThat(status).isEqualTo(1);
        assertThat(err)
                .asString()
                .isEqualToIgnoringNewLines(
                        "p.StrayTest.strays names the requirement X-004, which is not in the requirement list.");
    }

    @Test
    void refusesANoteOutsideTheList() throws Exception {
        notes("X-004,not automated,Why.");

        int status = run();

        assertThat(status).isEqualTo(1);
        assertThat(err)
                .asString()
                .isEqualToIgnoringNewLines(
                        "conformance-notes.csv has a note on X-004, which is not in the requirement list.");
    }

    @Test
    void refusesANoteThatClaimsToPass() throws Exception {
        notes("X-001,passes,Believe me.");

        int status = run();

        assertThat(status).isEqualTo(1);
        assertThat(err).asString().contains("gives X-001 the status 'passes'");
    }

    private void compile(String directory, String name, String source) throws IOException, URISyntaxException {
        Path sources = root.resolve("atr-b/src").resolve(name + ".java");
        Path classes = root.resolve(directory);
        Files.createDirectories(sources.getParent());
        Files.createDirectories(classes);
        Files.writeString(sources, source);
        Path annotation = Path.of(Requirement.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        String classPath = String.join(
                System.getProperty("path.separator"),
                annotation.toString(),
                root.resolve("atr-a/target/classes").toString());

        int result = ToolProvider.getSystemJavaCompiler()
                .run(null, null, null, "-d", classes.toString(), "-cp", classPath, sources.toString());

        assertThat(result).isZero();
    }

    private void report(String cases) throws IOException {
        Path reports = Files.createDirectories(root.resolve("atr-b/target/surefire-reports"));
        Files.writeString(reports.resolve("TEST-p.SomeTest.xml"), "<testsuite>" + cases + "</testsuite>");
    }

    private void notes(String line) throws IOException {
        Path docs = Files.createDirectories(root.resolve("docs"));
        Files.writeString(docs.resolve("conformance-notes.csv"), "id,status,reason\n" + line + "\n");
    }

    private int run() throws IOException {
        return ConformanceReport.run(
                root,
                root.resolve("docs/conformance.md"),
                "target",
                RequirementList.read(new StringReader(LIST)),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
    }

    private String generated() throws IOException {
        assertThat(run()).as(err::toString).isZero();
        return Files.readString(root.resolve("docs/conformance.md"));
    }
}
