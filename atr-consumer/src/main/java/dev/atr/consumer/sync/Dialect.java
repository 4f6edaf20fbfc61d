package dev.atr.consumer.sync;

import java.sql.Connection;
import java.sql.SQLException;

/** What H2 and PostgreSQL do differently. Everything else is SQL that both understand. */
enum Dialect {
    H2(
            "varchar",
            "varbinary",
            "create table %s (%s)",
            // Its row_number() holds all rows in memory
            "rownum()"),

    POSTGRESQL(
            "text collate \"C\"",
            "bytea",
            "create temporary table if not exists %s (%s) on commit drop",
            "row_number() over ()");

    private final String text;
    private final String bytes;
    private final String staging;
    private final String rowNumber;

    Dialect(String text, String bytes, String staging, String rowNumber) {
        this.text = text;
        this.bytes = bytes;
        this.staging = staging;
        this.rowNumber = rowNumber;
    }

    static Dialect of(Connection connection) throws SQLException {
        String product = connection.getMetaData().getDatabaseProductName();
        return switch (product) {
            case "H2" -> H2;
            case "PostgreSQL" -> POSTGRESQL;
            default -> throw new ListStoreException("lists are kept in H2 and PostgreSQL, not in " + product);
        };
    }

    /** Returns a script with the types of this database. */
    String types(String script) {
        return script.replace("${text}", text).replace("${bytes}", bytes);
    }

    /** Returns what numbers the rows of a sorted subquery from 1. */
    String rowNumber() {
        return rowNumber;
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
}
