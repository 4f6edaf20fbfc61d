package dev.atr.benchmarks;

import com.nimbusds.jose.JOSEException;
import dev.atr.auth.server.AuthorizationServer;
import dev.atr.auth.server.ReplayMemory;
import dev.atr.producer.jdbc.Ledger;
import java.io.IOException;
import java.text.ParseException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** Tokens where the replay memory is in a database, which nodes share. */
final class TokenWork {
    private static final long LIFE_SECONDS = 300;

    private TokenWork() {}

    /** Issues access tokens. */
    static final class Issue implements Work {
        private final TokenRequests requests = new TokenRequests();
        private final Ledger ledger;
        private final AuthorizationServer server;
        private final int count;
        private List<byte[]> bodies = List.of();

        Issue(String url, int count) throws ParseException {
            this.ledger = LedgerDatabase.open(url);
            this.server = requests.server(ledger.replayMemory());
            this.count = count;
        }

        @Override
        public void prepare() throws JOSEException {
            bodies = requests.bodies(count);
        }

        @Override
        public long once() throws IOException {
            for (byte[] body : bodies) {
                TokenRequests.token(server, body);
            }
            return bodies.size();
        }

        @Override
        public void close() {
            server.close();
            ledger.close();
        }
    }

    /** Remembers assertions, and nothing else. */
    static final class Remember implements Work {
        private final Ledger ledger;
        private final int count;
        private List<String> ids = List.of();

        Remember(String url, int count) {
            this.ledger = LedgerDatabase.open(url);
            this.count = count;
        }

        @Override
        public void prepare() {
            ids = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                ids.add(UUID.randomUUID().toString());
            }
        }

        @Override
        public long once() {
            ReplayMemory replays = ledger.replayMemory();
            Instant end = Clock.systemUTC().instant().plusSeconds(LIFE_SECONDS);
            for (String id : ids) {
                if (!replays.insertIfAbsent("bench", id, end)) {
                    throw new IllegalStateException("a new assertion is known already");
                }
            }
            return ids.size();
        }

        @Override
        public void close() {
            ledger.close();
        }
    }
}
