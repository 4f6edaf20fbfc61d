package dev.atr.producer.jdbc;

import dev.atr.auth.Scopes;
import dev.atr.auth.server.ClientStore;
import dev.atr.auth.server.StoredClient;
import dev.atr.auth.server.StoredClient.KeySource;
import java.net.URI;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The registrations of all nodes on one ledger. */
final class Clients implements ClientStore {
    private static final String INSERT = "insert into atr.client"
            + " (jwks, jwks_url, scopes, permitted_lists, enabled, client_id) values (?, ?, ?, ?, ?, ?)";
    private static final String UPDATE = "update atr.client"
            + " set jwks = ?, jwks_url = ?, scopes = ?, permitted_lists = ?, enabled = ? where client_id = ?";

    private final Database database;

    Clients(Database database) {
        this.database = database;
    }

    @Override
    public Optional<StoredClient> find(String clientId) {
        if (clientId.indexOf('\0') >= 0) {
            // No text of PostgreSQL holds one.
            return Optional.empty();
        }
        return database.shared(
                "finding a client",
                session -> session.first("select * from atr.client where client_id = ?", Clients::client, clientId));
    }

    @Override
    public void put(StoredClient client) {
        KeySource keys = client.keys();
        String jwks = keys instanceof KeySource.Jwks given ? given.json() : null;
        String url = keys instanceof KeySource.JwksUrl at ? at.url().toString() : null;
        Set<String> lists = client.permittedLists();
        @Nullable
        Object[] values = {
            jwks,
            url,
            client.scopes().text(),
            lists == null ? null : String.join(" ", lists),
            client.enabled(),
            client.clientId()
        };
        database.shared("putting a client", session -> {
            // Whoever comes between the two statements was first, and is replaced.
            boolean there = session.update(UPDATE, values) > 0 || session.insertIfAbsent(INSERT, values);
            return there || session.update(UPDATE, values) > 0;
        });
    }

    @Override
    public boolean remove(String clientId) {
        return find(clientId).isPresent()
                && database.shared(
                        "removing a client",
                        session -> session.update("delete from atr.client where client_id = ?", clientId) > 0);
    }

    private static StoredClient client(ResultSet row) throws SQLException {
        return new StoredClient(
                row.getString("client_id"),
                keys(row.getString("jwks"), row.getString("jwks_url")),
                Scopes.parse(row.getString("scopes")),
                lists(row.getString("permitted_lists")),
                row.getBoolean("enabled"));
    }

    private static KeySource keys(@Nullable String jwks, @Nullable String url) {
        if (jwks != null) {
            return new KeySource.Jwks(jwks);
        }
        return url == null ? new KeySource.None() : new KeySource.JwksUrl(URI.create(url));
    }

    private static @Nullable Set<String> lists(@Nullable String text) {
        if (text == null) {
            return null;
        }
        return text.isEmpty() ? Set.of() : Set.of(text.split(" ", -1));
    }
}
