package dev.atr.spring.boot.starter;

import dev.atr.consumer.ProducerConnection;
import dev.atr.consumer.discovery.ListClient;
import dev.atr.consumer.export.BulkExportClient;
import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** The payers whose lists are received, by name. Thread-safe; opens nothing and closes nothing. */
public final class PayerConnections {
    private final Map<String, Payer> payers = new TreeMap<>();

    /** The clients stay, since they remember what they found out about a Producer. */
    private record Payer(ProducerConnection connection, ListClient lists, BulkExportClient exports) {}

    /** Takes connections by the names of the payers, for hosts that make them by themselves. */
    public PayerConnections(Map<String, ProducerConnection> connections) {
        connections.forEach((name, connection) ->
                payers.put(name, new Payer(connection, new ListClient(connection), new BulkExportClient(connection))));
    }

    /** Returns the names of all payers. */
    public SortedSet<String> names() {
        return Collections.unmodifiableSortedSet(new TreeSet<>(payers.keySet()));
    }

    /**
     * Returns the connection to a payer, for clients of other kinds, such as {@code ListSync} and {@code ListWatch}.
     *
     * @throws IllegalArgumentException when there is no payer of this name; the message names those that there are
     */
    public ProducerConnection connection(String payer) {
        return payer(payer).connection();
    }

    /**
     * Returns the client that finds lists of a payer.
     *
     * @throws IllegalArgumentException as {@link #connection}
     */
    public ListClient lists(String payer) {
        return payer(payer).lists();
    }

    /**
     * Returns the client that exports lists of a payer.
     *
     * @throws IllegalArgumentException as {@link #connection}
     */
    public BulkExportClient exports(String payer) {
        return payer(payer).exports();
    }

    private Payer payer(String name) {
        Payer payer = payers.get(Objects.requireNonNull(name, "payer"));
        if (payer == null) {
            throw new IllegalArgumentException("no payer " + name + " among " + payers.keySet());
        }
        return payer;
    }

    /** Returns the names. */
    @Override
    public String toString() {
        return "PayerConnections" + payers.keySet();
    }
}
