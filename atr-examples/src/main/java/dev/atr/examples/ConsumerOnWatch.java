package dev.atr.examples;

import dev.atr.consumer.ProducerConnection;
import dev.atr.consumer.subscription.ListAction;
import dev.atr.consumer.subscription.ListWatch;
import dev.atr.consumer.subscription.NotificationReceiver;
import dev.atr.consumer.subscription.NotificationStore;
import dev.atr.core.attribution.ListId;
import dev.atr.http.jdk.FhirHttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;

/** A provider organization that does something whenever a list of a payer has a new version. */
public final class ConsumerOnWatch implements AutoCloseable {
    private final NotificationReceiver receiver;
    private final FhirHttpServer server;
    private final ListWatch watch;

    /**
     * Starts to watch.
     *
     * @param payer with credentials that may read lists and write Subscriptions
     * @param list which list
     * @param action what is done for each new version, an export for example
     * @param endpoint where the payer reaches {@code address}, for example {@code https://provider.example/notify}
     * @param address where to listen; TLS ends in front of it
     * @param state folder for what is remembered of the Subscription
     * @throws IOException when the address can't be bound, or the folder can't be used
     */
    public ConsumerOnWatch(
            ProducerConnection payer,
            ListId list,
            ListAction action,
            URI endpoint,
            InetSocketAddress address,
            Path state)
            throws IOException {
        // README:
        receiver = NotificationReceiver.open(endpoint, NotificationStore.inFolder(state));
        server = FhirHttpServer.builder(receiver)
                .mount("/notify")
                .address(address)
                .start();
        watch = ListWatch.builder(payer, action).list(list).receiver(receiver).start();
        // :README
    }

    /** Ends what was started; the Subscription stays, and the next one goes on with it. */
    @Override
    public void close() {
        watch.close();
        server.close();
        receiver.close();
    }
}
