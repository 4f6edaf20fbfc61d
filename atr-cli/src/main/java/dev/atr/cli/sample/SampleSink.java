package dev.atr.cli.sample;

import dev.atr.core.attribution.AttributionList;
import dev.atr.core.attribution.ListId;
import dev.atr.core.attribution.Member;
import dev.atr.core.attribution.MemberCursor;
import dev.atr.core.attribution.MemberKey;
import dev.atr.core.fhir.ResourceKey;
import java.util.function.Consumer;

/** Where the sample goes. */
interface SampleSink {
    /** Takes a resource. */
    void resource(ResourceKey key, byte[] json);

    /** Takes a list in its first publication; rows ascend by key. */
    void list(AttributionList list, MemberCursor rows);

    /** Takes what a later publication changes; the changes are made when {@code all} is called. */
    void changes(ListId list, Consumer<Changes> all);

    /** Takes single changes. */
    interface Changes {
        /** A new row, or a new state of a row. */
        void put(Member row);

        /** A row that is there no more. */
        void remove(MemberKey row);
    }
}
