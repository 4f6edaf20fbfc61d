package dev.atr.examples.abuse;

import dev.atr.auth.server.ReplayMemory;
import dev.atr.examples.Postgres;
import dev.atr.producer.jdbc.Ledger;
import dev.atr.producer.jdbc.LedgerOptions;
import java.sql.SQLException;
import java.time.Clock;

/** A PostgreSQL database whose replay memory several nodes share, each over connections of its own. */
final class SharedMemory {
    private final Payer payer;
    private final String url;

    SharedMemory(Payer payer) throws SQLException {
        this.payer = payer;
        this.url = Postgres.freshDatabase();
    }

    /** Returns the memory as one more node sees it, which goes by a clock of its own. */
    ReplayMemory open(Clock clock) {
        LedgerOptions options = LedgerOptions.ofUrl(url)
                .credentials(Postgres.USER, Postgres.PASSWORD)
                .clock(clock);
        return payer.opened(Ledger.open(options)).replayMemory();
    }
}
