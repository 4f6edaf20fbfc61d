package dev.atr.producer.spi.administration;

import dev.atr.core.attribution.ListStatus;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What the payer changes in one list, all of it in one version. A list is reopened before its rows change, and published or
 * made final after that.
 *
 * @param rows changes of rows, which take effect in this order
 * @param status a step in the life of the list; absent for none
 */
public record Revision(List<RowEdit> rows, @Nullable StatusChange status) {
    /** Copies the rows and checks that there is something to do. */
    public Revision {
        rows = List.copyOf(rows);
        if (rows.isEmpty() && status == null) {
            throw new IllegalArgumentException("a revision changes rows or the status");
        }
    }

    /** Returns a revision of rows. */
    public static Revision of(List<RowEdit> rows) {
        return new Revision(rows, null);
    }

    /** Returns a step in the life of a list. */
    public static Revision of(StatusChange status) {
        return new Revision(List.of(), Objects.requireNonNull(status, "status"));
    }

    /** Returns whether a list of this status takes the revision. */
    public boolean isPossibleFrom(@Nullable ListStatus from) {
        StatusChange step = status;
        boolean takesRows = from != null && from.isModifiable();
        return step == null ? takesRows : step.isPossibleFrom(from) && (rows.isEmpty() || step.isFirst() || takesRows);
    }

    /** Returns numbers only: rows are member data. */
    @Override
    public String toString() {
        return "Revision[" + rows.size() + " rows, " + status + "]";
    }
}
