package dev.atr.cli;

import dev.atr.core.Release;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The {@code atr} command: both roles of a Member Attribution List exchange, for a shell. */
@Command(
        name = "atr",
        description = "Member attribution lists (HL7 Da Vinci ATR 2.1.0), as a Producer and as a Consumer.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        subcommands = {
            ServeCommand.class,
            KeygenCommand.class,
            TokenCommand.class,
            DiscoverCommand.class,
            CheckCommand.class,
            ExportCommand.class,
            SyncCommand.class,
            ReportCommand.class,
            ForgetCommand.class,
            MemberCommand.class,
            ConfirmCommand.class,
            SubscribeCommand.class,
            ListenCommand.class,
            ListCommand.class,
            ImportCommand.class,
            HelpCommand.class
        },
        footerHeading = "%nExit codes:%n",
        footer = {
            "  0  done",
            "  2  wrong usage",
            "  3  refused by the peer",
            "  4  peer unreachable",
            "  5  data problem",
            "  6  the peer does not conform (check)"
        })
public final class Atr implements Runnable {
    /** Set by bin/atr when a person looks at standard error: the JDKs disagree about how to tell from inside. */
    private static final String TERMINAL = "atr.terminal";

    private static final String VERSION = "atr " + Release.version();

    @Spec
    private CommandSpec spec;

    /** Made by {@link #main} and by picocli. */
    @SuppressWarnings("NullAway.Init") // picocli sets the specification before anything runs
    Atr() {}

    /**
     * Runs one command and ends the process with its exit code.
     *
     * @param args the words of the command line
     */
    public static void main(String[] args) {
        System.exit(run(System.out, System.err, args));
    }

    /**
     * Runs one command.
     *
     * @param out where results go
     * @param err where sentences about failures go
     * @param args the words of the command line
     * @return the exit code
     */
    static int run(PrintStream out, PrintStream err, String... args) {
        CommandLine line = line(new Console(out, err, Boolean.getBoolean(TERMINAL)));
        line.setOut(new PrintWriter(out, true, StandardCharsets.UTF_8));
        line.setErr(new PrintWriter(err, true, StandardCharsets.UTF_8));
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.registerConverter(URI.class, WebAddress::convert);
        line.setParameterExceptionHandler((wrong, words) -> ExitCode.report(wrong, err));
        line.setExecutionExceptionHandler((failure, command, parsed) -> ExitCode.report(failure, err));
        return line.execute(args);
    }

    /** Returns the command with all that it can do. */
    static CommandLine line(Console console) {
        CommandLine line = new CommandLine(new Atr(), new CommandFactory(console));
        line.getCommandSpec().version(VERSION);
        line.getSubcommands()
                .values()
                .forEach(subcommand -> subcommand.getCommandSpec().version(VERSION));
        return line;
    }

    @Override
    public void run() {
        List<String> words = new ArrayList<>(spec.subcommands().keySet());
        words.remove("help");
        String last = words.remove(words.size() - 1);
        throw new ParameterException(
                spec.commandLine(), "Say what to do: " + String.join(", ", words) + " or " + last + ".");
    }
}
