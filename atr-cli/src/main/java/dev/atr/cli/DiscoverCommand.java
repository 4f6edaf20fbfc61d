package dev.atr.cli;

import dev.atr.consumer.discovery.ListClient;
import dev.atr.core.Canonicals;
import dev.atr.core.attribution.AttributionList;
import dev.atr.core.fhir.FhirDateTime;
import dev.atr.core.fhir.Identifier;
import dev.atr.core.fhir.Period;
import dev.atr.core.json.JsonValue;
import dev.atr.http.client.OutgoingClient;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code atr discover}: which lists a Producer has for us. */
@Command(
        name = "discover",
        description = "Finds the lists that the Producer lets us see.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class DiscoverCommand implements Callable<Integer> {
    @Mixin
    private final PeerOptions peer = new PeerOptions();

    @ArgGroup
    private ListSelection selection = new ListSelection();

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    private final Console console;

    DiscoverCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        try (OutgoingClient egress = OutgoingClient.builder().build()) {
            ListClient lists = new ListClient(peer.producer(egress));
            List<AttributionList> found = selection.find(lists);
            if (json) {
                console.json(JsonValue.array(
                        found.stream().map(DiscoverCommand::json).toList()));
            } else if (found.isEmpty()) {
                console.out().println("No list found.");
            } else {
                table(found);
            }
        }
        return ExitCode.DONE;
    }

    private void table(List<AttributionList> found) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("LIST", "STATUS", "VERSION", "MEMBERS", "CONTRACT", "NPI", "NAME"));
        for (AttributionList list : found) {
            rows.add(List.of(
                    list.id().value(),
                    text(list.status() == null ? null : list.status().code()),
                    text(list.version()),
                    text(list.quantity()),
                    text(list.contractPeriod()),
                    text(list.identifier(Canonicals.NPI).map(Identifier::value).orElse(null)),
                    text(list.name())));
        }
        console.table(rows);
    }

    private static JsonValue json(AttributionList list) {
        Period contract = list.contractPeriod();
        return JsonValue.object()
                .put("id", list.id().value())
                .putIfPresent("version", list.version())
                .putIfPresent(
                        "lastUpdated",
                        list.lastUpdated() == null ? null : list.lastUpdated().toString())
                .putIfPresent(
                        "status", list.status() == null ? null : list.status().code())
                .putIfPresent("name", list.name())
                .putIfPresent("quantity", list.quantity() == null ? null : JsonValue.of(list.quantity()))
                .putIfPresent("contractStart", contract == null ? null : text(contract.start()))
                .putIfPresent("contractEnd", contract == null ? null : text(contract.end()))
                .put(
                        "identifiers",
                        JsonValue.array(list.identifiers().stream()
                                .map(DiscoverCommand::json)
                                .toList()))
                .build();
    }

    private static JsonValue json(Identifier identifier) {
        return JsonValue.object()
                .putIfPresent("system", identifier.system())
                .putIfPresent("value", identifier.value())
                .build();
    }

    private static String text(@Nullable Object value) {
        return value == null ? "-" : Console.printable(value.toString());
    }

    private static String text(@Nullable Period period) {
        return period == null ? "-" : orOpen(text(period.start())) + " … " + orOpen(text(period.end()));
    }

    private static @Nullable String text(@Nullable FhirDateTime date) {
        return date == null ? null : date.text();
    }

    private static String orOpen(@Nullable String date) {
        return date == null ? "open" : date;
    }
}
