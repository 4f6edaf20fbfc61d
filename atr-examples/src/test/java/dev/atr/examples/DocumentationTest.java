package dev.atr.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atr.consumer.sync.ListStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The code that the README and the pages beside it show is code that is compiled or run. Commands are held to {@code --help}
 * by the room of the command, properties of Spring Boot by its starter.
 */
class DocumentationTest {
    private static final Path ROOT = Path.of("..");
    private static final String PAYERS_PAGE = "getting-started-payer.md";

    /** A block of code: its mark, if it has one, its language, its text. */
    private static final Pattern BLOCK = Pattern.compile(
            "(?:^<!-- ([\\w-]+): (\\S+) -->\n)?^```(\\w*)\n(.*?)^```$", Pattern.DOTALL | Pattern.MULTILINE);

    private record Block(Path page, String mark, String language, String text) {
        @Override
        public String toString() {
            return page.getFileName() + ": " + text.lines().findFirst().orElse("");
        }
    }

    static List<Block> javaBlocks() throws IOException {
        return blocks("java");
    }

    static List<Block> sqlBlocks() throws IOException {
        return blocks("sql");
    }

    static List<Block> xmlBlocks() throws IOException {
        return blocks("xml");
    }

    /** What is on the payers' page are files, which {@link #pageForPayersShowsItsFilesWordForWord()} compares. */
    private static List<Block> blocks(String language) throws IOException {
        try (Stream<Path> docs = Files.list(ROOT.resolve("docs"))) {
            return Stream.concat(Stream.of(ROOT.resolve("README.md")), docs.sorted())
                    .filter(page -> page.toString().endsWith(".md") && !page.endsWith(PAYERS_PAGE))
                    .flatMap(page -> BLOCK.matcher(read(page))
                            .results()
                            .map(block -> new Block(page, mark(block), block.group(3), block.group(4))))
                    .filter(block -> block.language().equals(language))
                    .toList();
        }
    }

    private static String mark(MatchResult block) {
        return block.group(1) == null ? "" : block.group(1) + ": " + block.group(2);
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The mark before it names the class. */
    @ParameterizedTest
    @MethodSource("javaBlocks")
    void showsJavaThatIsCompiled(Block block) throws IOException {
        assertThat(block.mark()).startsWith("atr-examples: ");
        String name = block.mark().substring("atr-examples: ".length()) + ".java";
        String source;
        try (Stream<Path> sources = Files.walk(Path.of("src"))) {
            source = Files.readString(
                    sources.filter(file -> file.endsWith(name)).findFirst().orElseThrow());
        }

        assertThat(unindented(source)).contains(unindented(block.text()));
    }

    /** Lines that are compared as they are, but for their indentation, which Spotless keeps. */
    private static String unindented(String code) {
        return code.lines().map(String::strip).collect(Collectors.joining("\n", "\n", "\n"));
    }

    @ParameterizedTest
    @MethodSource("sqlBlocks")
    void queriesOfACopyAreUnderstood(Block block, @TempDir Path folder) throws Exception {
        try (ListStore store = ListStore.inFile(folder.resolve("lists"));
                Connection connection = store.query();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(block.text().strip().replaceFirst(";$", ""))) {
            assertThat(rows.next()).isFalse();
        }
    }

    /** Ours in this version, and others' in the version that is tested. */
    @ParameterizedTest
    @MethodSource("xmlBlocks")
    void dependenciesHaveTheVersionsOfThisBuild(Block block) throws IOException {
        String parent = Files.readString(ROOT.resolve("pom.xml"));
        Collection<MatchResult> dependencies = Pattern.compile(
                        "<groupId>(.*?)</groupId>\\s*<artifactId>(.*?)</artifactId>.*?<version>(.*?)</version>",
                        Pattern.DOTALL)
                .matcher(block.text())
                .results()
                .toList();

        assertThat(dependencies).isNotEmpty();
        for (MatchResult dependency : dependencies) {
            boolean ours = dependency.group(1).equals("dev.atr");
            assertThat(parent.replaceAll("<!--.*?-->|\\s+", ""))
                    .contains("<artifactId>" + (ours ? "atr-parent" : dependency.group(2)) + "</artifactId><version>"
                            + dependency.group(3) + "</version>");
            assertThat(!ours || Files.exists(ROOT.resolve(dependency.group(2)).resolve("pom.xml")))
                    .isTrue();
        }
    }

    /** Its pom, and that these files are enough, is what {@code .ci/stranger} looks at. */
    @Test
    void pageForPayersShowsItsFilesWordForWord() throws IOException {
        String page = Files.readString(ROOT.resolve("docs").resolve(PAYERS_PAGE));

        Map<String, String> files = new TreeMap<>();
        Matcher block = BLOCK.matcher(page);
        while (block.find()) {
            if (!block.group(3).isEmpty()) { // not what is typed into a shell
                assertThat(mark(block.toMatchResult())).startsWith("file: ");
                files.put(block.group(2), block.group(4));
            }
        }

        assertThat(files).hasSizeGreaterThan(5).containsKey("pom.xml");
        files.remove("pom.xml");
        for (Map.Entry<String, String> file : files.entrySet()) {
            Path source = Path.of(file.getKey().replace("com/example/payer", "dev/atr/examples/payer"));
            assertThat(file.getValue())
                    .as("%s", file.getKey())
                    .isEqualTo(Files.readString(source).replace("package dev.atr.examples.", "package com.example."));
        }
    }
}
