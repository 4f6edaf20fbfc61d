package dev.atr.producer.jdbc;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * A point of the ledger and its time. Positions are taken under a lock on the one row of {@code ledger_head} that is
 * held until the commit, so they commit in order; and the time of a transaction is always later than that of the one
 * before. What a reader finds in that row is therefore complete, and all that is missing from it comes with a later time.
 * Where more than a thousand transactions a second are written, time runs ahead of the clock until there are fewer.
 */
record Position(long number, Instant stamp) {
    /** Returns the last position that is committed. */
    static Position head(Session session) throws SQLException {
        return read(session, "select pos, stamp from atr.ledger_head");
    }

    /**
     * Returns the last committed position before an instant.
     *
     * @param instant the instant, of which what is shorter than a millisecond counts
     * @return the position; empty when the ledger is younger
     */
    static Optional<Position> before(Session session, Instant instant) throws SQLException {
        return session.first(
                "select pos, stamp from atr.ledger_position where stamp < ? order by stamp desc, pos desc limit 1",
                Position::read,
                Session.timestamp(roundedUp(instant)));
    }

    /** Returns the first stamp that is not before an instant. */
    static Instant roundedUp(Instant instant) {
        Instant millis = instant.truncatedTo(ChronoUnit.MILLIS);
        return millis.equals(instant) ? millis : millis.plusMillis(1);
    }

    /**
     * Waits until no other transaction writes, and lets none until the end of this one.
     *
     * @return the last position that was taken
     */
    static Position hold(Session session) throws SQLException {
        return read(session, "select pos, stamp from atr.ledger_head for update");
    }

    /** Takes the next position; waits until no other transaction holds one. */
    static Position take(Session session, Clock clock) throws SQLException {
        return hold(session).next(session, clock);
    }

    /** Takes the next position, in a transaction that {@linkplain #hold holds} this one. */
    Position next(Session session, Clock clock) throws SQLException {
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        return advance(session, now.isAfter(stamp) ? now : stamp.plusMillis(1));
    }

    /** Takes one more position in the same transaction, at the same time. */
    Position next(Session session) throws SQLException {
        return advance(session, stamp);
    }

    private Position advance(Session session, Instant newStamp) throws SQLException {
        session.update(
                "update atr.ledger_head set pos = ?, stamp = ?; insert into atr.ledger_position (pos, stamp) values (?, ?)",
                number + 1,
                Session.timestamp(newStamp),
                number + 1,
                Session.timestamp(newStamp));
        return new Position(number + 1, newStamp);
    }

    private static Position read(ResultSet row) throws SQLException {
        return new Position(row.getLong("pos"), Session.instant(row, "stamp"));
    }

    private static Position read(Session session, String sql) throws SQLException {
        return session.first(sql, Position::read)
                .orElseThrow(() -> new LedgerException("the ledger has lost its head"));
    }
}
