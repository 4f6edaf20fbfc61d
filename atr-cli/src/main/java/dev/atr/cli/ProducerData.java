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
import java.util.Set;
import java.util.stream.Collectors;

/** What {@code atr serve} fills its ledger with before it answers: the sample payer, and the files to load. */
final class ProducerData {
    private static final int LISTS_SHOWN = 20;

    private final Ledger ledger;
    private final ServeCommand command;
    private final Console console;

    ProducerData(Ledger ledger, ServeCommand command, Console console) {
        this.ledger = ledger;
        this.command = command;
        this.console = console;
    }

    /** Fills the ledger and says what it holds. */
    void fill() {
        if (command.sample != null) {
            sample(command.sample);
        }
        if (!command.load.isEmpty()) {
            load();
        }
        if (!command.json) {
            showLists();
        }
    }

    private void sample(String size) {
        int members = members(size);
        if (holds(SamplePayer.OPEN_LIST)) {
            console.err().println("The store holds a sample already; it is left as it is.");
            return;
        }
        try (Steps steps = new Steps(console, "Sample")) {
            SamplePayer.of(members, LocalDate.now(Clock.system(ZoneId.systemDefault())))
                    .writeTo(ledger, steps::at);
        }
    }

    private static int members(String size) {
        if (size.equals("small")) {
            return SamplePayer.SMALL;
        }
        try {
            int members = Integer.parseInt(size);
            if (members >= 1 && members <= SamplePayer.MAX_MEMBERS) {
                return members;
            }
        } catch (NumberFormatException e) {
            // Said below.
        }
        throw new UsageException("--sample takes 'small' or a number from 1 to " + SamplePayer.MAX_MEMBERS + ".");
    }

    private void load() {
        ResourceLoader.Builder builder = ResourceLoader.builder(ledger)
                .fhirVersion(command.loadFhir)
                .xml(new FhirXml())
                .keepGoing(command.keepGoing);
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
            throw new DataException("a file to load breaks rules, see above; nothing of it is in the store. Mend it, or"
                    + " skip such files with --keep-going.");
        }
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

    private void showLists() {
        for (AttributionList list : ledger.lists(ListQuery.all(LISTS_SHOWN))) {
            String name = list.name() == null ? "" : ", " + Console.printable(list.name());
            String npi = list.identifier(Canonicals.NPI)
                    .map(identifier -> ", NPI " + identifier.value())
                    .orElse("");
            console.out().println("List " + list.id() + name + npi);
        }
    }
}
