package dev.atr.producer.spi.administration;

import dev.atr.core.attribution.ListStatus;
import org.jspecify.annotations.Nullable;

/** A step in the life of a list (C-20, C-21). Each is a publication: later change codes compare with it (C-33). */
public enum StatusChange {
    /** A draft becomes open; an open list stays open, and what has changed since its last publication is published. */
    PUBLISH,
    /** A final list becomes open, and takes changes again. */
    REOPEN,
    /** An open or final list becomes a draft. */
    RETURN_TO_DRAFT,
    /** A draft or open list with active members becomes final and loses its inactive rows (C-30). */
    FINALISE;

    /** Returns the status that the list has afterwards. */
    public ListStatus target() {
        return switch (this) {
            case PUBLISH, REOPEN -> ListStatus.OPEN;
            case RETURN_TO_DRAFT -> ListStatus.DRAFT;
            case FINALISE -> ListStatus.FINAL;
        };
    }

    /** Returns whether a list of this status can take the step; what is there already can. */
    public boolean isPossibleFrom(@Nullable ListStatus status) {
        return status != null
                && switch (this) {
                    case PUBLISH -> status.isModifiable();
                    case REOPEN -> ListStatus.FINAL.equals(status) || ListStatus.OPEN.equals(status);
                    case RETURN_TO_DRAFT, FINALISE -> status.isKnown();
                };
    }

    /** Returns whether the step comes before the changes of rows that go with it; otherwise it comes after them. */
    public boolean isFirst() {
        return this == REOPEN || this == RETURN_TO_DRAFT;
    }
}
