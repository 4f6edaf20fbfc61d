package dev.atr.producer.spi.administration;

import dev.atr.core.attribution.ListStatus;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A step in the life of a list (C-20, C-21). Each is a publication: later change codes compare with it (C-33). */
public enum StatusChange {
    /** A draft becomes open; an open list stays open, and what has changed since its last publication is published. */
    PUBLISH(ListStatus.OPEN, ListStatus.DRAFT, ListStatus.OPEN),
    /** A final list becomes open, and takes changes again. */
    REOPEN(ListStatus.OPEN, ListStatus.FINAL, ListStatus.OPEN),
    /** An open or final list becomes a draft. */
    RETURN_TO_DRAFT(ListStatus.DRAFT, ListStatus.FINAL, ListStatus.OPEN, ListStatus.DRAFT),
    /** A draft or open list with active members becomes final and loses its inactive rows (C-30). */
    FINALISE(ListStatus.FINAL, ListStatus.DRAFT, ListStatus.OPEN, ListStatus.FINAL);

    private final ListStatus target;
    private final List<ListStatus> sources;

    StatusChange(ListStatus target, ListStatus... sources) {
        this.target = target;
        this.sources = List.of(sources);
    }

    /** Returns the status that the list has afterwards. */
    public ListStatus target() {
        return target;
    }

    /** Returns whether a list of this status can take the step. */
    public boolean isPossibleFrom(@Nullable ListStatus status) {
        return status != null && sources.contains(status);
    }

    /** Returns whether the step comes before the changes of rows that go with it; otherwise it comes after them. */
    public boolean isFirst() {
        return this == REOPEN || this == RETURN_TO_DRAFT;
    }
}
