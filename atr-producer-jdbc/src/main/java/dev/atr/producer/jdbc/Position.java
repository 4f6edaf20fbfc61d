package dev.atr.producer.jdbc;

import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * A point of the ledger and its time. Positions are taken under a lock on the one row of {@code ledger_head} that is
 * held until the commit, so they commit in order; and time never goes back from one to the next. What a reader finds in
 * that row is therefore complete, and all that is missing from it comes with the same or a later time.
 */
record Position(long number, Instant stamp) {
    /** Returns the last position that is committed. */
    static Position head(Session session) throws SQLException {
        return read(session, "select pos, stamp from atr.ledger_head");
    }

    /** Takes the next position; waits until no other transaction holds one. */
    static Position take(Session session, Clock clock) throws SQLException {
        Position last = read(session, "select pos, stamp from atr.ledger_head for update");
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        Instant stamp = now.isBefore(last.stamp) ? last.stamp : now;
        return last.advance(session, stamp);
    }

    /** Takes one more position in the same transaction, at the same time. */
    Position next(Session session) throws SQLException {
        return advance(session, stamp);
    }

    private Position advance(Session session, Instant newStamp) throws SQLException {
        session.update("update atr.ledger_head set pos = ?, stamp = ?", number + 1, Session.timestamp(newStamp));
        return new Position(number + 1, newStamp);
    }

    private static Position read(Session session, String sql) throws SQLException {
        return session.first(sql, row -> new Position(row.getLong("pos"), Session.instant(row, "stamp")))
                .orElseThrow(() -> new LedgerException("the ledger has lost its head"));
    }
}
