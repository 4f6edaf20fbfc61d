package dev.atr.subscriptions;

import dev.atr.core.attribution.ListId;
import dev.atr.producer.spi.subscription.StoredSubscription;
import dev.atr.producer.spi.subscription.SubscriptionStore;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Subscriptions in memory: for one process, whose end is also theirs. */
public final class InMemorySubscriptions implements SubscriptionStore {
    private final Object lock = new Object();
    private final TreeMap<String, Entry> entries = new TreeMap<>();

    private record Entry(StoredSubscription subscription, int newest) {
        boolean isDue(Instant now) {
            return subscription.isDue(now, newest);
        }
    }

    /** Creates a store without Subscriptions. */
    public InMemorySubscriptions() {}

    @Override
    public boolean add(StoredSubscription subscription, int most) {
        synchronized (lock) {
            if (entries.containsKey(subscription.id())) {
                throw new IllegalArgumentException("a Subscription of this id exists");
            }
            if (ofClient(subscription.owner().clientId()).size() >= most) {
                return false;
            }
            entries.put(subscription.id(), new Entry(subscription, 0));
            return true;
        }
    }

    @Override
    public Optional<StoredSubscription> find(String id) {
        synchronized (lock) {
            return Optional.ofNullable(entries.get(id)).map(Entry::subscription);
        }
    }

    @Override
    public boolean replace(StoredSubscription next) {
        synchronized (lock) {
            Entry old = entries.get(next.id());
            if (old == null || old.subscription().revision() != next.revision() - 1) {
                return false;
            }
            boolean sameList = old.subscription().list().equals(next.list());
            entries.put(next.id(), new Entry(next, sameList ? old.newest() : 0));
            return true;
        }
    }

    @Override
    public boolean remove(String id) {
        synchronized (lock) {
            return entries.remove(id) != null;
        }
    }

    @Override
    public List<StoredSubscription> ofClient(String clientId) {
        synchronized (lock) {
            return entries.values().stream()
                    .map(Entry::subscription)
                    .filter(subscription -> subscription.owner().clientId().equals(clientId))
                    .toList();
        }
    }

    @Override
    public void changed(ListId list, int version) {
        synchronized (lock) {
            entries.replaceAll((id, entry) -> entry.subscription().list().equals(list) && entry.newest() < version
                    ? new Entry(entry.subscription(), version)
                    : entry);
        }
    }

    @Override
    public List<String> due(Instant now, int limit) {
        synchronized (lock) {
            return entries.values().stream()
                    .filter(entry -> entry.isDue(now))
                    .map(Entry::subscription)
                    .sorted(Comparator.comparing((StoredSubscription subscription) -> subscription.failures() > 0)
                            .thenComparing(InMemorySubscriptions::since))
                    .limit(limit)
                    .map(StoredSubscription::id)
                    .toList();
        }
    }

    /** Those without a time of their own have waited since their list changed, which was just now. */
    private static Instant since(StoredSubscription subscription) {
        return Optional.ofNullable(subscription.dueAt()).orElse(Instant.MAX);
    }

    @Override
    public Set<ListId> lists() {
        synchronized (lock) {
            return entries.values().stream()
                    .map(Entry::subscription)
                    .filter(subscription -> subscription.status().isLive())
                    .map(StoredSubscription::list)
                    .collect(Collectors.toSet());
        }
    }
}
