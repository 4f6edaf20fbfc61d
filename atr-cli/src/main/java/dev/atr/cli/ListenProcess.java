package dev.atr.cli;

import dev.atr.consumer.ProducerConnection;
import dev.atr.consumer.discovery.ListClient;
import dev.atr.consumer.subscription.ListAction;
import dev.atr.consumer.subscription.ListWatch;
import dev.atr.consumer.subscription.NotificationEndpoint;
import dev.atr.consumer.subscription.NotificationReceiver;
import dev.atr.consumer.subscription.NotificationStore;
import dev.atr.consumer.sync.ListStore;
import dev.atr.consumer.sync.ListStoreException;
import dev.atr.core.attribution.AttributionList;
import dev.atr.core.attribution.ListId;
import dev.atr.core.json.JsonValue;
import dev.atr.http.FhirResponse;
import dev.atr.http.HttpHeaders;
import dev.atr.http.client.OutgoingClient;
import dev.atr.http.jdk.FhirHttpServer;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;

/** Everything that runs while {@code atr listen} listens. */
final class ListenProcess extends Service {
    private static final String USUAL_PATH = "/notify";
    private static final long LONGEST_SECONDS = ListWatch.LONGEST.toSeconds();

    private final ListenCommand command;
    private final Console console;

    ListenProcess(ListenCommand command, Console console) {
        this.command = command;
        this.console = console;
    }

    @Override
    void run() throws IOException {
        check();
        Mount mount = new Mount();
        FhirHttpServer server = parts.add(WebPort.bind(
                FhirHttpServer.builder(request -> FhirResponse.notFound())
                        .mount("")
                        .mount(path(), mount),
                command.port,
                command.tlsKeystore));
        URI address = command.address == null
                ? URI.create(WebPort.local(server.port(), command.tlsKeystore) + USUAL_PATH)
                : command.address;
        ListenCommand.Watched watched = command.watched;
        if (watched == null) {
            PrintedNotifications printed = new PrintedNotifications(console, command.json);
            mount.serve(new NotificationEndpoint(NotifySecret.in(command.secretFile), notification -> {
                printed.print(notification);
                return FhirResponse.of(200, HttpHeaders.none());
            }));
        } else {
            watch(watched, address, mount);
        }
        announce(address);
    }

    private void check() {
        WebPort.check(command.port);
        if (command.address != null) {
            command.address = WebAddress.base("--address", command.address);
        }
        if (!path().matches("(/[A-Za-z0-9._~-]+)*")) {
            throw new UsageException("--address: the path is one of letters, digits and . _ ~ - between slashes.");
        }
        ListenCommand.Watched watched = command.watched;
        if (watched != null && watched.synced != null) {
            watched.synced.copies.check();
        }
        if (watched != null && !(canBe(watched.heartbeat) && canBe(watched.poll))) {
            throw new UsageException(
                    "--heartbeat and --poll are 60 seconds or more, and not above " + LONGEST_SECONDS + ".");
        }
    }

    private static boolean canBe(int seconds) {
        return seconds >= 60 && seconds <= LONGEST_SECONDS;
    }

    private String path() {
        return command.address == null ? USUAL_PATH : command.address.getRawPath();
    }

    private void watch(ListenCommand.Watched watched, URI address, Mount mount) throws IOException {
        List<ListId> named = watched.lists.stream().map(ListOptions::listId).toList();
        NotificationReceiver receiver =
                parts.add(NotificationReceiver.open(address, NotificationStore.inFolder(watched.state)));
        mount.serve(receiver);
        OutgoingClient egress = parts.add(OutgoingClient.builder().build());
        ProducerConnection producer = watched.peer.producer(egress, ListOptions.SCOPE);
        ListenCommand.Synced synced = watched.synced;
        ListAction action =
                synced == null ? new Printed() : new Synced(producer, parts.add(open(synced)), synced.copies);
        ListWatch.Builder watch = ListWatch.builder(producer, action)
                .receiver(receiver)
                .heartbeat(Duration.ofSeconds(watched.heartbeat))
                .pollEvery(Duration.ofSeconds(watched.poll));
        lists(producer, named).forEach(watch::list);
        ListWatch unused = parts.add(watch.start());
    }

    private static ListStore open(ListenCommand.Synced synced) throws IOException {
        try {
            return synced.copies.open();
        } catch (ListStoreException e) {
            throw CopyPlace.failure(e);
        }
    }

    private static List<ListId> lists(ProducerConnection producer, List<ListId> named) {
        if (!named.isEmpty()) {
            return named;
        }
        try {
            List<ListId> found = new ListClient(producer)
                    .findAll().stream().map(AttributionList::id).toList();
            if (found.isEmpty()) {
                throw new DataException("The Producer lets us see no list.");
            }
            return found;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    private void announce(URI address) {
        if (command.json) {
            console.json(JsonValue.object()
                    .put("listening", address.toString())
                    .put("pid", ProcessHandle.current().pid())
                    .build());
        } else {
            console.out().println("Listening at " + address);
        }
        console.out().flush();
    }

    /** Has a local copy brought up to date, which prints what has changed. */
    private final class Synced extends Printed {
        private final ProducerConnection producer;
        private final PrintedCopy copy;

        Synced(ProducerConnection producer, ListStore store, CopyOptions options) {
            this.producer = producer;
            this.copy = new PrintedCopy(store, options, console, command.json);
        }

        @Override
        public void changed(AttributionList list) throws IOException, InterruptedException {
            // Whether it was done or stopped by the guard: it has said so, and the next version may be right again
            int unused = copy.sync(producer, list.id());
            console.out().flush();
        }
    }

    /** Says what a person or a script wants to know of a list. */
    private class Printed implements ListAction {
        @Override
        public void changed(AttributionList list) throws Exception {
            if (command.json) {
                console.json(JsonValue.object()
                        .put("list", list.id().value())
                        .putIfPresent("version", list.version())
                        .putIfPresent("quantity", list.quantity() == null ? null : JsonValue.of(list.quantity()))
                        .build());
            } else {
                console.out()
                        .println("List " + list.id().value() + " is in version "
                                + Console.printable(String.valueOf(list.version()))
                                + (list.quantity() == null ? "." : ", with " + list.quantity() + " members."));
            }
            console.out().flush();
        }

        @Override
        public void gone(ListId list) {
            if (command.json) {
                console.json(JsonValue.object()
                        .put("list", list.value())
                        .put("gone", true)
                        .build());
            } else {
                console.out().println("List " + list.value() + " is not there any more.");
            }
            console.out().flush();
        }

        @Override
        public void watched(ListId list, boolean notified) {
            console.err()
                    .println("List " + list.value()
                            + (notified
                                    ? ": notifications come."
                                    : ": no notifications yet; looking at it now and then."));
        }
    }
}
