package dev.atr.cli;

import dev.atr.consumer.check.CheckReport;
import dev.atr.consumer.check.Finding;
import dev.atr.consumer.check.Finding.Outcome;
import dev.atr.consumer.check.ProducerCheck;
import dev.atr.core.json.JsonValue;
import dev.atr.http.client.OutgoingClient;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code atr check}: what of a Producer conforms to the guide, and what does not. */
@Command(
        name = "check",
        description = {
            "Holds a Producer against the guide, rule by rule. Changes nothing there; deletes the exports that it begins.",
            "Ends with 0 when no SHALL is broken, else with 6."
        },
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class CheckCommand implements Callable<Integer> {
    @Mixin
    private final PeerOptions peer = new PeerOptions();

    @Option(
            names = "--list",
            paramLabel = "ID",
            description = "By which list it is checked (default: the longest that we may see).")
    private @Nullable String list;

    @Option(
            names = "--foreign-list",
            paramLabel = "ID",
            description = "A list that is there and is not ours, to see whether we are kept from it.")
    private @Nullable String foreign;

    @Option(names = "--no-export", description = "Leave exports out, and what is seen by them.")
    private boolean noExport;

    @Option(names = "--all", description = "Print what conforms, too.")
    private boolean all;

    @Option(names = "--json", description = "Print JSON: every rule, with level, outcome and what was seen.")
    private boolean json;

    private final Console console;

    CheckCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        CheckReport report = check();
        if (json) {
            console.json(json(report));
        } else {
            print(report);
        }
        return report.isConformant() ? ExitCode.DONE : ExitCode.NOT_CONFORMANT;
    }

    private CheckReport check() throws IOException, InterruptedException {
        try (OutgoingClient egress = OutgoingClient.builder().build()) {
            ProducerCheck.Builder check = ProducerCheck.builder(peer.fhirUrl(), egress, peer.anyCredentials());
            if (list != null) {
                check.list(ListOptions.listId(list));
            }
            if (foreign != null) {
                check.foreignList(ListOptions.listId(foreign));
            }
            if (noExport) {
                check.withoutExports();
            }
            return check.build().run();
        }
    }

    private void print(CheckReport report) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("RULE", "LEVEL", "OUTCOME", "WHAT WAS SEEN"));
        for (Outcome outcome : List.of(Outcome.BROKEN, Outcome.DOUBTFUL, Outcome.CONFORMS)) {
            if (outcome != Outcome.CONFORMS || all) {
                report.of(outcome).forEach(finding -> rows.add(row(finding)));
            }
        }
        if (rows.size() > 1) {
            console.table(rows);
            console.out().println();
        }
        Map<String, List<String>> notLookedAt = new LinkedHashMap<>();
        report.of(Outcome.NOT_LOOKED_AT)
                .forEach(finding -> notLookedAt
                        .computeIfAbsent(finding.text(), why -> new ArrayList<>())
                        .add(finding.rule().id()));
        notLookedAt.forEach((why, ids) ->
                console.out().println("Not looked at, " + Console.printable(why) + ": " + String.join(", ", ids)));
        console.out()
                .println(report.of(Outcome.CONFORMS).size() + " rules conform, "
                        + report.of(Outcome.BROKEN).size() + " are broken, "
                        + report.of(Outcome.DOUBTFUL).size() + " doubtful, "
                        + report.of(Outcome.NOT_LOOKED_AT).size() + " not looked at. "
                        + (report.isConformant() ? "No SHALL is broken." : "A SHALL is broken."));
    }

    private static List<String> row(Finding finding) {
        String seen = finding.text().isEmpty() ? finding.rule().text() : finding.text();
        return List.of(
                finding.rule().id(),
                finding.rule().level().name(),
                finding.outcome().code(),
                Console.printable(seen));
    }

    private static JsonValue json(CheckReport report) {
        return JsonValue.object()
                .put("conformant", report.isConformant())
                .put(
                        "findings",
                        JsonValue.array(report.findings().stream()
                                .map(finding -> JsonValue.object()
                                        .put("rule", finding.rule().id())
                                        .put("level", finding.rule().level().name())
                                        .put("outcome", finding.outcome().code())
                                        .put("text", finding.text())
                                        .put("requirement", finding.rule().text())
                                        .build())
                                .toList()))
                .build();
    }
}
