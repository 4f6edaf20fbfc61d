package dev.atr.producer.jdbc;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atr.auth.server.ClientStore;
import dev.atr.auth.server.ReplayMemory;
import dev.atr.auth.server.SigningKeyStore;
import dev.atr.core.error.TransportException;
import dev.atr.producer.tck.ClientStoreContract;
import dev.atr.producer.tck.ReplayMemoryContract;
import dev.atr.producer.tck.SigningKeyStoreContract;
import java.time.Clock;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;

/** The contracts of what nodes share to authorize, on each database. */
class AuthorizationStoresTest {
    private @Nullable Ledger opened;

    private Ledger open(TestDatabase database, Clock clock) {
        Ledger ledger = database.open(clock);
        opened = ledger;
        return ledger;
    }

    @AfterEach
    void close() {
        if (opened != null) {
            opened.close();
        }
    }

    @Nested
    class ReplayMemoryOnH2 extends ReplayMemoryContract {
        @Override
        protected ReplayMemory emptyMemory(Clock clock) {
            return open(TestDatabase.H2, clock).replayMemory();
        }
    }

    @Nested
    class ReplayMemoryOnPostgres extends ReplayMemoryContract {
        @Override
        protected ReplayMemory emptyMemory(Clock clock) {
            return open(TestDatabase.POSTGRESQL, clock).replayMemory();
        }
    }

    @Nested
    class ClientsOnH2 extends ClientStoreContract {
        @Override
        protected ClientStore emptyStore() {
            return open(TestDatabase.H2, Clock.systemUTC()).clientStore();
        }
    }

    @Nested
    class ClientsOnPostgres extends ClientStoreContract {
        @Override
        protected ClientStore emptyStore() {
            return open(TestDatabase.POSTGRESQL, Clock.systemUTC()).clientStore();
        }
    }

    @Nested
    class SigningKeysOnH2 extends SigningKeyStoreContract {
        @Override
        protected SigningKeyStore emptyStore() {
            return open(TestDatabase.H2, Clock.systemUTC()).signingKeyStore();
        }
    }

    @Nested
    class SigningKeysOnPostgres extends SigningKeyStoreContract {
        @Override
        protected SigningKeyStore emptyStore() {
            return open(TestDatabase.POSTGRESQL, Clock.systemUTC()).signingKeyStore();
        }
    }

    @OnEachDatabase
    void aDatabaseThatIsAwayIsAReasonToTryAgain(TestDatabase database) {
        Ledger ledger = open(database, Clock.systemUTC());
        ledger.close();

        assertThatThrownBy(() -> ledger.replayMemory().insertIfAbsent("one", "jti", Instant.EPOCH))
                .isInstanceOf(TransportException.class);
        assertThatThrownBy(() -> ledger.clientStore().find("one")).isInstanceOf(TransportException.class);
        assertThatThrownBy(() -> ledger.signingKeyStore().live(Instant.EPOCH)).isInstanceOf(TransportException.class);
    }
}
