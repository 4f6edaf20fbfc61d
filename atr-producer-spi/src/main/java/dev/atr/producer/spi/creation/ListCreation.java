package dev.atr.producer.spi.creation;

import dev.atr.core.attribution.AttributionList;
import dev.atr.core.attribution.ListId;
import dev.atr.producer.spi.Caller;
import dev.atr.producer.spi.ListQuery;
import org.jspecify.annotations.Nullable;

/**
 * Lets Consumers begin lists: an optional capability of a {@link dev.atr.producer.spi.ProducerBackend}, behind
 * {@code create} and {@code delete} of Groups. Called like the backend itself, by clients whose token holds the scope.
 */
public interface ListCreation {
    /**
     * Creates a list without rows. When this returns, the caller may see it. It refers to nobody but the payer and
     * providers whom the caller may read, see {@link LinkRules#ofList}.
     *
     * @param list what the list is to say about itself, checked; draft or open, and of a random id under which it is to
     *     be kept
     * @param unless a condition: when a list that the caller may see fits it, none is created; absent for none
     * @param provenance what the client says about its source, to be kept with the list; absent when it says nothing
     * @return the list as it stands now; or that the payer declined, for instance since there is a list for the contract
     *     (ATR: one Group a contract)
     */
    Creation<AttributionList> create(
            Caller caller, AttributionList list, @Nullable ListQuery unless, @Nullable ProvenanceNote provenance);

    /**
     * Deletes a list, or declines: ATR wants a list to stay for as long as its contract runs.
     *
     * @param version the version that the client wants to delete; absent for whichever there is
     */
    Deletion delete(Caller caller, ListId list, @Nullable String version);
}
