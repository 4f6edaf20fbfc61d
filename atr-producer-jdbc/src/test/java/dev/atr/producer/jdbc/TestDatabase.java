package dev.atr.producer.jdbc;

import dev.atr.http.HandClock;
import java.time.Clock;
import java.time.ZoneId;
import java.util.Set;

/** The databases on which the ledger runs. */
enum TestDatabase {
    H2 {
        @Override
        LedgerOptions options() {
            return LedgerOptions.inMemory();
        }
    },
    POSTGRESQL {
        @Override
        LedgerOptions options() {
            return Postgres.freshSchema();
        }
    };

    abstract LedgerOptions options();

    /** Opens an empty ledger in which the caller of the fixture may see its list. */
    Ledger open(Clock clock) {
        Ledger ledger = Ledger.open(options().clock(clock).zone(ZoneId.of("America/Chicago")));
        ledger.entitle(LedgerFixture.CALLER.clientId(), Set.of(LedgerFixture.LIST));
        return ledger;
    }

    Ledger open() {
        return open(new HandClock("2026-06-01T12:00:00Z"));
    }
}
