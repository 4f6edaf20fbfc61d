package dev.atr.producer.spi.reconcile;

import dev.atr.core.fhir.Period;
import dev.atr.core.fhir.ResourceKey;
import dev.atr.producer.spi.administration.RowEdit;
import java.util.List;

/** What the payer decides. */
public sealed interface Decision {
    /** A decision on an addition. */
    sealed interface OnAddition extends Decision permits Accepted, Changed, Declined, Hidden {
        /** Returns what becomes of the addition. */
        Outcome<AcceptedAddition> on(ProposedAddition addition);
    }

    /** A decision on a removal. */
    sealed interface OnRemoval extends Decision permits Accepted, Declined {
        /** Returns what becomes of the removal. */
        Outcome<ProposedRemoval> on(ProposedRemoval removal);
    }

    /** A decision on a confirmation. */
    sealed interface OnConfirmation extends Decision permits Accepted, Altered, Declined {
        /** Returns what is done to the rows of the list before it becomes final. */
        Outcome<List<RowEdit>> on(ProposedConfirmation confirmation);
    }

    /** As asked for. An addition needs one coverage for that. */
    record Accepted() implements OnAddition, OnRemoval, OnConfirmation {
        @Override
        public Outcome<AcceptedAddition> on(ProposedAddition addition) {
            if (addition.coverages().size() != 1) {
                return new Outcome.Refused<>(
                        addition.coverages().isEmpty()
                                ? ReconciliationRefusal.NO_COVERAGE
                                : ReconciliationRefusal.SEVERAL_COVERAGES);
            }
            return addition.accepted(
                    addition.provider(), addition.coverages().get(0).key(), addition.period());
        }

        @Override
        public Outcome<ProposedRemoval> on(ProposedRemoval removal) {
            return new Outcome.Done<>(removal);
        }

        @Override
        public Outcome<List<RowEdit>> on(ProposedConfirmation confirmation) {
            return new Outcome.Done<>(List.of());
        }
    }

    /**
     * Yes, with these changes of rows: the final version holds them. What is named is written without another check; a row
     * that is not there can neither be dropped nor cancelled, and is passed over.
     *
     * @param rows the changes, in the order in which they take effect
     */
    record Altered(List<RowEdit> rows) implements OnConfirmation {
        /** Copies the rows. */
        public Altered {
            rows = List.copyOf(rows);
        }

        @Override
        public Outcome<List<RowEdit>> on(ProposedConfirmation confirmation) {
            return new Outcome.Done<>(rows);
        }

        /** Returns the number only: rows are member data. */
        @Override
        public String toString() {
            return "Altered[" + rows.size() + " rows]";
        }
    }

    /**
     * Not as asked for but like this. What is named is written without another check.
     *
     * @param provider the provider to whom the member is attributed, for example a role in place of a practitioner
     * @param coverage the Coverage on which it rests
     * @param period when it holds, with a start
     */
    record Changed(ResourceKey provider, ResourceKey coverage, Period period) implements OnAddition {
        @Override
        public Outcome<AcceptedAddition> on(ProposedAddition addition) {
            return addition.accepted(provider, coverage, period);
        }
    }

    /**
     * No.
     *
     * @param reason why, for the Consumer's people; it is sent as it is
     */
    record Declined(String reason) implements OnAddition, OnRemoval, OnConfirmation {
        /** Checks that there is a reason. */
        public Declined {
            if (reason.isBlank()) {
                throw new IllegalArgumentException("who declines gives a reason");
            }
        }

        @Override
        public Outcome<AcceptedAddition> on(ProposedAddition addition) {
            return new Outcome.Declined<>(reason);
        }

        @Override
        public Outcome<ProposedRemoval> on(ProposedRemoval removal) {
            return new Outcome.Declined<>(reason);
        }

        @Override
        public Outcome<List<RowEdit>> on(ProposedConfirmation confirmation) {
            return new Outcome.Declined<>(reason);
        }

        /** Returns the name of the type only: the reason may hold member data. */
        @Override
        public String toString() {
            return "Declined";
        }
    }

    /** No, and the caller is not to learn that there is such a member: answered as if there were none. */
    record Hidden() implements OnAddition {
        @Override
        public Outcome<AcceptedAddition> on(ProposedAddition addition) {
            return new Outcome.Refused<>(ReconciliationRefusal.UNKNOWN_MEMBER);
        }
    }
}
