package dev.atr.producer.jdbc;

import dev.atr.auth.server.SigningKeyStore;
import dev.atr.auth.server.StoredSigningKey;
import java.time.Instant;
import java.util.List;

/** The signing keys of all nodes on one ledger: the primary key decides which node made the key of a period. */
final class SigningKeyTable implements SigningKeyStore {
    private final Database database;

    SigningKeyTable(Database database) {
        this.database = database;
    }

    @Override
    public boolean insertIfAbsent(StoredSigningKey key, Instant now) {
        return database.shared("keeping a signing key", session -> {
            session.update("delete from atr.signing_key where ends <= ?", Session.timestamp(now));
            return session.insertIfAbsent(
                    "insert into atr.signing_key (begins, ends, secret) values (?, ?, ?)",
                    Session.timestamp(key.begin()),
                    Session.timestamp(key.end()),
                    key.secret());
        });
    }

    @Override
    public List<StoredSigningKey> live(Instant now) {
        return database.shared(
                "reading signing keys",
                session -> session.list(
                        "select begins, ends, secret from atr.signing_key where ends > ? order by begins",
                        row -> new StoredSigningKey(
                                Session.instant(row, "begins"), Session.instant(row, "ends"), row.getString("secret")),
                        Session.timestamp(now)));
    }

    @Override
    public boolean remove(Instant begin) {
        return database.shared(
                "removing a signing key",
                session ->
                        session.update("delete from atr.signing_key where begins = ?", Session.timestamp(begin)) > 0);
    }
}
