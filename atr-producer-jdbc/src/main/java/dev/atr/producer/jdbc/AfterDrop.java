package dev.atr.producer.jdbc;

import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;

/**
 * How long what belongs to a member stays readable through a list that the member has left.
 *
 * @param keeps how long; zero for not at all
 * @param clock what the time is
 */
record AfterDrop(Duration keeps, Clock clock) {
    /** What has left a list can't be read through it. */
    static final AfterDrop NOTHING = new AfterDrop(Duration.ZERO, Clock.systemUTC());

    /** Returns a condition on the {@code to_pos} of rows of a list that still count. */
    String condition(Session session) throws SQLException {
        if (keeps.isZero()) {
            return " = :forever";
        }
        return " > "
                + Position.before(session, clock.instant().minus(keeps))
                        .map(Position::number)
                        .orElse(0L);
    }
}
