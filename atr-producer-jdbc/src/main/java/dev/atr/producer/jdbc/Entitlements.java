package dev.atr.producer.jdbc;

import dev.atr.core.attribution.ListId;
import dev.atr.producer.spi.Caller;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which lists a client may see. */
final class Entitlements {
    /** What stands in place of single lists for a client that may see all of them. */
    static final List<String> ALL = List.of("*");

    private Entitlements() {}

    static void replace(Session session, String clientId, List<String> lists) throws SQLException {
        // Nodes that start together entitle the same clients
        Position unused = Position.hold(session);
        session.update("delete from atr.client_entitlement where client_id = ?", clientId);
        for (String list : lists) {
            session.update("insert into atr.client_entitlement (client_id, list_id) values (?, ?)", clientId, list);
        }
    }

    /** Lets a client see one list more. */
    static void add(Session session, Caller caller, ListId list) throws SQLException {
        if (!mightSee(session, caller, list)) {
            session.update(
                    "insert into atr.client_entitlement (client_id, list_id) values (?, ?)",
                    caller.clientId(),
                    list.value());
        }
    }

    /**
     * Returns a condition on {@code h.list_id} that holds for the lists that a caller may see: entitlement and
     * registration together.
     *
     * @param parameters where its parameters go
     */
    static String visible(Caller caller, List<@Nullable Object> parameters) {
        parameters.add(caller.clientId());
        String entitled = "exists (select 1 from atr.client_entitlement e where e.client_id = ?"
                + " and e.list_id in (h.list_id, '*'))";
        Set<ListId> permitted = caller.permittedLists();
        if (permitted == null) {
            return entitled;
        }
        parameters.add(permitted.stream().map(ListId::value).toList());
        return entitled + " and h.list_id in (select one from :texts t(one))";
    }

    /** Returns the ids of the lists that a caller may see. */
    static List<String> visibleLists(Session session, Caller caller) throws SQLException {
        List<@Nullable Object> parameters = new ArrayList<>();
        String visible = visible(caller, parameters);
        return session.list(
                "select h.list_id from atr.list_header h where h.to_pos = :forever and " + visible,
                row -> row.getString(1),
                parameters.toArray());
    }

    /** Returns whether a list is the caller's, be it deleted. */
    static boolean mightSee(Session session, Caller caller, ListId list) throws SQLException {
        return caller.permits(list)
                && session.exists(
                        "select 1 from atr.client_entitlement where client_id = ? and list_id in (?, '*')",
                        caller.clientId(),
                        list.value());
    }
}
