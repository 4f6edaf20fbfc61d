package dev.atr.consumer.sync;

import dev.atr.consumer.sync.MemberChange.Attribution;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * The changes of one run, one at a time, in the order of their numbers: memory does not grow with the list. For one
 * thread; whoever opened it closes it.
 */
public final class MemberChanges implements AutoCloseable {
    private static final int PAGE = 1000;

    private final Session session;
    private final long run;
    private final PreparedStatement statement;
    private final ResultSet rows;

    MemberChanges(Session session, long run) throws SQLException {
        this.session = session;
        this.run = run;
        this.statement = session.prepare("select * from atr.member_change where run = ? order by change_no", run);
        statement.setFetchSize(PAGE);
        this.rows = statement.executeQuery();
    }

    /**
     * Returns the next change.
     *
     * @return the change, or {@code null} after the last one
     * @throws ListStoreException when the database fails
     */
    public @Nullable MemberChange next() {
        try {
            if (!rows.next()) {
                return null;
            }
            return new MemberChange(
                    run,
                    rows.getLong("change_no"),
                    MemberChange.Kind.ofCode(rows.getString("kind")),
                    rows.getString("patient"),
                    attribution("provider_before", "coverage_before", "start_before", "end_before"),
                    attribution("provider", "coverage", "period_start", "period_end"));
        } catch (SQLException e) {
            throw ListStoreException.of("reading changes", e);
        }
    }

    private @Nullable Attribution attribution(String provider, String coverage, String start, String end)
            throws SQLException {
        String one = rows.getString(provider);
        // An attribution that there is has no absent part but its end
        return one == null
                ? null
                : new Attribution(
                        present(one),
                        present(rows.getString(coverage)),
                        present(rows.getString(start)),
                        rows.getString(end));
    }

    private static @Nullable String present(@Nullable String text) {
        return text == null || text.isEmpty() ? null : text;
    }

    /** Gives the connection back, wherever the reading stands. */
    @Override
    public void close() {
        try (session;
                statement) {
            rows.close();
        } catch (SQLException e) {
            throw ListStoreException.of("reading changes", e);
        }
    }
}
