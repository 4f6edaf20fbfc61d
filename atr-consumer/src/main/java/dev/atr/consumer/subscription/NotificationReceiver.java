package dev.atr.consumer.subscription;

import dev.atr.core.attribution.ListId;
import dev.atr.core.fhir.OperationOutcome.IssueCode;
import dev.atr.core.fhir.ResourceKey;
import dev.atr.core.fhir.ResourceType;
import dev.atr.http.FhirHandler;
import dev.atr.http.FhirRequest;
import dev.atr.http.FhirResponse;
import dev.atr.http.HttpHeaders;
import dev.atr.http.Origin;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The endpoint to which Producers send notifications: one method, to be mounted in whatever web stack the host runs.
 *
 * <p>Each Subscription has an address of its own below this one, and a secret; a request without either is refused before
 * its body is read (404, 401), and so is what is no notification (400), is larger than {@value Notification#MAX_BYTES}
 * bytes (413), or belongs to another Subscription than the one that was asked for (404). The answer is 200 when what came
 * is safe in the {@link NotificationStore}, and 503 when it can't be: the Producer then sends it again. Listeners are told
 * after that, by a thread of this receiver.
 *
 * <p>What a notification says beside numbers is not acted upon: no address in it is ever called.
 *
 * <p>Thread-safe. Running until {@link #close}.
 *
 * @see <a href="http://hl7.org/fhir/uv/subscriptions-backport/STU1.1/channels.html">Subscriptions R5 Backport 1.1.0,
 *     REST-Hook</a>
 */
public final class NotificationReceiver implements FhirHandler, AutoCloseable {
    /** How long a missing event is waited for before it is given up: 60 s. */
    public static final Duration GAP_WAIT = Duration.ofSeconds(60);

    private static final Logger LOG = LoggerFactory.getLogger(NotificationReceiver.class);
    private static final Duration LOOK = Duration.ofSeconds(1);

    private final URI address;
    private final NotificationStore store;
    private final Map<String, Inbox> inboxes = new ConcurrentHashMap<>();
    private final LookThread thread;
    private final AtomicBoolean called = new AtomicBoolean();

    private NotificationReceiver(URI address, NotificationStore store, Duration look) {
        Origin.of(address);
        String text = address.toString();
        this.address = text.endsWith("/") ? URI.create(text.substring(0, text.length() - 1)) : address;
        this.store = Objects.requireNonNull(store, "store");
        store.load().forEach(kept -> inboxes.put(kept.key(), inbox(kept)));
        this.thread = new LookThread("atr-notifications", look);
        thread.look(this::look, look);
    }

    /**
     * Opens a receiver.
     *
     * @param address where Producers reach the place at which this handler is mounted, for example
     *     {@code https://provider.example/notify}
     * @param store what it remembers
     * @throws IllegalArgumentException when the address is no web address
     * @throws UncheckedIOException when the store can't be read
     */
    public static NotificationReceiver open(URI address, NotificationStore store) {
        return new NotificationReceiver(address, store, LOOK);
    }

    /** Opens a receiver for which time passes in another way: a second is as long as {@code look}. */
    static NotificationReceiver open(URI address, NotificationStore store, Duration look) {
        return new NotificationReceiver(address, store, look);
    }

    private Inbox inbox(ExpectedSubscription subscription) {
        return new Inbox(subscription, store, (int) GAP_WAIT.toSeconds());
    }

    /**
     * Begins to take notifications of one list's changes; or goes on, where that was asked for before, in this process
     * or an earlier one. What came meanwhile is told now. The Subscription itself is made by a {@link SubscriptionClient},
     * with {@link #endpoint} and {@link ExpectedSubscription#secret}.
     *
     * @param fhirBase the Producer
     * @param listener is told what comes, in place of the one before
     * @throws UncheckedIOException when it can't be remembered
     */
    public ExpectedSubscription expect(URI fhirBase, ListId list, NotificationListener listener) {
        URI base = base(fhirBase);
        synchronized (inboxes) {
            Inbox inbox = find(base, list);
            if (inbox == null) {
                ExpectedSubscription begun = ExpectedSubscription.begun(base, list);
                store.save(begun);
                inbox = inbox(begun);
                inboxes.put(begun.key(), inbox);
            }
            inbox.listen(listener);
            call();
            return inbox.state();
        }
    }

    /** Returns what is expected of one list's changes; empty when nothing is. */
    public Optional<ExpectedSubscription> expected(URI fhirBase, ListId list) {
        Inbox inbox = find(base(fhirBase), list);
        return inbox == null ? Optional.empty() : Optional.of(inbox.state());
    }

    /**
     * Ends to take notifications of one list's changes: they are answered with 404 from now on. What was not told yet is
     * not told any more.
     *
     * @throws UncheckedIOException when what is remembered of it can't be removed
     */
    public void forget(URI fhirBase, ListId list) {
        synchronized (inboxes) {
            Inbox inbox = find(base(fhirBase), list);
            if (inbox != null) {
                inbox.forget();
                inboxes.remove(inbox.state().key());
            }
        }
    }

    /** Returns the endpoint of a Subscription, which is to be kept secret as far as it can be. */
    public URI endpoint(ExpectedSubscription subscription) {
        return URI.create(address + "/" + subscription.key());
    }

    /** Returns what has come of a Subscription that is {@linkplain #expect expected}. */
    Inbox inbox(String key) {
        return Objects.requireNonNull(inboxes.get(key), "key");
    }

    private @Nullable Inbox find(URI base, ListId list) {
        return inboxes.values().stream()
                .filter(inbox -> inbox.state().fhirBase().equals(base)
                        && inbox.state().list().equals(list))
                .findFirst()
                .orElse(null);
    }

    private static URI base(URI fhirBase) {
        String text = fhirBase.toString();
        return text.endsWith("/") ? URI.create(text.substring(0, text.length() - 1)) : fhirBase;
    }

    @Override
    public FhirResponse handle(FhirRequest request) {
        Inbox inbox = inboxes.get(request.path().substring(1));
        if (inbox == null) {
            return FhirResponse.notFound();
        }
        return new NotificationEndpoint(inbox.state().secret(), notification -> take(inbox, notification))
                .handle(request);
    }

    private FhirResponse take(Inbox inbox, Notification notification) {
        ExpectedSubscription expected = inbox.state();
        Optional<String> id = idAt(expected.fhirBase(), notification.subscription());
        if (id.isEmpty() || (expected.id() != null && !expected.id().equals(id.get()))) {
            LOG.warn(
                    "a {} of a Subscription that was not asked for came to the endpoint of {}",
                    notification.type().code(),
                    expected.list().key().reference());
            return FhirResponse.error(404, IssueCode.NOT_FOUND, "This Subscription is not known here.");
        }
        try {
            if (!inbox.take(notification, id.get())) {
                return FhirResponse.unavailable();
            }
        } catch (UncheckedIOException e) {
            LOG.warn("a notification can't be kept: {}", e.getMessage());
            return FhirResponse.unavailable();
        }
        call();
        return FhirResponse.of(200, HttpHeaders.none());
    }

    /** Returns the id in a reference to a Subscription of this Producer. */
    private static Optional<String> idAt(URI fhirBase, String reference) {
        Optional<ResourceKey> key =
                ResourceKey.ofReference(reference).filter(found -> found.type().equals(ResourceType.SUBSCRIPTION));
        if (key.isEmpty() || reference.startsWith(ResourceType.SUBSCRIPTION.code() + "/")) {
            return key.map(ResourceKey::id);
        }
        try {
            URI address = URI.create(reference);
            String path = fhirBase.getPath() + "/" + key.get().reference();
            boolean here = Origin.of(fhirBase).contains(address)
                    && (address.getPath().equals(path) || address.getPath().startsWith(path + "/_history/"));
            return here ? key.map(ResourceKey::id) : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** Has the thread tell what there is, soon; calls that come before it does are one. */
    private void call() {
        if (called.compareAndSet(false, true)) {
            // When it is closed, what was taken is told by the next receiver.
            thread.soon(this::tell);
        }
    }

    private void look() {
        inboxes.values().forEach(Inbox::pass);
        tell();
    }

    private void tell() {
        called.set(false);
        inboxes.values().forEach(Inbox::tell);
    }

    /**
     * Takes nothing more, and answers 503. Ends the thread, after what it is telling now, which is interrupted after ten
     * seconds and waited for for ten more. What was not told is told by the next receiver of this store.
     */
    @Override
    public void close() {
        inboxes.values().forEach(Inbox::close);
        thread.close();
        inboxes.values().forEach(Inbox::leave);
    }
}
