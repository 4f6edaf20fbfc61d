package dev.atr.producer.internal.discovery;

import dev.atr.http.QueryParameters.Parameter;
import dev.atr.producer.internal.routing.Instants;
import dev.atr.producer.internal.routing.Query;
import dev.atr.producer.internal.routing.Reason;
import dev.atr.producer.internal.routing.Refusal;
import dev.atr.producer.spi.VersionQuery;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A request for a history, checked. Pages go on at a version, so that versions which come to be meanwhile move nothing.
 *
 * @param used the parameters that took effect, in the order sent
 * @param since only versions from this instant on; absent for all
 * @param before only versions older than this one; absent for the first page
 * @param pageSize most versions a page; zero when only their number is asked for
 */
record HistoryRequest(
        Query used, @Nullable Instant since, @Nullable Integer before, int pageSize) {
    /**
     * Reads the parameters.
     *
     * @param used those that are served
     * @param now until when there can be versions
     * @param usual versions on a page when the client names no number
     * @param most versions on a page, whatever the client asks for
     */
    static HistoryRequest of(Query used, Instant now, int usual, int most) {
        return new HistoryRequest(
                used,
                Instants.read(used, "_since", now),
                used.single("_page").map(HistoryRequest::page).orElse(null),
                PageSize.of(used, usual, most));
    }

    /** Returns what to ask the payer's system: one version more than a page has, to know whether there is a next one. */
    VersionQuery query() {
        return new VersionQuery(since, before, pageSize + 1);
    }

    /** Returns the parameters of the page after a version. */
    Query next(String version) {
        List<Parameter> parameters = new ArrayList<>(used.parameters());
        parameters.removeIf(p -> p.name().equals("_page"));
        parameters.add(new Parameter("_page", version));
        return new Query(parameters);
    }

    private static int page(String text) {
        if (!text.matches("[1-9][0-9]{0,8}")) {
            throw Refusal.of(Reason.VALUE, "This is no page of a history; follow the links of the first page.")
                    .at("_page");
        }
        return Integer.parseInt(text);
    }
}
