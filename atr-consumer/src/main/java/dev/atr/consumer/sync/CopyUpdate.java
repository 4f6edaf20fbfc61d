package dev.atr.consumer.sync;

import dev.atr.core.attribution.AttributionList;
import dev.atr.core.attribution.ListId;
import dev.atr.core.fhir.FhirDateTime;
import java.sql.SQLException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Makes the copy of a list what a staged export says, and keeps the changes that were found. */
final class CopyUpdate {
    private static final String MEMBER_COLUMNS =
            "patient, provider, coverage, period_start, period_end, inactive, change_type";

    private final Session session;
    private final CopiedList list;
    private final SyncRun run;
    private final HeldResources held;

    CopyUpdate(Session session, CopiedList list, SyncRun run) {
        this.session = session;
        this.list = list;
        this.run = run;
        this.held = new HeldResources(session, list);
    }

    void keepChanges() throws SQLException {
        session.update(
                "insert into atr.member_change (run, change_no, list_key, kind, patient, provider_before, coverage_before,"
                        + " start_before, end_before, provider, coverage, period_start, period_end)"
                        + " select cast(? as bigint), " + session.dialect().rowNumber()
                        + ", cast(? as integer), kind,"
                        + " patient, case when has_before then provider_before end,"
                        + " case when has_before then coverage_before end, case when has_before then start_before end,"
                        + " end_before, case when has_after then provider end, case when has_after then coverage end,"
                        + " case when has_after then period_start end, period_end from (select * from staged_change"
                        + " order by patient, kind, provider_before, coverage_before, start_before, provider, coverage,"
                        + " period_start) sorted",
                run.number(),
                list.key());
    }

    void updateMembers() throws SQLException {
        session.update(
                "delete from atr.member m where m.list_key = ? and not exists (select 1 from staged_member s"
                        + " where s.patient = m.patient and s.provider = m.provider and s.coverage = m.coverage"
                        + " and s.period_start = m.period_start and s.period_end is not distinct from m.period_end"
                        + " and s.inactive = m.inactive and s.change_type is not distinct from m.change_type)",
                list.key());
        session.update(
                "insert into atr.member (list_key, " + MEMBER_COLUMNS + ") select cast(? as integer), " + MEMBER_COLUMNS
                        + " from staged_member s where not exists (select 1 from atr.member m where m.list_key = ?"
                        + " and m.patient = s.patient and m.provider = s.provider and m.coverage = s.coverage"
                        + " and m.period_start = s.period_start)",
                list.key(),
                list.key());
    }

    /** Brings the resources up to date, and lets those go to which no list refers. */
    void updateResources(ListId id) throws SQLException {
        rememberForOthers(ResourceTable.PATIENT);
        rememberForOthers(ResourceTable.COVERAGE);
        if (session.count("select count(*) from staged_deletion") > 0) {
            held.removeDeleted();
        }
        for (ResourceTable table : ResourceTable.values()) {
            session.update(
                    "delete from atr." + table.table() + " t where t.payer_key = ? and exists (select 1 from "
                            + table.staged() + " s where s.ref = t.ref and s.json <> t.json)",
                    list.payer());
            String columns = "ref, " + String.join(", ", table.columns()) + ", content, json";
            session.update(
                    "insert into atr." + table.table() + " (payer_key, " + columns + ") select cast(? as integer), "
                            + columns + " from " + table.staged() + " s where not exists (select 1 from atr."
                            + table.table() + " t where t.payer_key = ? and t.ref = s.ref)",
                    list.payer(),
                    list.payer());
        }
        updateLinks(id);
        if (run.since() == null) {
            // A whole export has everything that this list refers to
            held.removeUnless(" and not exists (select 1 from %s s where s.ref = t.ref)", list.key());
        }
        held.removeUnless("", 0);
    }

    /** Keeps what other lists were compared with, so that they tell of the change too when their turn comes. */
    private void rememberForOthers(ResourceTable table) throws SQLException {
        session.update(
                "insert into atr.content_before (list_key, ref, content) select distinct m.list_key, o.ref, o.content"
                        + " from " + table.staged() + " n join atr." + table.table()
                        + " o on o.payer_key = ? and o.ref = n.ref join atr.member m on m." + table.table()
                        + " = o.ref and m.list_key <> ? join atr.attribution_list l on l.list_key = m.list_key"
                        + " and l.payer_key = ? where o.content <> n.content and not exists"
                        + " (select 1 from atr.content_before b where b.list_key = m.list_key and b.ref = o.ref)",
                list.payer(),
                list.key(),
                list.payer());
        session.update(
                "delete from atr.content_before b where b.list_key = ? and exists (select 1 from " + table.staged()
                        + " s where s.ref = b.ref)",
                list.key());
    }

    private void updateLinks(ListId id) throws SQLException {
        session.update(
                "delete from atr.resource_link k where k.payer_key = ? and k.from_ref in (select cast(? as varchar)"
                        + " union all select ref from staged_coverage union all select ref from staged_provider"
                        + " union all select ref from staged_related_person)",
                list.payer(),
                id.key().reference());
        session.update(
                "insert into atr.resource_link (payer_key, from_ref, to_ref)"
                        + " select distinct cast(? as integer), from_ref, to_ref from staged_link",
                list.payer());
    }

    /** Notes which version the copy is of, and ends the run. */
    void finish(AttributionList header, Instant transactionTime, long membersBefore, long members, Instant now)
            throws SQLException {
        // A Producer that stamps an export when it is done, or with a clock that is ahead, has earlier changes left out
        Instant nextSince = transactionTime.isBefore(run.begun()) ? transactionTime : run.begun();
        session.update(
                "update atr.attribution_list set name = ?, status = ?, contract_start = ?, contract_end = ?, version = ?,"
                        + " transaction_time = ?, next_since = ?, synced = ?,"
                        + " full_run = coalesce(cast(? as timestamp(6)), full_run) where list_key = ?",
                header.name(),
                header.status() == null ? null : header.status().code(),
                header.contractPeriod() == null
                        ? null
                        : text(header.contractPeriod().start()),
                header.contractPeriod() == null
                        ? null
                        : text(header.contractPeriod().end()),
                header.version(),
                Session.timestamp(transactionTime),
                Session.timestamp(nextSince),
                Session.timestamp(now),
                run.since() == null ? Session.timestamp(now) : null,
                list.key());
        session.update(
                "update atr.sync_run set version_before = ?, version = ?, transaction_time = ?, members_before = ?,"
                        + " members = ? where run = ?",
                list.version(),
                header.version(),
                Session.timestamp(transactionTime),
                membersBefore,
                members,
                run.number());
    }

    private static @Nullable String text(@Nullable FhirDateTime time) {
        return time == null ? null : time.text();
    }
}
