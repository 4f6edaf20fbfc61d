package dev.atr.cli;

import dev.atr.cli.load.FhirXml;
import dev.atr.cli.sample.SamplePayer;
import dev.atr.core.Canonicals;
import dev.atr.core.attribution.AttributionList;
import dev.atr.core.attribution.ListId;
import dev.atr.core.fhir.ResourceType;
import dev.atr.producer.jdbc.Ledger;
import dev.atr.producer.jdbc.load.LoadProblem;
import dev.atr.producer.jdbc.load.LoadReport;
import dev.atr.producer.jdbc.load.ResourceLoader;
import dev.atr.producer.spi.ListQuery;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What {@code atr serve} fills its ledger with before it answers: the sample payer, and the files to load. */
final class ProducerData {
    private static final int LISTS_SHOWN = 20;
    private static final int FILES_SHOWN = 20;

    private final Ledger ledger;
    private final ServeCommand command;
    private final Console console;
    private final Runnable checkpoint;

    /**
     * Creates the filling of a ledger.
     *
     * @param checkpoint called again and again on the way; what it throws ends the filling
     */
    ProducerData(Ledger ledger, ServeCommand command, Console console, Runnable checkpoint) {
        this.ledger = ledger;
        this.command = command;
        this.console = console;
        this.checkpoint = checkpoint;
    }

    /**
     * Fills the ledger and says what it holds.
     *
     * @throws UsageException when it holds another sample than the one asked for
     * @throws DataException when it holds half a sample, or a file to load is refused
     */
    void fill() {
        Optional<SamplePayer.Held> held = SamplePayer.heldBy(ledger);
        if (command.sample != null) {
            sample(command.sample, held.orElse(null));
        } else if (held.isPresent() && !held.get().isComplete()) {
            throw new DataException(
                    "an earlier start was interrupted, and the store holds half a sample; complete it with"
                            + " --sample " + held.get().members() + ", or use another store.");
        }
        if (!command.load.isEmpty()) {
            load();
        }
        command.clients.forEach(this::warnOfMissingLists);
        if (!command.json) {
            showLists();
        }
    }

    /** They may come later; a misspelled one never does, and its client would only see that there is nothing. */
    private void warnOfMissingLists(ClientSpec client) {
        if (client.lists() != null) {
            client.lists().stream()
                    .filter(list -> !holds(new ListId(list)))
                    .forEach(list -> console.err()
                            .println("Client " + client.id() + " may see list " + list
                                    + ", which the store does not hold."));
        }
    }

    private void sample(int members, SamplePayer.@Nullable Held held) {
        if (held != null && held.members() != members) {
            throw new UsageException("--sample " + members + ": the store holds a sample of " + held.members()
                    + " members; ask for that number, or use another store.");
        }
        if (held != null && held.isComplete()) {
            console.err().println("The store holds this sample already; it is left as it is.");
            return;
        }
        if (held == null && holds(SamplePayer.OPEN_LIST)) {
            throw new UsageException("--sample: the store holds a list " + SamplePayer.OPEN_LIST
                    + " that is not of a sample; use another store.");
        }
        if (held != null) {
            console.err().println("An earlier start was interrupted; its sample is completed.");
        }
        SamplePayer payer = held == null
                ? SamplePayer.of(members, LocalDate.now(Clock.system(ZoneId.systemDefault())))
                : held.payer();
        try (Steps steps = new Steps(console, "Sample")) {
            payer.writeTo(ledger, (done, total) -> {
                checkpoint.run();
                steps.at(done, total);
            });
        }
    }

    private void load() {
        ResourceLoader.Builder builder = ResourceLoader.builder(ledger)
                .fhirVersion(command.loadFhir)
                .xml(new FhirXml())
                // Who mends files wants to know of all of them.
                .keepGoing(true)
                .progress((file, type) -> checkpoint.run());
        if (command.contractSystem != null) {
            builder.contractSystem(command.contractSystem);
        }
        LoadReport report = builder.build().load(command.load);
        report.loaded()
                .forEach(file -> file.warnings()
                        .forEach(warning -> console.err().println(file.file() + ": " + warning.describe())));
        for (LoadReport.RefusedFile refused : report.refused()) {
            console.err().println("Refused: " + refused.file());
            refused.problems().stream()
                    .filter(LoadProblem::isError)
                    .forEach(problem -> console.err().println("  " + problem.describe()));
        }
        console.err()
                .println("Loaded " + report.loaded().size() + " files: " + counts(report.counts()) + "; refused "
                        + report.refused().size() + ".");
        if (!report.isComplete() && !command.keepGoing) {
            int refused = report.refused().size();
            throw new DataException((refused == 1 ? "a file to load breaks" : refused + " files to load break")
                    + " rules, see above; nothing of " + (refused == 1 ? "it" : "them") + " is in the store. "
                    + whatStays(report) + " Mend " + (refused == 1 ? "it" : "them")
                    + ", or skip such files with --keep-going.");
        }
    }

    /** Files are loaded one by one: what was not refused is in the store for good. */
    private static String whatStays(LoadReport report) {
        if (report.loaded().isEmpty()) {
            return "No other file was loaded either.";
        }
        String names = report.loaded().stream()
                .limit(FILES_SHOWN)
                .map(file -> file.file().toString())
                .collect(Collectors.joining(", "));
        int more = report.loaded().size() - FILES_SHOWN;
        return "What was loaded stays there: " + names + (more > 0 ? " and " + more + " more" : "") + ".";
    }

    private static String counts(Map<ResourceType, Long> counts) {
        String text = counts.entrySet().stream()
                .map(entry -> entry.getValue() + " " + entry.getKey())
                .collect(Collectors.joining(", "));
        return text.isEmpty() ? "nothing" : text;
    }

    private boolean holds(ListId list) {
        ListQuery one = new ListQuery(Set.of(list), List.of(), List.of(), null, 1);
        return !ledger.lists(one).isEmpty();
    }

    /** Returns the ids of the first lists that the ledger holds. */
    List<String> listIds() {
        return firstLists().stream().map(list -> list.id().value()).toList();
    }

    private List<AttributionList> firstLists() {
        return ledger.lists(ListQuery.all(LISTS_SHOWN));
    }

    private void showLists() {
        for (AttributionList list : firstLists()) {
            String name = list.name() == null ? "" : ", " + Console.printable(list.name());
            String npi = list.identifier(Canonicals.NPI)
                    .map(identifier -> ", NPI " + identifier.value())
                    .orElse("");
            console.out().println("List " + list.id() + name + npi);
        }
    }
}
