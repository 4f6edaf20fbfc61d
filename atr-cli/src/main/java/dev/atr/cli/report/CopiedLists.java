package dev.atr.cli.report;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** The lists of which a database holds a copy. */
public final class CopiedLists {
    private CopiedLists() {}

    /**
     * Finds copies, those of one payer together.
     *
     * @param list the id; empty for all
     * @param payer the Producer's FHIR base; empty for all
     */
    public static List<Found> find(Connection database, String list, String payer) throws SQLException {
        List<Found> found = new ArrayList<>();
        try (PreparedStatement statement =
                database.prepareStatement("select l.list_key, p.fhir_base, l.list_id from atr_sync.attribution_list l"
                        + " join atr_sync.payer p on p.payer_key = l.payer_key"
                        + " where (? = '' or l.list_id = ?) and (? = '' or p.fhir_base = ?) order by 2, 3")) {
            for (int i = 1; i <= 4; i++) {
                statement.setString(i, i <= 2 ? list : payer);
            }
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    found.add(new Found(row.getInt(1), row.getString(2), row.getString(3)));
                }
            }
        }
        return found;
    }

    /**
     * A list of which there is a copy.
     *
     * @param key by which the tables know it
     * @param payer the Producer's FHIR base
     * @param list its id there
     */
    public record Found(int key, String payer, String list) {}
}
