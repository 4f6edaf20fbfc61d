package dev.atr.producer.internal.discovery;

import dev.atr.core.attribution.ListId;
import dev.atr.core.fhir.ResourceKey;
import dev.atr.http.QueryParameters.Parameter;
import dev.atr.producer.internal.routing.Preferences;
import dev.atr.producer.internal.routing.Query;
import dev.atr.producer.internal.routing.Reason;
import dev.atr.producer.internal.routing.Refusal;
import dev.atr.producer.spi.ListQuery;
import dev.atr.producer.spi.ListQuery.TimeSpan;
import dev.atr.producer.spi.ListQuery.Token;
import dev.atr.producer.spi.TraitQuery;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A Group search, checked.
 *
 * @param used the parameters that took effect, in the order sent
 * @param ids as in {@link ListQuery}
 * @param identifiers as in {@link ListQuery}
 * @param names as in {@link ListQuery}
 * @param lastUpdated as in {@link ListQuery}
 * @param traits as in {@link ListQuery}
 * @param view how much of each Group is returned
 * @param countOnly whether only the number of matches is asked for
 * @param pageSize most Groups a page; positive
 * @param after the last list of the page before; absent for the first page
 */
record GroupSearchRequest(
        Query used,
        @Nullable Set<ListId> ids,
        List<List<Token>> identifiers,
        List<List<String>> names,
        List<List<TimeSpan>> lastUpdated,
        List<List<TraitQuery>> traits,
        GroupView view,
        boolean countOnly,
        int pageSize,
        @Nullable ListId after) {
    /** Groups on a page when the client names no number. */
    static final int DEFAULT_PAGE = 100;

    /** Most Groups on a page, whatever the client asks for: 1000, some 2 MB of JSON. */
    static final int MAX_PAGE = 1000;

    private static final Set<String> SERVED = Set.of(
            "identifier",
            "name",
            "characteristic",
            "characteristic-value",
            "_id",
            "_lastUpdated",
            "_summary",
            "_elements",
            "_count",
            "_page");

    /** Reads the parameters. */
    static GroupSearchRequest of(Query query, Preferences preferences) {
        Query used = query.only(SERVED, preferences);
        List<List<Token>> identifiers = new ArrayList<>();
        used.all("identifier").forEach(value -> identifiers.add(TokenText.tokens("identifier", value)));
        List<List<String>> names = new ArrayList<>();
        used.all("name").forEach(value -> names.add(TokenText.texts("name", value)));
        List<List<TimeSpan>> lastUpdated = new ArrayList<>();
        used.all("_lastUpdated").forEach(value -> lastUpdated.add(TimeText.spans("_lastUpdated", value)));
        List<List<TraitQuery>> traits = new ArrayList<>();
        used.all("characteristic")
                .forEach(value -> traits.add(TokenText.tokens("characteristic", value).stream()
                        .map(code -> new TraitQuery(code, null))
                        .toList()));
        used.all("characteristic-value").forEach(value -> traits.add(TokenText.pairs("characteristic-value", value)));

        boolean countOnly = used.single("_summary").filter("count"::equals).isPresent();
        int pageSize = PageSize.of(used, DEFAULT_PAGE, MAX_PAGE);
        // FHIR: "_count=0" is treated as a count of the matches.
        countOnly |= pageSize == 0;
        return new GroupSearchRequest(
                used,
                ids(used.all("_id")),
                identifiers,
                names,
                lastUpdated,
                traits,
                countOnly ? GroupView.ALL : view(used),
                countOnly,
                Math.max(1, pageSize),
                used.single("_page").map(GroupSearchRequest::listOf).orElse(null));
    }

    /** Returns what to ask the payer's system: one list more than a page has, to know whether there is a next one. */
    ListQuery query() {
        return new ListQuery(ids, identifiers, names, lastUpdated, traits, after, pageSize + 1);
    }

    /** Returns the parameters of the page after a list. */
    Query next(ListId last) {
        List<Parameter> parameters = new ArrayList<>(used.parameters());
        parameters.removeIf(p -> p.name().equals("_page"));
        parameters.add(new Parameter("_page", pageOf(last)));
        return new Query(parameters);
    }

    private static GroupView view(Query used) {
        // Rows never travel in a search, so that "data" (all but the narrative) is the same as "false".
        boolean data = used.single("_summary").filter("data"::equals).isPresent();
        return data ? GroupView.ALL : GroupView.of(used);
    }

    private static @Nullable Set<ListId> ids(List<String> values) {
        Set<ListId> ids = null;
        for (String value : values) {
            // A text that is no id matches nothing; it is not an error.
            Set<ListId> some = TokenText.texts("_id", value).stream()
                    .filter(ResourceKey::isId)
                    .map(ListId::new)
                    .collect(Collectors.toSet());
            if (ids == null) {
                ids = new HashSet<>(some);
            } else {
                ids.retainAll(some);
            }
        }
        return ids;
    }

    private static String pageOf(ListId last) {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(last.value().getBytes(StandardCharsets.US_ASCII));
    }

    private static ListId listOf(String page) {
        try {
            return new ListId(new String(Base64.getUrlDecoder().decode(page), StandardCharsets.US_ASCII));
        } catch (IllegalArgumentException e) {
            throw Refusal.of(Reason.VALUE, "This is no page of a search; follow the links of the first page.")
                    .at("_page");
        }
    }

    @Override
    public String toString() {
        return "GroupSearchRequest";
    }
}
