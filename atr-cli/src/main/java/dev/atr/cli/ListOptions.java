package dev.atr.cli;

import dev.atr.consumer.ProducerConnection;
import dev.atr.consumer.reconcile.Acknowledgement;
import dev.atr.consumer.reconcile.ListReconciliation;
import dev.atr.core.attribution.ListId;
import dev.atr.core.json.JsonValue;
import dev.atr.http.client.OutgoingClient;
import java.io.IOException;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options of a command that changes one list or looks into it. */
final class ListOptions {
    /** What the guide names for both; a Producer grants of it what it registered. */
    static final String SCOPE = "system/*.read system/*.write";

    @Mixin
    private final PeerOptions peer = new PeerOptions();

    @Option(names = "--list", required = true, paramLabel = "ID", description = "Id of the list.")
    @SuppressWarnings("NullAway.Init") // required
    private String list;

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    boolean isJson() {
        return json;
    }

    /** Returns the list. */
    ListId list() {
        return listId(list);
    }

    static ListId listId(String list) {
        try {
            return new ListId(list);
        } catch (IllegalArgumentException e) {
            throw new UsageException("--list: " + e.getMessage() + ".");
        }
    }

    /** Returns how to get to the Producer. */
    ProducerConnection producer(OutgoingClient egress) throws IOException {
        return peer.producer(egress, SCOPE);
    }

    /** Returns a client for the Producer. */
    ListReconciliation lists(OutgoingClient egress) throws IOException {
        return new ListReconciliation(producer(egress));
    }

    /** What a command asks the Producer to do with the list. */
    @FunctionalInterface
    interface Change {
        Acknowledgement ask(ListReconciliation lists, ListId list) throws InterruptedException;
    }

    /** Asks for a change, prints what the Producer says and returns the exit code. */
    int run(Console console, Change change) throws IOException, InterruptedException {
        try (OutgoingClient egress = OutgoingClient.builder().build()) {
            print(console, change.ask(lists(egress), list()));
        }
        return ExitCode.DONE;
    }

    private void print(Console console, Acknowledgement answer) {
        if (json) {
            console.json(JsonValue.object()
                    .put("list", list)
                    .putIfPresent("version", answer.version())
                    .put(
                            "issues",
                            JsonValue.array(answer.issues().stream()
                                    .map(issue -> JsonValue.object()
                                            .put("severity", issue.severity().code())
                                            .put("code", issue.code().code())
                                            .putIfPresent("text", issue.text())
                                            .build())
                                    .toList()))
                    .build());
            return;
        }
        answer.issues()
                .forEach(issue -> console.out()
                        .println(issue.severity().code() + ": "
                                + Console.printable(
                                        issue.text() == null ? issue.code().code() : issue.text())));
        console.out()
                .println("List " + list
                        + (answer.version() == null ? " accepted it." : " is in version " + answer.version() + "."));
    }
}
