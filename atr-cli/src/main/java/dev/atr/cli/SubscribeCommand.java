package dev.atr.cli;

import dev.atr.consumer.subscription.ListSubscription;
import dev.atr.consumer.subscription.SubscriptionClient;
import dev.atr.consumer.subscription.SubscriptionRequest;
import dev.atr.core.attribution.ListId;
import dev.atr.core.fhir.SubscriptionStatus;
import dev.atr.core.json.JsonValue;
import dev.atr.http.Sleeper;
import dev.atr.http.client.OutgoingClient;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code atr subscribe}: has an endpoint notified of a list's changes. */
@Command(
        name = "subscribe",
        description = "Has an endpoint notified of the changes of a list, or, with --off, not any more.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class SubscribeCommand implements Callable<Integer> {
    /** How long the handshake is waited for. */
    private static final int SECONDS = 10;

    @Mixin
    private final ListOptions options = new ListOptions();

    @Option(
            names = "--endpoint",
            required = true,
            paramLabel = "URL",
            description = "Where notifications go; https, unless both sides are on this machine.")
    @SuppressWarnings("NullAway.Init") // required
    private URI endpoint;

    @Option(
            names = "--secret-file",
            paramLabel = "FILE",
            defaultValue = NotifySecret.USUAL,
            description = "Holds what notifications bring as 'Authorization: Bearer …'; made when it is not there"
                    + " (default: ${DEFAULT-VALUE}).")
    private Path secretFile = Path.of(NotifySecret.USUAL);

    @Option(
            names = "--heartbeat",
            paramLabel = "SECONDS",
            description = "Longest silence after which the Producer sends a heartbeat (default: none is sent).")
    private @Nullable Integer heartbeat;

    @Option(names = "--off", description = "Turn it off.")
    private boolean off;

    private final Console console;

    SubscribeCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        WebAddress.requireSafe("--endpoint", endpoint);
        if (heartbeat != null && heartbeat < 1) {
            throw new UsageException("--heartbeat is a number of seconds; many Producers take no less than 60.");
        }
        ListId list = options.list();
        try (OutgoingClient egress = OutgoingClient.builder().build()) {
            SubscriptionClient client = new SubscriptionClient(options.producer(egress));
            List<ListSubscription> held = client.findByEndpoint(endpoint).stream()
                    .filter(subscription -> subscription.list().equals(Optional.of(list)))
                    .toList();
            if (off) {
                return turnOff(client, held);
            }
            SubscriptionRequest request = SubscriptionRequest.of(list, endpoint, NotifySecret.in(secretFile));
            if (heartbeat != null) {
                request = request.withHeartbeat(Duration.ofSeconds(heartbeat));
            }
            ListSubscription made = held.isEmpty()
                    ? client.create(request)
                    : client.update(held.get(0).id(), request);
            return print(settled(client, made));
        }
    }

    private int turnOff(SubscriptionClient client, List<ListSubscription> held) throws InterruptedException {
        if (held.isEmpty()) {
            throw new UsageException("--endpoint: no Subscription of ours to this list goes there.");
        }
        for (ListSubscription subscription : held) {
            int unused = print(client.turnOff(subscription.id()));
        }
        return ExitCode.DONE;
    }

    /** Waits for the endpoint to answer the handshake, or not. */
    private static ListSubscription settled(SubscriptionClient client, ListSubscription made)
            throws InterruptedException {
        ListSubscription now = made;
        for (int n = 0; n < SECONDS && now.status() == SubscriptionStatus.REQUESTED; n++) {
            Sleeper.system().sleep(Duration.ofSeconds(1));
            now = client.find(made.id()).orElse(now);
        }
        return now;
    }

    private int print(ListSubscription subscription) {
        SubscriptionStatus status = subscription.status();
        String error = subscription.error();
        if (options.isJson()) {
            console.json(JsonValue.object()
                    .put("id", subscription.id())
                    .put("list", options.list().value())
                    .put("status", status.code())
                    .putIfPresent("error", error)
                    .build());
        } else {
            console.out()
                    .println("Subscription " + subscription.id() + " is " + status.code()
                            + (error == null
                                    ? ""
                                    : ": " + Console.printable(error).replaceAll("\\.$", ""))
                            + (status == SubscriptionStatus.REQUESTED
                                    ? ": the endpoint has not answered the handshake yet"
                                    : "")
                            + ".");
        }
        return status == SubscriptionStatus.ERROR ? ExitCode.REFUSED : ExitCode.DONE;
    }
}
