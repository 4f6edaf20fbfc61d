package dev.atr.producer.tck;

import dev.atr.auth.server.SigningKeyStore;
import java.util.function.UnaryOperator;

class InProcessSigningKeyStoreTest extends SigningKeyStoreContract {
    @Override
    protected SigningKeyStore emptyStore() {
        UnaryOperator<String> turned = text -> new StringBuilder(text).reverse().toString();
        return SigningKeyStore.inProcess().protectedBy(turned, turned);
    }
}
