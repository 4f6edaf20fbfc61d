package dev.atr.producer.spi.reconcile;

/**
 * How the payer decides on what Consumers ask for. {@code $member-add} names people who are not yet the caller's: the
 * policy says whom a caller may add, and whether it may learn that they are members at all. A Producer that takes changes
 * has one; there is no default.
 *
 * <p>Asked from many threads at once, inside the backend's transaction: it answers fast and does not call the backend. An
 * exception fails the request, and nothing has happened. It may be asked about a member who is not added afterwards, and
 * asked again when the list changed while it decided. The ledger lets others change the list meanwhile, unless it has been
 * asked about one removal or confirmation three times over.
 */
public interface AttributionPolicy {
    /**
     * Decides on an addition. The member, the provider and the list are there; the list is the caller's and takes members.
     */
    Decision.OnAddition onAddition(ProposedAddition addition);

    /** Decides on a removal of rows that are there. */
    Decision.OnRemoval onRemoval(ProposedRemoval removal);

    /**
     * Decides on a confirmation of a draft with active members, which then becomes final. The payer may change rows before
     * that; as long as it declines, the list stays a draft. By default the list becomes final as it is.
     */
    default Decision.OnConfirmation onConfirmation(ProposedConfirmation confirmation) {
        return new Decision.Accepted();
    }

    /**
     * Returns the policy that accepts everything: each Consumer may add any member of the payer to its lists, and so find
     * out who is one. For demonstrations and tests.
     */
    static AttributionPolicy anyMemberOfThisPayer() {
        return new AttributionPolicy() {
            @Override
            public Decision.OnAddition onAddition(ProposedAddition addition) {
                return new Decision.Accepted();
            }

            @Override
            public Decision.OnRemoval onRemoval(ProposedRemoval removal) {
                return new Decision.Accepted();
            }
        };
    }
}
