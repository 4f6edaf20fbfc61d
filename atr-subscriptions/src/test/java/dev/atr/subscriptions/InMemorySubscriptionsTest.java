package dev.atr.subscriptions;

import dev.atr.producer.spi.subscription.SubscriptionStore;
import dev.atr.producer.tck.SubscriptionStoreContract;

class InMemorySubscriptionsTest extends SubscriptionStoreContract {
    @Override
    protected SubscriptionStore emptyStore() {
        return new InMemorySubscriptions();
    }
}
