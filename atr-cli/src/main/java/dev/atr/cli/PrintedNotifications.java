package dev.atr.cli;

import dev.atr.consumer.subscription.Notification;
import dev.atr.core.json.JsonValue;

/** Prints each notification as it comes, for whoever wants to see what a Producer sends. */
final class PrintedNotifications {
    private final Console console;
    private final boolean json;

    PrintedNotifications(Console console, boolean json) {
        this.console = console;
        this.json = json;
    }

    synchronized void print(Notification notification) {
        if (json) {
            console.json(JsonValue.object()
                    .put("type", notification.type().code())
                    .put("subscription", notification.subscription())
                    .putIfPresent(
                            "eventCount",
                            notification.eventCount() == null ? null : JsonValue.of(notification.eventCount()))
                    .put(
                            "events",
                            JsonValue.array(notification.events().stream()
                                    .map(event -> JsonValue.object()
                                            .put("number", event.number())
                                            .putIfPresent("focus", event.focus())
                                            .build())
                                    .toList()))
                    .build());
        } else if (notification.events().isEmpty()) {
            console.out().println(notification.type().code() + " of " + Console.printable(notification.subscription()));
        } else {
            notification
                    .events()
                    .forEach(event -> console.out()
                            .println("event " + event.number() + " of "
                                    + Console.printable(notification.subscription())
                                    + (event.focus() == null ? "" : ": " + Console.printable(event.focus()))));
        }
        console.out().flush();
    }
}
