package dev.atr.consumer.discovery;

import dev.atr.core.attribution.AttributionList;
import dev.atr.core.attribution.ListId;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Several lists fit where one was to be chosen. A provider may hold several contracts with one payer: name the contract
 * or a day, or choose from {@link #candidates()}.
 */
public final class AmbiguousListException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    private final transient List<AttributionList> candidates;

    AmbiguousListException(List<AttributionList> candidates) {
        super(candidates.size() + " lists fit ("
                + candidates.stream()
                        .map(AttributionList::id)
                        .map(ListId::value)
                        .limit(10)
                        .collect(Collectors.joining(", "))
                + (candidates.size() > 10 ? ", …" : "") + "): name the contract, a day or the list id");
        this.candidates = List.copyOf(candidates);
    }

    /** Returns the lists that fit. */
    public List<AttributionList> candidates() {
        return candidates;
    }
}
