package dev.atr.examples;

import dev.atr.core.attribution.ListId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What the database holds of a list, asked for with SQL of its own and put together by the guide's words: nothing here
 * is shared with the code that exports. References are text such as {@code Patient/12}.
 *
 * @see <a href="http://hl7.org/fhir/us/davinci-atr/STU2.1/usecases.html">ATR 2.1.0, "Member Attribution List Exchange"</a>
 */
final class LedgerTables {
    private static final String NOW = " to_pos = " + Long.MAX_VALUE;
    private static final Set<String> BEHIND_COVERAGES = Set.of("RelatedPerson", "Organization");
    private static final Set<String> BEHIND_PROVIDERS = Set.of("Practitioner", "Organization", "Location");

    private LedgerTables() {}

    /** Returns the rows of a list, each as patient, provider, coverage and start of its period. */
    static Set<List<String>> rows(Connection database, ListId list) throws SQLException {
        Set<List<String>> rows = new HashSet<>();
        try (PreparedStatement statement = database.prepareStatement(
                "select patient, provider, coverage, period_start from atr.member where list_id = ? and" + NOW)) {
            statement.setString(1, list.value());
            try (ResultSet found = statement.executeQuery()) {
                while (found.next()) {
                    rows.add(List.of(found.getString(1), found.getString(2), found.getString(3), found.getString(4)));
                }
            }
        }
        return rows;
    }

    /** Returns everything that belongs to a list: references by type, the Group's own among them. */
    static Map<String, SortedSet<String>> resources(Connection database, ListId list) throws SQLException {
        Set<String> coverages =
                column(database, "select distinct coverage from atr.member where list_id = ? and" + NOW, list.value());
        Set<String> providers =
                column(database, "select distinct provider from atr.member where list_id = ? and" + NOW, list.value());
        Set<String> wanted =
                column(database, "select distinct patient from atr.member where list_id = ? and" + NOW, list.value());
        wanted.addAll(coverages);
        wanted.addAll(only(
                Set.of("Organization"),
                column(
                        database,
                        "select to_ref from atr.resource_reference where from_ref = ? and" + NOW,
                        "Group/" + list.value())));
        wanted.addAll(only(
                BEHIND_COVERAGES,
                column(
                        database,
                        "select distinct r.to_ref from atr.resource_reference r where r.to_pos = " + Long.MAX_VALUE
                                + " and r.from_ref in (select coverage from atr.member where list_id = ? and" + NOW
                                + ")",
                        list.value())));
        wanted.addAll(behind(database, providers));
        wanted.retainAll(column(database, "select ref from atr.resource where" + NOW));
        Map<String, SortedSet<String>> byType = byType(wanted);
        byType.put("Group", new TreeSet<>(Set.of("Group/" + list.value())));
        return byType;
    }

    /** Sorts references into their types. */
    static Map<String, SortedSet<String>> byType(Iterable<String> references) {
        Map<String, SortedSet<String>> byType = new TreeMap<>();
        for (String reference : references) {
            byType.computeIfAbsent(type(reference), t -> new TreeSet<>()).add(reference);
        }
        return byType;
    }

    /** Follows the attributed providers to whom and where they are. */
    private static Set<String> behind(Connection database, Set<String> providers) throws SQLException {
        Set<String> reached = new HashSet<>();
        List<String> open = new ArrayList<>(providers);
        while (!open.isEmpty()) {
            String next = open.remove(open.size() - 1);
            if (reached.add(next)) {
                open.addAll(only(
                        BEHIND_PROVIDERS,
                        column(
                                database,
                                "select to_ref from atr.resource_reference where from_ref = ? and" + NOW,
                                next)));
            }
        }
        return reached;
    }

    private static Set<String> only(Set<String> types, Set<String> references) {
        references.removeIf(reference -> !types.contains(type(reference)));
        return references;
    }

    private static String type(String reference) {
        return reference.substring(0, Math.max(0, reference.indexOf('/')));
    }

    private static Set<String> column(Connection database, String sql, String... parameters) throws SQLException {
        Set<String> values = new HashSet<>();
        try (PreparedStatement statement = database.prepareStatement(sql)) {
            for (int i = 0; i < parameters.length; i++) {
                statement.setString(i + 1, parameters[i]);
            }
            try (ResultSet found = statement.executeQuery()) {
                while (found.next()) {
                    values.add(found.getString(1));
                }
            }
        }
        values.remove("");
        return values;
    }
}
