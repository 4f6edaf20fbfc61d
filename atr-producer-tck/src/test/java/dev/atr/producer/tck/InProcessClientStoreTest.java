package dev.atr.producer.tck;

import dev.atr.auth.server.ClientStore;

class InProcessClientStoreTest extends ClientStoreContract {
    @Override
    protected ClientStore emptyStore() {
        return ClientStore.inProcess();
    }
}
