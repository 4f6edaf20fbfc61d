package dev.atr.producer.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.regex.Pattern;

/** What H2 and PostgreSQL do differently. Everything else is SQL that both understand. */
enum Dialect {
    H2(
            "varchar",
            "varbinary",
            "random_uuid()",
            "create table %s (%s)",
            "select 1",
            "",
            "",
            ":texts t(one) join $1 on $2 = t.one",
            ""),

    POSTGRESQL(
            "text collate \"C\"",
            "bytea",
            "gen_random_uuid()",
            "create temporary table if not exists %s (%s) on commit drop",
            "analyze %s",
            "set local enable_seqscan = %1$s; set local enable_bitmapscan = %1$s; set local enable_sort = %1$s;"
                    + " set local enable_hashjoin = %1$s; set local enable_mergejoin = %1$s;"
                    + " set local plan_cache_mode = %2$s",
            " on conflict do nothing",
            "$1 where $2 = any(cast(? as varchar array))",
            " where $1");

    private static final Pattern ONLY = Pattern.compile("\\$\\{only ([^}]*)}");

    private final String text;
    private final String bytes;
    private final String uuid;
    private final String staging;
    private final String stagingFilled;
    private final String plans;
    private final String ifAbsent;
    private final String rows;
    private final String only;

    Dialect(
            String text,
            String bytes,
            String uuid,
            String staging,
            String stagingFilled,
            String plans,
            String ifAbsent,
            String rows,
            String only) {
        this.text = text;
        this.bytes = bytes;
        this.uuid = uuid;
        this.staging = staging;
        this.stagingFilled = stagingFilled;
        this.plans = plans;
        this.ifAbsent = ifAbsent;
        this.rows = rows;
        this.only = only;
    }

    static Dialect of(Connection connection) throws SQLException {
        String product = connection.getMetaData().getDatabaseProductName();
        return switch (product) {
            case "H2" -> H2;
            case "PostgreSQL" -> POSTGRESQL;
            default -> throw new LedgerException("the ledger runs on H2 and PostgreSQL, not on " + product);
        };
    }

    /**
     * Returns a script with the types and functions of this database, and indexes that leave out rows where it has such
     * indexes.
     */
    String types(String script) {
        return ONLY.matcher(script)
                .replaceAll(only)
                .replace("${text}", text)
                .replace("${bytes}", bytes)
                .replace("${uuid}", uuid);
    }

    /**
     * Returns whether a table of one transaction is an ordinary one. After a kill H2 can't undo what a transaction did
     * with a temporary table: the file doesn't open, or the next transaction doesn't end.
     */
    boolean stagesInOrdinaryTables() {
        return this == H2;
    }

    /** Returns the statement that creates a table of this transaction alone. */
    String createStaging(String table, String columns) {
        return types(String.format(staging, table, columns));
    }

    /**
     * Returns the statement that sets how queries of this transaction are planned; empty where there is none.
     *
     * @param free whether the planner may choose; otherwise it walks along indexes
     * @param forValues whether each query is planned for its values; otherwise a plan may be kept for all values
     */
    String plans(boolean free, boolean forValues) {
        return String.format(plans, free ? "on" : "off", forValues ? "force_custom_plan" : "auto");
    }

    /** Returns the statement to run once a table of this transaction is filled. */
    String stagingFilled(String table) {
        return String.format(stagingFilled, table);
    }

    /** Returns what makes an insert do nothing when its key is there; empty where it then fails. */
    String ifAbsent() {
        return ifAbsent;
    }

    /**
     * Returns how to ask for the rows of a table $1 whose key $2 is one of many texts, so that they are looked up text by
     * text. H2 does that for a join alone; PostgreSQL walks all rows for a join as long as it has no statistics, that is
     * for the first minute after a load.
     */
    String rows() {
        return rows;
    }
}
