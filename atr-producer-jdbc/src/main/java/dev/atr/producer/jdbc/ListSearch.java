package dev.atr.producer.jdbc;

import dev.atr.core.attribution.AttributionList;
import dev.atr.core.attribution.ListId;
import dev.atr.core.fhir.Identifier;
import dev.atr.core.fhir.ResourceKey;
import dev.atr.core.json.ResourceScanner;
import dev.atr.producer.spi.Caller;
import dev.atr.producer.spi.ListQuery;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A search over the lists that hold now: those that a caller may see, or all of them. */
final class ListSearch {
    private static final int PAGE = 200;

    private final ListQuery query;
    private final List<@Nullable Object> parameters = new ArrayList<>();
    private final String conditions;

    /**
     * Prepares a search.
     *
     * @param caller who asks; absent when it is the payer
     */
    ListSearch(@Nullable Caller caller, ListQuery query) {
        this.query = query;
        StringBuilder sql = new StringBuilder(" where h.to_pos = :forever");
        if (caller != null) {
            sql.append(" and ").append(Entitlements.visible(caller, parameters));
        }
        Set<ListId> ids = query.ids();
        if (ids != null) {
            // Each by itself: so many lists are looked up, and not all gone through
            sql.append(" and (1 = 0")
                    .append(" or h.list_id = ?".repeat(ids.size()))
                    .append(")");
            ids.forEach(id -> parameters.add(id.value()));
        }
        for (List<ListQuery.Token> anyOf : query.identifiers()) {
            sql.append(" and exists (select 1 from atr.list_identifier i where i.list_id = h.list_id"
                    + " and i.to_pos = :forever and (1 = 0");
            anyOf.forEach(token -> sql.append(" or ").append(matching(token)));
            sql.append("))");
        }
        for (List<String> anyOf : query.names()) {
            sql.append(" and (1 = 0");
            for (String name : anyOf) {
                sql.append(" or h.folded_name like ? escape '!'");
                parameters.add(Objects.requireNonNull(ListHeader.folded(name))
                                .replace("!", "!!")
                                .replace("%", "!%")
                                .replace("_", "!_")
                        + "%");
            }
            sql.append(")");
        }
        for (List<ListQuery.TimeSpan> anyOf : query.lastUpdated()) {
            sql.append(" and exists (select 1 from atr.list_version u where u.list_id = h.list_id"
                    + " and u.to_pos = :forever and (1 = 0");
            for (ListQuery.TimeSpan span : anyOf) {
                Instant from = span.from();
                Instant to = span.to();
                sql.append(" or (u.stamp >= ?").append(to == null ? ")" : " and u.stamp < ?)");
                parameters.add(Session.timestamp(from == null ? Instant.EPOCH : Position.roundedUp(from)));
                if (to != null) {
                    parameters.add(Session.timestamp(Position.roundedUp(to)));
                }
            }
            sql.append("))");
        }
        conditions = sql.toString();
    }

    /** Finds one list; the caller is absent when it is the payer. */
    static Optional<AttributionList> find(Session session, @Nullable Caller caller, ListId list) throws SQLException {
        ListQuery one = new ListQuery(Set.of(list), List.of(), List.of(), null, 1);
        return new ListSearch(caller, one).page(session).stream().findFirst();
    }

    /** Returns the lists of the page, ids ascending. */
    List<AttributionList> page(Session session) throws SQLException {
        return query.traits().isEmpty()
                ? candidates(session, query.after(), query.limit())
                : withTraits(session, query.after(), query.limit());
    }

    /**
     * Returns the lists that have the characteristics asked for: those are in no column, so that lists are looked at one
     * by one.
     */
    private List<AttributionList> withTraits(Session session, @Nullable ListId after, int limit) throws SQLException {
        Map<ResourceKey, List<Identifier>> known = new HashMap<>();
        Function<ResourceKey, List<Identifier>> identifiers =
                key -> known.computeIfAbsent(key, one -> identifiers(session, one));
        List<AttributionList> found = new ArrayList<>();
        List<AttributionList> page;
        ListId last = after;
        do {
            page = candidates(session, last, PAGE);
            for (AttributionList list : page) {
                last = list.id();
                if (found.size() < limit && hasTraits(list, identifiers)) {
                    found.add(list);
                }
            }
        } while (page.size() == PAGE && found.size() < limit);
        return found;
    }

    private boolean hasTraits(AttributionList list, Function<ResourceKey, List<Identifier>> identifiers) {
        return query.traits().stream()
                .allMatch(anyOf -> list.characteristics().stream()
                        .anyMatch(trait -> anyOf.stream().anyMatch(wanted -> wanted.matches(trait, identifiers))));
    }

    private static List<Identifier> identifiers(Session session, ResourceKey key) {
        try {
            return session.first(
                            "select json from atr.resource where ref = ? and to_pos = :forever",
                            row -> ResourceScanner.scan(row.getBytes(1)).identifiers(),
                            key.reference())
                    .orElse(List.of());
        } catch (SQLException e) {
            throw LedgerException.during("reading what a list refers to", e);
        }
    }

    private List<AttributionList> candidates(Session session, @Nullable ListId afterId, int limit) throws SQLException {
        List<@Nullable Object> all = new ArrayList<>(parameters);
        String after = "";
        if (afterId != null) {
            after = " and h.list_id > ?";
            all.add(afterId.value());
        }
        all.add(limit);
        return session.list(
                "select h.json, " + ListVersion.COLUMNS + " from atr.list_header h join atr.list_version v"
                        + " on v.list_id = h.list_id and v.to_pos = :forever" + conditions + after
                        + " order by h.list_id limit ?",
                ListSearch::read,
                all.toArray());
    }

    /** Returns how many match in all pages together. */
    int total(Session session) throws SQLException {
        if (!query.traits().isEmpty()) {
            return withTraits(session, null, Integer.MAX_VALUE).size();
        }
        return session.first(
                        "select count(*) from atr.list_header h" + conditions,
                        row -> row.getInt(1),
                        parameters.toArray())
                .orElse(0);
    }

    /** Reads a list from a row that joins its header with its version. */
    static AttributionList read(ResultSet row) throws SQLException {
        return ListVersion.read(row).of(ListHeader.parse(row.getBytes("json")));
    }

    private String matching(ListQuery.Token token) {
        List<String> parts = new ArrayList<>();
        if (token.system() != null) {
            if (token.system().isEmpty()) {
                parts.add("i.id_system is null");
            } else {
                parts.add("i.id_system = ?");
                parameters.add(token.system());
            }
        }
        if (token.value() != null) {
            parts.add("i.id_value = ?");
            parameters.add(token.value());
        }
        return parts.isEmpty() ? "1 = 1" : "(" + String.join(" and ", parts) + ")";
    }
}
