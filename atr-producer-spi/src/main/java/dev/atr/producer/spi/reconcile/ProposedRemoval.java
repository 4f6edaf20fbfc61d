package dev.atr.producer.spi.reconcile;

import dev.atr.core.attribution.AttributionList;
import dev.atr.core.attribution.Member;
import dev.atr.producer.spi.Caller;
import java.util.List;

/**
 * What a policy is asked about a removal.
 *
 * @param caller who asks
 * @param list the list, as it stands now
 * @param rows the rows to be taken out, all of one patient; at least one
 */
public record ProposedRemoval(Caller caller, AttributionList list, List<Member> rows) {
    /** Copies the rows. */
    public ProposedRemoval {
        rows = List.copyOf(rows);
    }
}
