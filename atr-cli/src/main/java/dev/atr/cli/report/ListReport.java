package dev.atr.cli.report;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDateTime;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a page says of a copied list, read from the tables that {@code docs/sync.md} describes. Memory grows with providers
 * and runs, and with the rows that are asked for, not with the list.
 *
 * @param header what the list says of itself
 * @param members how many people are on it
 * @param history how many were on it after each run that changed the copy, oldest first
 * @param months who came and went, by month, oldest first; the first copy is no change
 * @param providers by how many members they have
 * @param plans by how many members they have
 * @param changes the latest changes
 * @param changesInAll how many changes there are
 * @param people members, by name
 */
record ListReport(
        Header header,
        long members,
        List<Point> history,
        List<Month> months,
        List<Share> providers,
        List<Share> plans,
        List<Change> changes,
        long changesInAll,
        List<Person> people) {
    private static final String FIRST_RUN =
            "(select coalesce(min(run), 0) from atr_sync.sync_run where list_key = ? and state = 'applied')";

    record Header(
            String payer,
            String list,
            @Nullable String name,
            @Nullable String status,
            @Nullable String contractStart,
            @Nullable String contractEnd,
            @Nullable String version,
            @Nullable LocalDateTime asOf,
            @Nullable LocalDateTime synced) {}

    record Point(LocalDateTime time, long members) {}

    record Month(YearMonth month, long came, long went) {}

    /**
     * What a provider or plan has of the list.
     *
     * @param code reference of the provider, or the plan; empty where there is none
     * @param members how many people
     * @param came changes after the first copy that brought it a member
     * @param went changes that took one away
     */
    record Share(
            String code, @Nullable String name, @Nullable String npi, long members, long came, long went) {}

    record Change(
            LocalDateTime time,
            String kind,
            String patient,
            @Nullable String memberId,
            @Nullable String family,
            @Nullable String given,
            @Nullable String before,
            @Nullable String after) {}

    record Person(
            String patient,
            @Nullable String memberId,
            @Nullable String family,
            @Nullable String given,
            @Nullable String birthDate,
            @Nullable String provider,
            @Nullable String plan,
            @Nullable String start,
            @Nullable String end) {}

    /**
     * Reads it.
     *
     * @param rows most changes, and most people; 0 leaves people out
     */
    static ListReport read(Connection database, CopiedLists.Found copy, int rows) throws SQLException {
        Query query = new Query(database);
        Header header = query.rows(
                        "select l.*, p.fhir_base from atr_sync.attribution_list l"
                                + " join atr_sync.payer p on p.payer_key = l.payer_key where l.list_key = ?",
                        row -> new Header(
                                row.getString("fhir_base"),
                                row.getString("list_id"),
                                row.getString("name"),
                                row.getString("status"),
                                row.getString("contract_start"),
                                row.getString("contract_end"),
                                row.getString("version"),
                                row.getObject("transaction_time", LocalDateTime.class),
                                row.getObject("synced", LocalDateTime.class)),
                        copy.key())
                .get(0);
        return new ListReport(
                header,
                query.count(
                        "select count(distinct patient) from atr_sync.member where list_key = ? and not inactive",
                        copy.key()),
                query.rows(
                        "select transaction_time, members from atr_sync.sync_run where list_key = ?"
                                + " and state = 'applied' order by run",
                        row -> new Point(row.getObject(1, LocalDateTime.class), row.getLong(2)),
                        copy.key()),
                months(query, copy.key()),
                providers(query, copy),
                query.rows(
                        "select coalesce(plan, ''), count(distinct patient) from atr_sync.current_member"
                                + " where fhir_base = ? and list_id = ? group by coalesce(plan, '') order by 2 desc, 1",
                        row -> new Share(row.getString(1), null, null, row.getLong(2), 0, 0),
                        copy.payer(),
                        copy.list()),
                rows == 0 ? List.of() : changes(query, copy.key(), rows),
                query.count("select count(*) from atr_sync.member_change where list_key = ?", copy.key()),
                rows == 0 ? List.of() : people(query, copy, rows));
    }

    private static List<Month> months(Query query, int key) throws SQLException {
        Map<YearMonth, Month> months = new TreeMap<>();
        query.rows(
                "select r.transaction_time, c.kind, count(*) from atr_sync.member_change c"
                        + " join atr_sync.sync_run r on r.run = c.run where c.list_key = ? and c.run > " + FIRST_RUN
                        + " and c.kind in ('new', 'dropped') group by r.run, r.transaction_time, c.kind",
                row -> months.merge(
                        YearMonth.from(row.getObject(1, LocalDateTime.class)),
                        row.getString(2).equals("new")
                                ? new Month(YearMonth.from(row.getObject(1, LocalDateTime.class)), row.getLong(3), 0)
                                : new Month(YearMonth.from(row.getObject(1, LocalDateTime.class)), 0, row.getLong(3)),
                        (one, other) -> new Month(one.month(), one.came() + other.came(), one.went() + other.went())),
                key,
                key);
        return List.copyOf(months.values());
    }

    private static List<Share> providers(Query query, CopiedLists.Found copy) throws SQLException {
        Map<String, Long> came = moved(query, copy.key(), "provider", "provider_before");
        Map<String, Long> went = moved(query, copy.key(), "provider_before", "provider");
        List<Share> shares = new ArrayList<>(query.rows(
                "select provider, min(provider_name), min(npi), count(distinct patient) from atr_sync.current_member"
                        + " where fhir_base = ? and list_id = ? group by provider order by 4 desc, 1",
                row -> new Share(
                        row.getString(1),
                        row.getString(2),
                        row.getString(3),
                        row.getLong(4),
                        came.getOrDefault(row.getString(1), 0L),
                        went.getOrDefault(row.getString(1), 0L)),
                copy.payer(),
                copy.list()));
        shares.forEach(share -> {
            came.remove(share.code());
            went.remove(share.code());
        });
        // Those that have lost all of their members
        went.forEach((provider, count) ->
                shares.add(new Share(provider, null, null, 0, came.getOrDefault(provider, 0L), count)));
        return shares;
    }

    /** Returns how many changes have named a provider on one side, and not on the other. */
    private static Map<String, Long> moved(Query query, int key, String column, String other) throws SQLException {
        Map<String, Long> moved = new HashMap<>();
        query.rows(
                "select " + column + ", count(*) from atr_sync.member_change where list_key = ? and run > " + FIRST_RUN
                        + " and " + column + " is not null and " + column + " is distinct from " + other + " group by "
                        + column,
                row -> moved.put(row.getString(1), row.getLong(2)),
                key,
                key);
        return moved;
    }

    private static List<Change> changes(Query query, int key, int rows) throws SQLException {
        return query.rows(
                "select r.transaction_time, c.*, p.member_id, p.family, p.given, vb.name as name_before,"
                        + " va.name as name_after from (select * from atr_sync.member_change where list_key = ?"
                        + " order by run desc, change_no fetch first " + rows + " rows only) c"
                        + " join atr_sync.sync_run r on r.run = c.run"
                        + " join atr_sync.attribution_list l on l.list_key = c.list_key"
                        + " left join atr_sync.patient p on p.payer_key = l.payer_key and p.ref = c.patient"
                        + " left join atr_sync.provider vb on vb.payer_key = l.payer_key and vb.ref = c.provider_before"
                        + " left join atr_sync.provider va on va.payer_key = l.payer_key and va.ref = c.provider"
                        + " order by c.run desc, c.change_no",
                row -> new Change(
                        row.getObject("transaction_time", LocalDateTime.class),
                        row.getString("kind"),
                        row.getString("patient"),
                        row.getString("member_id"),
                        row.getString("family"),
                        row.getString("given"),
                        attribution(
                                row.getString("name_before"),
                                row.getString("provider_before"),
                                row.getString("coverage_before"),
                                row.getString("start_before"),
                                row.getString("end_before")),
                        attribution(
                                row.getString("name_after"),
                                row.getString("provider"),
                                row.getString("coverage"),
                                row.getString("period_start"),
                                row.getString("period_end"))),
                key);
    }

    private static @Nullable String attribution(
            @Nullable String name,
            @Nullable String provider,
            @Nullable String coverage,
            @Nullable String start,
            @Nullable String end) {
        if (provider == null) {
            return null;
        }
        List<String> parts = new ArrayList<>();
        if (!provider.isEmpty()) {
            parts.add(name == null ? provider : name);
        }
        if (coverage != null && !coverage.isEmpty()) {
            parts.add(coverage);
        }
        if (start != null && !start.isEmpty()) {
            parts.add(start + " – " + (end == null ? "" : end));
        }
        return String.join(", ", parts);
    }

    private static List<Person> people(Query query, CopiedLists.Found copy, int rows) throws SQLException {
        return query.rows(
                "select * from atr_sync.current_member where fhir_base = ? and list_id = ?"
                        + " order by family, given, patient, provider fetch first " + rows + " rows only",
                row -> new Person(
                        row.getString("patient"),
                        row.getString("member_id"),
                        row.getString("family"),
                        row.getString("given"),
                        row.getString("birth_date"),
                        row.getString("provider_name") == null
                                ? row.getString("provider")
                                : row.getString("provider_name"),
                        row.getString("plan"),
                        row.getString("period_start"),
                        row.getString("period_end")),
                copy.payer(),
                copy.list());
    }

    /** Returns how many are on the list, and nobody of them. */
    @Override
    public String toString() {
        return "ListReport[" + members + " members]";
    }

    /** Runs queries. */
    private record Query(Connection database) {
        <T> List<T> rows(String sql, Reader<T> reader, Object... parameters) throws SQLException {
            List<T> rows = new ArrayList<>();
            try (PreparedStatement statement = database.prepareStatement(sql)) {
                for (int i = 0; i < parameters.length; i++) {
                    statement.setObject(i + 1, parameters[i]);
                }
                try (ResultSet row = statement.executeQuery()) {
                    while (row.next()) {
                        rows.add(reader.read(row));
                    }
                }
            }
            return rows;
        }

        long count(String sql, Object... parameters) throws SQLException {
            return rows(sql, row -> row.getLong(1), parameters).get(0);
        }
    }

    /** Reads the row on which a result stands. */
    private interface Reader<T> {
        T read(ResultSet row) throws SQLException;
    }
}
