package dev.atr.cli;

import dev.atr.core.attribution.ListId;
import dev.atr.core.error.InvalidContentException;
import dev.atr.core.json.JsonValue;
import dev.atr.producer.jdbc.Ledger;
import dev.atr.producer.jdbc.LedgerFromRoster;
import dev.atr.producer.jdbc.Roster;
import dev.atr.producer.jdbc.RosterChanges;
import dev.atr.producer.jdbc.RosterReport;
import dev.atr.producer.jdbc.roster.RosterFile;
import dev.atr.producer.jdbc.roster.RosterLayout;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code atr import}: a payer's full current list, from a flat file into its database. */
@Command(
        name = "import",
        description = "Takes in a file with a payer's full current list: what differs becomes one new version.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class ImportCommand implements Callable<Integer> {
    private final Console console;

    @Mixin
    private final AdministeredList options = new AdministeredList();

    @ArgGroup(multiplicity = "1")
    @SuppressWarnings("NullAway.Init") // required
    private What what;

    @Option(
            names = "--mapping",
            paramLabel = "FILE",
            description = "How the columns are called, what holds for all rows, what a new list is about.")
    private @Nullable Path mapping;

    @Option(
            names = "--charset",
            paramLabel = "NAME",
            description = "UTF-8 or windows-1252, in place of what the mapping says (default: UTF-8).")
    private @Nullable String charset;

    @Option(names = "--dry-run", description = "Say what would change, and change nothing.")
    private boolean dryRun;

    @Option(
            names = "--max-churn",
            paramLabel = "PERCENT",
            description = "Stop when more of the list would be new, changed or dropped (default: 20).")
    private double maxChurn = LedgerFromRoster.DEFAULT_MAX_CHURN;

    ImportCommand(Console console) {
        this.console = console;
    }

    /** What to do: exactly one of them. */
    static final class What {
        @Option(
                names = "--roster",
                paramLabel = "FILE.csv",
                description = "The file, plain or as gzip; docs/roster.md describes it.")
        private @Nullable Path roster;

        @Option(names = "--undo", description = "Take the last import back: publish the list as it was before it.")
        private boolean undo;
    }

    @Override
    public Integer call() throws IOException {
        ListId id = options.list();
        if (!(maxChurn >= 0 && maxChurn <= 100)) {
            throw new UsageException("--max-churn: from 0 to 100 percent.");
        }
        RosterReport report = what.undo || what.roster == null ? undo(id) : take(id, what.roster);
        print(report);
        return report.isDone() ? ExitCode.DONE : ExitCode.DATA;
    }

    private RosterReport undo(ListId id) {
        try (Ledger ledger = options.ledger()) {
            return LedgerFromRoster.builder(ledger, id).build().undo();
        }
    }

    private RosterReport take(ListId id, Path file) throws IOException {
        NamedFile.requireFile("--roster", file);
        RosterLayout layout = layout();
        Roster roster = RosterFile.of(file, layout);
        // The first file may well be what a store begins with; a look at it is no reason to make one
        try (Ledger ledger = layout.newList().isPresent() && !dryRun ? options.ledgerOrNew() : options.ledger()) {
            LedgerFromRoster.Builder builder =
                    LedgerFromRoster.builder(ledger, id).maxChurn(maxChurn);
            layout.newList().ifPresent(builder::newList);
            LedgerFromRoster rosters = builder.build();
            return dryRun ? rosters.preview(roster) : rosters.take(roster);
        }
    }

    private RosterLayout layout() throws IOException {
        try {
            if (mapping != null) {
                NamedFile.requireFile("--mapping", mapping);
            }
            RosterLayout layout = mapping == null ? RosterLayout.standard() : RosterLayout.read(mapping);
            return charset == null ? layout : layout.withCharset(charset);
        } catch (InvalidContentException e) {
            throw new UsageException(e.getMessage() + ".");
        }
    }

    private void print(RosterReport report) {
        if (options.isJson()) {
            console.json(json(report));
        }
        PrintStream sentences = report.isDone() ? console.out() : console.err();
        if (!options.isJson() || !report.isDone()) {
            sentences.println(sentence(report));
            RosterChanges changes = report.changes();
            if (changes != null) {
                sentences.println("  " + changes.added() + " new, " + changes.changed() + " changed, "
                        + changes.dropped() + " dropped, " + changes.unchanged() + " unchanged; "
                        + percent(changes.churn()) + " % of the list; " + report.resources()
                        + " Patients, Coverages and providers.");
            }
        }
        report.problems().forEach(problem -> sentences.println("  " + problem.describe()));
    }

    private String sentence(RosterReport report) {
        String name = "List " + report.list();
        return switch (report.outcome()) {
            case IMPORTED -> name + " is now in version " + report.version() + ", from " + report.rows() + " rows.";
            case UNCHANGED -> "Nothing to do: list " + report.list() + " holds these " + report.rows() + " rows.";
            case ALREADY_IMPORTED ->
                "Nothing to do: the last import was of this file; it made version " + report.version() + " of list "
                        + report.list() + ".";
            case PREVIEWED -> name + " would change so, from " + report.rows() + " rows; nothing is written:";
            case TOO_MUCH_CHANGE ->
                "Stopped: more than " + percent(maxChurn) + " % of list " + report.list()
                        + " would change. Nothing is written; if the file is right, raise --max-churn:";
            case REFUSED ->
                what.roster == null
                        ? "Refused: the last import of list " + report.list() + " stays."
                        : "Refused: the file breaks rules; nothing is written.";
            case UNDONE -> name + " is as it was before the last import, in version " + report.version() + ".";
        };
    }

    private static JsonValue json(RosterReport report) {
        RosterChanges changes = report.changes();
        return JsonValue.object()
                .put("list", report.list().value())
                .put("outcome", report.outcome().name().toLowerCase(Locale.ROOT).replace('_', '-'))
                .putIfPresent("version", report.version())
                .put("rows", report.rows())
                .putIfPresent("changes", changes == null ? null : json(changes))
                .put("resources", report.resources())
                .putItems(
                        "problems",
                        report.problems().stream()
                                .map(problem -> JsonValue.object()
                                        .put("line", problem.line())
                                        .putIfPresent(
                                                "column",
                                                problem.column() == null
                                                        ? null
                                                        : problem.column().columnName())
                                        .putIfPresent("rule", problem.rule())
                                        .put("text", problem.text())
                                        .build())
                                .toList())
                .build();
    }

    private static JsonValue json(RosterChanges changes) {
        return JsonValue.object()
                .put("new", changes.added())
                .put("changed", changes.changed())
                .put("dropped", changes.dropped())
                .put("unchanged", changes.unchanged())
                .build();
    }

    private static String percent(double share) {
        return String.format(Locale.ROOT, share == Math.rint(share) ? "%.0f" : "%.1f", share);
    }
}
