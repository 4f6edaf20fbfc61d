package dev.atr.producer.spi;

import dev.atr.core.attribution.AttributionList;
import java.util.List;

/**
 * One page of a search.
 *
 * @param lists the matching lists that the caller may see, ids ascending
 * @param total how many match in all pages together
 */
public record ListPage(List<AttributionList> lists, int total) {
    /** Copies the list. */
    public ListPage {
        lists = List.copyOf(lists);
    }
}
