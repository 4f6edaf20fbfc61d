package dev.atr.consumer.reconcile;

import dev.atr.core.attribution.AttributionList;
import dev.atr.core.attribution.Member;
import dev.atr.core.fhir.ResourceKey;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a Producer holds of one member of a list.
 *
 * @param list the list as it stands; absent when the Producer sent no Group
 * @param rows the member's rows, inactive ones included; empty when the Producer sent no Group
 * @param resources what belongs to them, as JSON in UTF-8 of the Producer's FHIR version; not to be changed
 */
public record MemberStatus(@Nullable AttributionList list, List<Member> rows, Map<ResourceKey, byte[]> resources) {
    /** Copies the collections. */
    public MemberStatus {
        rows = List.copyOf(rows);
        resources = Map.copyOf(resources);
    }

    /** Returns whether the member is attributed now: by an active row, or by being told of at all without rows. */
    public boolean isAttributed() {
        return list == null || rows.stream().anyMatch(row -> !row.inactive());
    }

    /** Returns how many rows and resources there are: their content is member data. */
    @Override
    public String toString() {
        return "MemberStatus[" + rows.size() + " rows, " + resources.size() + " resources]";
    }
}
