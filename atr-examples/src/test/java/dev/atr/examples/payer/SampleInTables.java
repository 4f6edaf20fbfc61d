package dev.atr.examples.payer;

import dev.atr.core.Canonicals;
import dev.atr.core.attribution.AttributionList;
import dev.atr.core.attribution.ChangeType;
import dev.atr.core.attribution.ListId;
import dev.atr.core.attribution.Member;
import dev.atr.core.fhir.Identifier;
import dev.atr.core.fhir.Period;
import dev.atr.core.fhir.Reference;
import dev.atr.core.fhir.ResourceKey;
import dev.atr.core.json.JsonValue;
import dev.atr.producer.tck.SampleLists;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.Date;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What the contract tests want the tables to hold, written as the payer's own load would write it. */
final class SampleInTables {
    private final Map<String, Set<List<@Nullable Object>>> tables = new TreeMap<>();
    private final Map<String, String> plans = new TreeMap<>();

    private SampleInTables(SampleLists sample) {
        sample.resources().forEach((key, json) -> add(key, JsonValue.parse(json.getBytes(StandardCharsets.UTF_8))));
        sample.lists().forEach(list -> {
            add(list.header());
            list.rows().forEach(row -> add(list.id(), row));
        });
    }

    /** Makes the next load, after which the tables hold this and nothing else. */
    static void load(Connection connection, SampleLists sample) throws SQLException {
        SampleInTables wanted = new SampleInTables(sample);
        connection.setAutoCommit(false);
        int load = rows(connection, "select load_id from loads").size() + 1;
        run(connection, "insert into loads (load_id) values (?)", load);
        for (Map.Entry<String, String> plan : wanted.plans.entrySet()) {
            run(connection, "delete from plans where plan_id = ?", plan.getKey());
            run(connection, "insert into plans values (?, ?)", plan.getKey(), plan.getValue());
        }
        for (String table : wanted.tables.keySet()) {
            write(connection, table, Objects.requireNonNull(wanted.tables.get(table)), load);
        }
        run(
                connection,
                "insert into list_changes select l.list_id, d.load_id from lists l join loads d on d.load_id = ?"
                        + " where l.last_load = 2147483647 and (l.first_load = d.load_id or exists ("
                        + "select 1 from attributions a where a.list_id = l.list_id"
                        + " and (a.first_load = d.load_id or a.last_load = d.load_id - 1)))",
                load);
        run(connection, "delete from list_access");
        for (Map.Entry<String, Set<ListId>> client : sample.entitlements().entrySet()) {
            for (ListId list : client.getValue()) {
                run(connection, "insert into list_access values (?, ?)", client.getKey(), list.value());
            }
        }
        run(connection, "update loads set finished_at = current_timestamp where load_id = ?", load);
        connection.commit();
    }

    /** Ends the rows that are not wanted any more, and writes those that are not there yet. */
    private static void write(Connection connection, String table, Set<List<@Nullable Object>> wanted, int load)
            throws SQLException {
        List<String> columns = columns(connection, table);
        String named = String.join(", ", columns);
        Set<List<@Nullable Object>> held =
                rows(connection, "select " + named + " from " + table + " where last_load = 2147483647");
        for (List<@Nullable Object> row : held) {
            if (!wanted.contains(row)) {
                String same = String.join(" is not distinct from ? and ", columns);
                Object[] values =
                        Stream.concat(Stream.of(load - 1), row.stream()).toArray();
                run(
                        connection,
                        "update " + table + " set last_load = ? where last_load = 2147483647 and " + same
                                + " is not distinct from ?",
                        values);
            }
        }
        for (List<@Nullable Object> row : wanted) {
            if (!held.contains(row)) {
                run(
                        connection,
                        "insert into " + table + " (" + named + ", first_load) values (" + "?, ".repeat(row.size())
                                + "?)",
                        Stream.concat(row.stream(), Stream.of(load)).toArray());
            }
        }
    }

