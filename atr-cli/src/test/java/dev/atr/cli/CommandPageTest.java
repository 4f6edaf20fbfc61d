package dev.atr.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** The page of the command says what {@code --help} says; {@code -Dcommand.page=write} writes it anew. */
class CommandPageTest {
    private static final Path PAGE = Path.of("../docs/command.md");
    private static final int WIDTH = 110;
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
