package dev.atr.examples;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What the tables of local copies hold, as an analyst sees it. */
final class SyncTables {
    private static final Map<String, String> CONTENT = Map.of(
            "member",
            "select l.list_id, m.patient, m.provider, m.coverage, m.period_start, m.period_end, m.inactive, m.change_type"
                    + " from atr_sync.member m join atr_sync.attribution_list l on l.list_key = m.list_key",
            "patient",
            "select ref, family, given, json from atr_sync.patient",
            "coverage",
            "select ref, plan, json from atr_sync.coverage",
            "provider",
            "select ref, name, json from atr_sync.provider",
            "related_person",
            "select ref, json from atr_sync.related_person",
            "resource_link",
            "select from_ref, to_ref from atr_sync.resource_link");

    private SyncTables() {}

    /** Returns the rows of each table, sorted. */
    static Map<String, List<String>> content(Connection database) throws SQLException {
        Map<String, List<String>> content = new TreeMap<>();
        for (Map.Entry<String, String> table : CONTENT.entrySet()) {
            content.put(
                    table.getKey(),
                    rows(database, table.getValue()).stream().sorted().toList());
        }
        return content;
    }

    /** Returns the rows of a query, columns parted by a bar. */
    static List<String> rows(Connection database, String query) throws SQLException {
        List<String> rows = new ArrayList<>();
        try (Statement statement = database.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            ResultSetMetaData columns = row.getMetaData();
            while (row.next()) {
                List<String> cells = new ArrayList<>();
                for (int column = 1; column <= columns.getColumnCount(); column++) {
                    cells.add(text(row.getObject(column)));
                }
                rows.add(String.join("|", cells));
            }
        }
        return rows;
    }

    private static String text(@Nullable Object cell) {
        return cell instanceof byte[] bytes ? HexFormat.of().formatHex(bytes) : String.valueOf(cell);
    }
}