    private void add(ResourceKey key, JsonValue json) {
        String id = key.id();
        switch (key.type().code()) {
            case "Patient" ->
                add(
                        "members",
                        id,
                        text(json, "name.family"),
                        text(json, "name.given"),
                        day(text(json, "birthDate")),
                        text(json, "gender"));
            case "RelatedPerson" ->
                add("subscribers", id, target(json, "patient", "Patient"), text(json, "name.family"));
            case "Coverage" -> {
                String plan = Objects.requireNonNull(text(json, "class.value"));
                plans.put(plan, Objects.requireNonNull(target(json, "payor", "Organization")));
                add(
                        "enrolments",
                        id,
                        target(json, "beneficiary", "Patient"),
                        text(json, "identifier.value"),
                        target(json, "subscriber", "RelatedPerson"),
                        target(json, "subscriber", "Patient"),
                        target(json, "policyHolder", "Organization"),
                        plan,
                        text(json, "relationship.coding.code"),
                        day(text(json, "period.start")),
                        day(text(json, "period.end")));
            }
            default ->
                add(
                        "providers",
                        id,
                        key.type().code(),
                        text(json, "identifier.value"),
                        Optional.ofNullable(text(json, "name.family")).orElse(text(json, "name")),
                        text(json, "name.given"),
                        target(json, "practitioner", "Practitioner"),
                        Stream.of("organization", "partOf", "managingOrganization")
                                .flatMap(name -> Stream.ofNullable(target(json, name, "Organization")))
                                .findFirst()
                                .orElse(null),
                        target(json, "location", "Location"));
        }
    }

    private void add(AttributionList list) {
        add(
                "lists",
                list.id().value(),
                list.name(),
                Objects.requireNonNull(list.status()).code(),
                value(list, "https://payer.example/contracts"),
                value(list, Canonicals.NPI),
                value(list, Canonicals.TIN),
                value(list, null),
                id(list.payer()),
                list.characteristics().stream()
                        .map(trait -> trait.other().properties().get(0).json())
                        .map(json -> JsonValue.parse(json.getBytes(StandardCharsets.UTF_8))
                                .text("reference")
                                .orElseThrow())
                        .map(reference ->
                                ResourceKey.ofReference(reference).orElseThrow().id())
                        .findFirst()
                        .orElse(null),
                list.intendedRecipient() == null
                        ? null
                        : list.intendedRecipient().value(),
                start(list.contractPeriod()),
                end(list.contractPeriod()));
    }

    private void add(ListId list, Member row) {
        String ended = ChangeType.CANCELLED.equals(row.changeType()) ? "cancelled" : "ended";
        add(
                "attributions",
                list.value(),
                id(row.patient()),
                id(row.coverage()),
                id(row.provider()),
                start(row.period()),
                end(row.period()),
                row.inactive() ? ended : "active");
    }

    private void add(String table, @Nullable Object... values) {
        tables.computeIfAbsent(table, name -> new HashSet<>()).add(Collections.unmodifiableList(Arrays.asList(values)));
    }

    private static @Nullable String value(AttributionList list, @Nullable String system) {
        return list.identifiers().stream()
                .filter(identifier -> Objects.equals(system, identifier.system()))
                .map(Identifier::value)
                .findFirst()
                .orElse(null);
    }

    private static @Nullable String id(@Nullable Reference reference) {
        return Optional.ofNullable(reference)
                .flatMap(Reference::key)
                .map(ResourceKey::id)
                .orElse(null);
    }

    private static @Nullable LocalDate start(@Nullable Period period) {
        return period == null || period.start() == null
                ? null
                : day(period.start().text());
    }

    private static @Nullable LocalDate end(@Nullable Period period) {
        return period == null || period.end() == null ? null : day(period.end().text());
    }

    private static @Nullable LocalDate day(@Nullable String text) {
        return text == null ? null : LocalDate.parse(text);
    }

    private static @Nullable String text(JsonValue json, String path) {
        return json.all(path).stream()
                .flatMap(value -> value.text().stream())
                .findFirst()
                .orElse(null);
    }

    /** Returns the id of the resource that is referred to, when it is of the type. */
    private static @Nullable String target(JsonValue json, String name, String type) {
        return Optional.ofNullable(text(json, name + ".reference"))
                .flatMap(ResourceKey::ofReference)
                .filter(key -> key.type().code().equals(type))
                .map(ResourceKey::id)
                .orElse(null);
    }

    private static void run(Connection connection, String sql, @Nullable Object... values) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < values.length; i++) {
                statement.setObject(i + 1, values[i]);
            }
            statement.executeUpdate();
        }
    }

    private static Set<List<@Nullable Object>> rows(Connection connection, String sql) throws SQLException {
        Set<List<@Nullable Object>> all = new HashSet<>();
        try (PreparedStatement statement = connection.prepareStatement(sql);
                ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
                List<@Nullable Object> row = new ArrayList<>();
                for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
                    Object value = rows.getObject(i);
                    row.add(value instanceof Date date ? date.toLocalDate() : value);
                }
                all.add(row);
            }
        }
        return all;
    }

    /** Returns the columns of a table but first_load and last_load, which are its last ones. */
    private static List<String> columns(Connection connection, String table) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("select * from " + table)) {
            ResultSetMetaData all = statement.getMetaData();
            List<String> names = new ArrayList<>();
            for (int i = 1; i <= all.getColumnCount() - 2; i++) {
                names.add(all.getColumnName(i));
            }
            return names;
        }
    }
}
