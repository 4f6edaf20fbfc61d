package dev.atr.consumer.sync;

import dev.atr.core.attribution.ListId;
import java.sql.SQLException;
import java.util.List;

/** The resources of a payer that its lists hold, and the removal of those that none of them does. */
final class HeldResources {
    /** Steps from a list to a provider that are followed; each is a level of organizations. */
    private static final int MOST_STEPS = 20;

    private final Session session;
    private final CopiedList list;

    /**
     * Creates it.
     *
     * @param session in which nobody else compares this payer's lists
     * @param list a list of the payer
     */
    HeldResources(Session session, CopiedList list) {
        this.session = session;
        this.list = list;
    }

    /**
     * Removes the resources that nothing holds.
     *
     * @param unless a further condition of a resource {@code t}, with the staged table as {@code %s}
     * @param except a list whose rows hold nothing
     */
    void removeUnless(String unless, int except) throws SQLException {
        for (ResourceTable table : new ResourceTable[] {ResourceTable.PATIENT, ResourceTable.COVERAGE}) {
            session.update(
                    "delete from atr." + table.table() + " t where t.payer_key = ?"
                            + String.format(unless, table.staged()) + " and not " + heldByRows(table),
                    list.payer(),
                    except);
        }
        findHeldByLinks(except);
        for (ResourceTable table : new ResourceTable[] {ResourceTable.PROVIDER, ResourceTable.RELATED_PERSON}) {
            session.update(
                    "delete from atr." + table.table() + " t where t.payer_key = ?"
                            + String.format(unless, table.staged())
                            + " and not exists (select 1 from staged_held h where h.ref = t.ref)",
                    list.payer());
        }
        removeLooseLinks("");
    }

    /** Removes what the export says is gone; what other lists hold stays until their own exports say so. */
    void removeDeleted() throws SQLException {
        findHeldByLinks(list.key());
        for (ResourceTable table : ResourceTable.values()) {
            String isHeld = table == ResourceTable.PATIENT || table == ResourceTable.COVERAGE
                    ? heldByRows(table)
                    : "exists (select 1 from staged_held h where h.ref = t.ref and cast(? as integer) is not null)";
            session.update(
                    "delete from atr." + table.table() + " t where t.payer_key = ?"
                            + " and exists (select 1 from staged_deletion d where d.ref = t.ref)"
                            + " and not exists (select 1 from " + table.staged() + " s where s.ref = t.ref)"
                            + " and not " + isHeld,
                    list.payer(),
                    list.key());
        }
        removeLooseLinks(" and exists (select 1 from staged_deletion d where d.ref = k.from_ref)");
    }

    /** Removes the list with its rows and changes, and what it alone refers to. */
    void removeList(ListId id) throws SQLException {
        removeUnless("", list.key());
        session.update(
                "delete from atr.resource_link where payer_key = ? and from_ref = ?",
                list.payer(),
                id.key().reference());
        for (String table : List.of("member_change", "sync_run", "member", "content_before", "attribution_list")) {
            session.update("delete from atr." + table + " where list_key = ?", list.key());
        }
        session.update(
                "delete from atr.payer p where p.payer_key = ? and not exists"
                        + " (select 1 from atr.attribution_list l where l.payer_key = p.payer_key)",
                list.payer());
    }

    /** Returns the condition that a row of a list holds a resource {@code t}; its parameter is a list that does not count. */
    private static String heldByRows(ResourceTable table) {
        return "exists (select 1 from atr.member m join atr.attribution_list l on l.list_key = m.list_key" + " where m."
                + table.table() + " = t.ref and l.payer_key = t.payer_key and l.list_key <> ?)";
    }

    /** Removes the links of resources that are not there any more. */
    private void removeLooseLinks(String condition) throws SQLException {
        session.update(
                "delete from atr.resource_link k where k.payer_key = ? and k.from_ref not like 'Group/%'" + condition
                        + " and not exists (select 1 from atr.coverage t where t.payer_key = k.payer_key and t.ref = k.from_ref)"
                        + " and not exists (select 1 from atr.provider t where t.payer_key = k.payer_key and t.ref = k.from_ref)"
                        + " and not exists (select 1 from atr.related_person t where t.payer_key = k.payer_key"
                        + " and t.ref = k.from_ref)",
                list.payer());
    }

    /** Follows references from rows, coverages and lists to providers, and from these to more. */
    private void findHeldByLinks(int except) throws SQLException {
        session.createStaging("staged_held", "ref ${text} not null, step integer not null, primary key (ref)");
        session.update(
                "insert into staged_held (ref, step) select ref, 0 from ("
                        + "select m.provider as ref from atr.member m join atr.attribution_list l"
                        + " on l.list_key = m.list_key where l.payer_key = ? and l.list_key <> ?"
                        + " union select k.to_ref from atr.resource_link k join atr.member m on m.coverage = k.from_ref"
                        + " join atr.attribution_list l on l.list_key = m.list_key"
                        + " where k.payer_key = ? and l.payer_key = ? and l.list_key <> ?"
                        + " union select k.to_ref from atr.resource_link k join atr.attribution_list l"
                        + " on k.from_ref = 'Group/' || l.list_id"
                        + " where k.payer_key = ? and l.payer_key = ? and l.list_key <> ?) first_step",
                list.payer(),
                except,
                list.payer(),
                list.payer(),
                except,
                list.payer(),
                list.payer(),
                except);
        long found = 1;
        for (int step = 1; found > 0 && step <= MOST_STEPS; step++) {
            found = session.update(
                    "insert into staged_held (ref, step) select distinct k.to_ref, cast(? as integer)"
                            + " from staged_held h join atr.resource_link k on k.from_ref = h.ref"
                            + " where k.payer_key = ? and h.step = ?"
                            + " and not exists (select 1 from staged_held g where g.ref = k.to_ref)",
                    step,
                    list.payer(),
                    step - 1);
        }
    }
}
