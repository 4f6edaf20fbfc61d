package dev.atr.cli;

import dev.atr.producer.jdbc.LedgerException;

/** What keeps a command from the payer's database, in the words of somebody who can do something about it. */
final class DatabaseFailure {
    private DatabaseFailure() {}

    /** Returns the failure with a sentence for its SQL state; no sentence holds a password. */
    static DataException sentence(LedgerException failure, LedgerPlace at) {
        String place = at.describe();
        String state = failure.sqlState().orElse("");
        return new DataException(
                switch (state) {
                    // H2: the file is locked by another process
                    case "90020" ->
                        "another 'atr serve' has " + place
                                + " open; end that one first, or keep the lists in PostgreSQL"
                                + " (--jdbc-url), which several processes can share.";
                    case "28000", "28P01" ->
                        "the database at " + place
                                + " knows no such user, or the password is wrong; see --db-user and ATR_DB_PASSWORD.";
                    // PostgreSQL's driver: turned away before any user was looked at, mostly for want of a password
                    case "08004" ->
                        "the database at " + place
                                + " turns us away; does it want a password (ATR_DB_PASSWORD), or TLS?";
                    // H2: 90146 and 90149 when the URL forbids to create it
                    case "3D000", "90146", "90149" -> "there is no such database at " + place + "; create it first.";
                    case "42501" -> "the user may not create the ledger's schema in the database at " + place + ".";
                    // H2: 90067 when its server is not there
                    case "08001", "08006", "90067" ->
                        "no database answers at " + place + "; does it run, and is the address right?";
                    default -> "the database at " + place + " failed: " + failure.getMessage() + ".";
                });
    }
}
