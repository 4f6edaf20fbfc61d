package dev.atr.consumer.subscription;

import dev.atr.core.attribution.AttributionList;
import dev.atr.core.attribution.ListId;

/**
 * What is done when a list has a new version: an export, as a rule. Called by the one thread of a {@link ListWatch}, for
 * one list after the other, and once for each list at the start, since nobody knows what happened before. Many versions in
 * a short time are one call.
 *
 * <p>Whatever is thrown, the same is asked for again, after pauses that grow from a second to five minutes.
 */
@FunctionalInterface
public interface ListAction {
    /**
     * Takes note of a list.
     *
     * @param list the list as it is now, without rows
     */
    void changed(AttributionList list) throws Exception;

    /** Takes note that there is no such list any more, or that it is no longer ours to see. */
    default void gone(ListId list) throws Exception {}

    /**
     * Takes note of how changes come to be known from now on.
     *
     * @param notified by notifications, within seconds; or else by looking at the list now and then
     */
    default void watched(ListId list, boolean notified) {}
}
