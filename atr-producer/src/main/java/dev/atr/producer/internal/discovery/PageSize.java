package dev.atr.producer.internal.discovery;

import dev.atr.producer.internal.routing.Query;
import dev.atr.producer.internal.routing.Reason;
import dev.atr.producer.internal.routing.Refusal;

/** Reads {@code _count}. */
final class PageSize {
    private PageSize() {}

    /**
     * Returns how many entries a page is to have, at most; zero when only their number is asked for.
     *
     * @param usual when the client names no number
     * @param most whatever the client asks for
     * @throws Refusal when it is no number
     */
    static int of(Query query, int usual, int most) {
        return query.single("_count").map(text -> Math.min(most, number(text))).orElse(usual);
    }

    private static int number(String text) {
        if (!text.matches("[0-9]{1,6}")) {
            throw Refusal.of(Reason.VALUE, "A number from 0 to 999999 is expected.")
                    .at("_count");
        }
        return Integer.parseInt(text);
    }
}
