package dev.atr.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/** The page of the command says what {@code --help} says; {@code -Dcommand.page=write} writes it anew. */
class CommandPageTest {
    private static final Path PAGE = Path.of("../docs/command.md");
    private static final int WIDTH = 110;

    /** A line of a code block; what the shell makes of its end is none of ours. */
    private static final Pattern COMMAND = Pattern.compile("^bin/atr (.*?)(?: &| *#.*)?$", Pattern.MULTILINE);

    private static final String HEAD = """
            # The command

            `bin/atr`, word for word as its `--help` has it. It is built on first use. Results go to standard output, progress and
            failures to standard error; `--json` prints JSON on one line each.

            ## atr

            """;

    @Test
    void saysWhatHelpSays() throws IOException {
        StringBuilder page = new StringBuilder(HEAD);
        CommandLine atr = Atr.line(new Console(new PrintStream(PrintStream.nullOutputStream()), System.err, false));
        add(page, atr);
        addSubcommands(page, "atr", atr);

        if ("write".equals(System.getProperty("command.page"))) {
            Files.writeString(PAGE, page);
        }
        assertThat(PAGE)
                .as("docs/command.md: write it anew with -Dcommand.page=write")
                .hasContent(page.toString());
    }

    static List<String> commandLines() throws IOException {
        List<String> lines = new ArrayList<>();
        try (Stream<Path> docs = Files.list(PAGE.getParent())) {
            for (Path page : Stream.concat(docs.sorted(), Stream.of(Path.of("../README.md")))
                    .filter(page -> page.toString().endsWith(".md"))
                    .toList()) {
                Matcher line = COMMAND.matcher(Files.readString(page).replace("\\\n", " "));
                while (line.find()) {
                    lines.add(page.getFileName() + ": " + line.group(1));
                }
            }
        }
        return lines;
    }

    /** What each of them does is tested where its command is; this holds the pages to the names of commands and options. */
    @ParameterizedTest
    @MethodSource("commandLines")
    void commandLinesOfThePagesAreUnderstood(String line) {
        String[] words =
                line.substring(line.indexOf(": ") + 2).replace("'", "").strip().split("\\s+");
        CommandLine atr = Atr.line(new Console(new PrintStream(PrintStream.nullOutputStream()), System.err, false));

        CommandLine.ParseResult result =
                atr.setCaseInsensitiveEnumValuesAllowed(true).parseArgs(words);

        assertThat(result.hasSubcommand() || result.isUsageHelpRequested()).isTrue();
    }

    private static void addSubcommands(StringBuilder page, String before, CommandLine command) {
        for (Map.Entry<String, CommandLine> sub : command.getSubcommands().entrySet()) {
            if (!sub.getKey().equals("help")) {
                String name = before + " " + sub.getKey();
                page.append("\n## ").append(name).append("\n\n");
                add(page, sub.getValue());
                addSubcommands(page, name, sub.getValue());
            }
        }
    }

    private static void add(StringBuilder page, CommandLine command) {
        command.setUsageHelpWidth(WIDTH);
        page.append("```text\n");
        command.getUsageMessage(CommandLine.Help.Ansi.OFF)
                .lines()
                .forEach(line -> page.append(line.stripTrailing()).append('\n'));
        page.append("```\n");
    }
}
