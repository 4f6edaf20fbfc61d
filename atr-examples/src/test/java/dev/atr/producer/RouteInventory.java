package dev.atr.producer;

import dev.atr.producer.internal.routing.Route;
import java.util.List;
import org.jspecify.annotations.NullMarked;

/** The route table as the Producer has it, which only its own package sees. */
@NullMarked
public final class RouteInventory {
    private RouteInventory() {}

    /**
     * One route.
     *
     * @param template the path with its variables
     * @param methods the methods that it answers
     */
    public record Entry(String template, List<String> methods) {}

    /** Returns every route of a Producer. */
    public static List<Entry> of(AtrProducer producer) {
        return producer.routes().stream().map(RouteInventory::entry).toList();
    }

    private static Entry entry(Route route) {
        return new Entry(route.template(), route.methods());
    }
}
