package dev.atr.producer.spi.reconcile;

import dev.atr.core.attribution.ListId;
import dev.atr.core.reconcile.MemberAddRequest;
import dev.atr.core.reconcile.MemberRemoveRequest;
import dev.atr.core.reconcile.MemberSelector;
import dev.atr.producer.spi.Caller;
import dev.atr.producer.spi.ListSnapshot;
import org.jspecify.annotations.Nullable;

/**
 * Changes to lists that Consumers ask for. The Producer reads the request and answers it; the backend finds out who and
 * which provider and coverage are meant, has the payer's policy decide, and writes, each call in one transaction.
 *
 * <p>Called from many threads at once, on several nodes maybe; methods may block. Calls on one list take effect one after
 * another: none is lost, and each that changes something makes one version. What changes nothing makes none. A list that
 * is not the caller's is refused with {@link ReconciliationRefusal#NO_SUCH_LIST} before anything else is looked at. Refusal
 * is a value; an exception means what it means in {@link dev.atr.producer.spi.ProducerBackend}, and nothing has happened
 * then.
 *
 * <p>A number is looked for among the payer's own resources, and where none has it among those that the caller created.
 * What another client created is as good as not there, unless it is named by reference and the caller may read it. A
 * removal looks at the providers of the member's rows, whoever created them.
 *
 * @see <a href="http://hl7.org/fhir/us/davinci-atr/STU2.1/spec.html">ATR 2.1.0, reconciliation</a>
 */
public interface Reconciliation {
    /**
     * Adds a member, attributed to a provider. The coverage of the row is one of
     * {@link AttributionRules#coverages}, unless the policy names it (C-23). A row that is there already stays alone
     * (C-31): see {@link RowChange#of}.
     *
     * @param ifVersion the version that the list must have; absent for any
     * @param policy decides; asked inside the transaction, for members who are there and no others
     */
    Outcome<Change<AddEffect>> memberAdd(
            Caller caller, ListId list, MemberAddRequest request, @Nullable String ifVersion, AttributionPolicy policy);

    /**
     * Takes the rows out that are named, and no others: on a draft list they stay as inactive and dropped, from an open one
     * they go (C-29). A person whom the payer does not know, and a member of other lists only, are both
     * {@link ReconciliationRefusal#NOT_ON_LIST}.
     *
     * @param ifVersion the version that the list must have; absent for any
     * @param policy decides; asked inside the transaction, about rows that are there
     */
    Outcome<Change<RemoveEffect>> memberRemove(
            Caller caller,
            ListId list,
            MemberRemoveRequest request,
            @Nullable String ifVersion,
            AttributionPolicy policy);

    /**
     * Takes note that the Consumer is done. A draft list with active members becomes final and loses its inactive rows
     * (C-30); any other list stays as it is (C-20, C-67).
     *
     * @param ifVersion the version that the list must have; absent for any
     * @param policy decides; asked inside the transaction, about drafts with active members and no other lists. What it
     *     alters is in the final version; a list that loses all its active members so stays as it was, a draft
     */
    Outcome<Change<ConfirmEffect>> confirmAttributionList(
            Caller caller, ListId list, @Nullable String ifVersion, AttributionPolicy policy);

    /**
     * Opens what the list says of one member: a snapshot with the rows of that member alone, inactive ones included, and
     * the resources that belong to them. The Producer closes it. Whoever is not on this list is
     * {@link ReconciliationRefusal#NOT_ON_LIST}, known to the payer or not. Never {@link Outcome.Declined}.
     */
    Outcome<ListSnapshot> attributionStatus(Caller caller, ListId list, MemberSelector member);
}
