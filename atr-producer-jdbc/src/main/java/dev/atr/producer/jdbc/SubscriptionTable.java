package dev.atr.producer.jdbc;

import dev.atr.core.attribution.ListId;
import dev.atr.core.fhir.SubscriptionStatus;
import dev.atr.producer.spi.Caller;
import dev.atr.producer.spi.subscription.StoredSubscription;
import dev.atr.producer.spi.subscription.SubscriptionStore;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Subscriptions in a table that all nodes share. Each change is one statement, so that nobody waits for another's turn. */
final class SubscriptionTable implements SubscriptionStore {
    private static final String LIVE = "status in ('requested', 'active')";

    private static final String COLUMNS = "id, client_id, scope, permitted_lists, list_id, status, error, version,"
            + " last_updated, content, start_version, told, failures, failing_since, due_at, revision";

    private final Database database;

    SubscriptionTable(Database database) {
        this.database = database;
    }

    @Override
    public boolean add(StoredSubscription subscription, int most) {
        return database.write("adding a Subscription", session -> {
            // Whoever counts what a client has takes turns with its like, those who count its exports included.
            session.list("select store_id from atr.export_store for update", row -> 0);
            if (session.exists("select 1 from atr.subscription where id = ?", subscription.id())) {
                throw new IllegalArgumentException("a Subscription of this id exists");
            }
            int there = session.first(
                            "select count(*) from atr.subscription where client_id = ?",
                            row -> row.getInt(1),
                            subscription.owner().clientId())
                    .orElse(0);
            if (there >= most) {
                return false;
            }
            Caller owner = subscription.owner();
            session.update(
                    "insert into atr.subscription (" + COLUMNS
                            + ", newest) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0)",
                    subscription.id(),
                    owner.clientId(),
                    owner.scope(),
                    text(owner.permittedLists()),
                    subscription.list().value(),
                    subscription.status().code(),
                    subscription.error(),
                    subscription.version(),
                    Session.timestamp(subscription.lastUpdated()),
                    subscription.content(),
                    subscription.start(),
                    subscription.told(),
                    subscription.failures(),
                    timestamp(subscription.failingSince()),
                    timestamp(subscription.dueAt()),
                    subscription.revision());
            return true;
        });
    }

    @Override
    public Optional<StoredSubscription> find(String id) {
        return database.read(
                "reading a Subscription",
                session -> session.first(
                        "select " + COLUMNS + " from atr.subscription where id = ?", SubscriptionTable::read, id));
    }

    @Override
    public boolean replace(StoredSubscription next) {
        Caller owner = next.owner();
        String list = next.list().value();
        return database.write(
                "changing a Subscription",
                session -> session.update(
                                "update atr.subscription set client_id = ?, scope = ?, permitted_lists = ?,"
                                        + " newest = case when list_id = ? then newest else 0 end, list_id = ?,"
                                        + " status = ?, error = ?, version = ?, last_updated = ?, content = ?,"
                                        + " start_version = ?, told = ?, failures = ?, failing_since = ?, due_at = ?,"
                                        + " revision = ? where id = ? and revision = ?",
                                owner.clientId(),
                                owner.scope(),
                                text(owner.permittedLists()),
                                list,
                                list,
                                next.status().code(),
                                next.error(),
                                next.version(),
                                Session.timestamp(next.lastUpdated()),
                                next.content(),
                                next.start(),
                                next.told(),
                                next.failures(),
                                timestamp(next.failingSince()),
                                timestamp(next.dueAt()),
                                next.revision(),
                                next.id(),
                                next.revision() - 1)
                        > 0);
    }

    @Override
    public boolean remove(String id) {
        return database.write(
                "removing a Subscription",
                session -> session.update("delete from atr.subscription where id = ?", id) > 0);
    }

    @Override
    public List<StoredSubscription> ofClient(String clientId) {
        return database.read(
                "reading a client's Subscriptions",
                session -> session.list(
                        "select " + COLUMNS + " from atr.subscription where client_id = ? order by id",
                        SubscriptionTable::read,
                        clientId));
    }

    @Override
    public void changed(ListId list, int version) {
        database.write(
                "noting a version for Subscriptions",
                session -> session.update(
                        "update atr.subscription set newest = ? where list_id = ? and newest < ?",
                        version,
                        list.value(),
                        version));
    }

    @Override
    public List<String> due(Instant now, int limit) {
        return database.read(
                "looking for Subscriptions that are due",
                session -> session.list(
                        "select id from atr.subscription where " + LIVE + " and (due_at <= ? or (status = 'active'"
                                + " and failures = 0 and newest > start_version + told))"
                                + " order by case when failures > 0 then 1 else 0 end, case when due_at is null then 1 else 0 end,"
                                + " due_at, id limit ?",
                        row -> row.getString(1),
                        Session.timestamp(now),
                        limit));
    }

    @Override
    public Set<ListId> lists() {
        return new HashSet<>(database.read(
                "looking for lists with Subscriptions",
                session -> session.list(
                        "select distinct list_id from atr.subscription where " + LIVE,
                        row -> new ListId(row.getString(1)))));
    }

    private static StoredSubscription read(ResultSet row) throws SQLException {
        return new StoredSubscription(
                row.getString("id"),
                new Caller(row.getString("client_id"), row.getString("scope"), lists(row.getString("permitted_lists"))),
                new ListId(row.getString("list_id")),
                SubscriptionStatus.of(row.getString("status"))
                        .orElseThrow(() -> new LedgerException("a stored Subscription has a status that is none")),
                row.getString("error"),
                row.getInt("version"),
                Session.instant(row, "last_updated"),
                row.getBytes("content"),
                row.getInt("start_version"),
                row.getInt("told"),
                row.getInt("failures"),
                instant(row, "failing_since"),
                instant(row, "due_at"),
                row.getLong("revision"));
    }

    /** No lists, which is an empty text, are something else than no limit to lists. */
    private static @Nullable String text(@Nullable Set<ListId> lists) {
        return lists == null ? null : lists.stream().map(ListId::value).sorted().collect(Collectors.joining(" "));
    }

    private static @Nullable Set<ListId> lists(@Nullable String text) {
        return text == null
                ? null
                : Stream.of(text.split(" ", -1))
                        .filter(id -> !id.isEmpty())
                        .map(ListId::new)
                        .collect(Collectors.toSet());
    }

    private static @Nullable Object timestamp(@Nullable Instant instant) {
        return instant == null ? null : Session.timestamp(instant);
    }

    private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
        LocalDateTime time = row.getObject(column, LocalDateTime.class);
        return time == null ? null : time.toInstant(ZoneOffset.UTC);
    }
}
