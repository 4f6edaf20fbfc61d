package dev.atr.producer.spi.administration;

import dev.atr.core.attribution.ListId;
import dev.atr.core.attribution.Member;
import dev.atr.core.fhir.ResourceKey;
import dev.atr.producer.spi.creation.Deletion;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the payer does to its own lists, and what became of them: an optional capability of a {@link dev.atr.producer.spi.ProducerBackend}. It is
 * not served to clients. Whoever calls it acts for the payer: no caller is asked for, no policy decides.
 *
 * <p>Called from many threads at once, on several nodes maybe; methods may block. Each call takes effect as a whole or not
 * at all, in turn with what Consumers change; what changes something makes one version, what changes nothing makes none.
 * Refusal is a value; an exception means what it means in {@link dev.atr.producer.spi.ProducerBackend}, and nothing has
 * happened then.
 *
 * @see <a href="http://hl7.org/fhir/us/davinci-atr/STU2.1/spec.html">ATR 2.1.0, the status of a list</a>
 */
public interface ListAdministration {
    /**
     * Returns the rows of one patient as they stand now, inactive ones included; keys ascending. None when there is no such
     * list.
     */
    List<Member> rows(ListId list, ResourceKey patient);

    /**
     * Changes a list. Rows of a final list, or of one whose status the guide does not know, stay as they are unless the
     * revision reopens it. An open list that is published again when nothing has changed since its last publication is
     * {@link Revised.Kind#UNCHANGED}.
     *
     * @param ifVersion the version that the list must have; absent for any
     */
    Revised revise(ListId list, Revision revision, @Nullable String ifVersion);

    /**
     * Deletes a list with whatever it holds. Its earlier versions stay for those clients who may see it; that it is deleted
     * is the last one.
     *
     * @param ifVersion the version that the list must have; absent for any
     * @return never {@link Deletion.Kind#DECLINED}
     */
    Deletion delete(ListId list, @Nullable String ifVersion);

    /**
     * Opens what differs between two versions of a list: who joined, who left, whose attribution changed. Attributions that
     * ended by the calendar between the two are among those that left. Takes time in proportion to what was written between
     * the two versions, not to the length of the list.
     *
     * @param from the earlier version
     * @param to the later version; may be the same, and then nothing differs
     * @return the differences, to be closed by the caller; empty when there is no such list, deleted lists apart, or one of
     *     the versions never was, is the deletion, or is not kept any more. Always empty, as here, when the payer keeps no
     *     earlier versions
     * @throws IllegalArgumentException when {@code from} is later than {@code to}
     */
    default Optional<RowDifferences> differences(ListId list, int from, int to) {
        return Optional.empty();
    }

    /** Publishes a list: {@link StatusChange#PUBLISH}. */
    default Revised publish(ListId list) {
        return revise(list, Revision.of(StatusChange.PUBLISH), null);
    }

    /** Opens a final list again: {@link StatusChange#REOPEN}. */
    default Revised reopen(ListId list) {
        return revise(list, Revision.of(StatusChange.REOPEN), null);
    }

    /** Makes a list final: {@link StatusChange#FINALISE}. */
    default Revised finalise(ListId list) {
        return revise(list, Revision.of(StatusChange.FINALISE), null);
    }
}
