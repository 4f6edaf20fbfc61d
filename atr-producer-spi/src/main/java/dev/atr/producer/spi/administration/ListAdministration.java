package dev.atr.producer.spi.administration;

import dev.atr.core.attribution.ListId;
import dev.atr.core.attribution.Member;
import dev.atr.core.fhir.ResourceKey;
import dev.atr.producer.spi.creation.Deletion;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the payer does to its own lists: an optional capability of a {@link dev.atr.producer.spi.ProducerBackend}. It is
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
