package dev.atr.producer.internal.discovery;

import dev.atr.core.attribution.AttributionList;
import dev.atr.core.fhir.OtherElements;
import dev.atr.producer.internal.routing.Query;
import dev.atr.producer.internal.routing.Reason;
import dev.atr.producer.internal.routing.Refusal;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * How much of a Group the client asks for with {@code _summary} or {@code _elements}.
 *
 * @param elements the root elements to keep; {@code null} for all. Id, meta and mandatory elements always stay
 */
public record GroupView(@Nullable Set<String> elements) {
    /** The whole Group. */
    static final GroupView ALL = new GroupView(null);

    /**
     * The elements flagged as summary, and the root extensions: without contract period and status no client can choose
     * a list (C-46).
     */
    public static final GroupView SUMMARY = new GroupView(
            Set.of("identifier", "active", "code", "name", "quantity", "managingEntity", "extension", "implicitRules"));

    /** The narrative alone. */
    private static final GroupView TEXT = new GroupView(Set.of("text"));

    private static final Set<String> ALWAYS = Set.of("meta", "type", "actual");

    /** Reads {@code _summary} and {@code _elements}; {@code count} is left to searches. */
    static GroupView of(Query query) {
        Optional<String> summary = query.single("_summary");
        Set<String> elements = query.all("_elements").stream()
                .flatMap(list -> Arrays.stream(list.split(",", -1)))
                .map(String::trim)
                .collect(Collectors.toSet());
        if (summary.isPresent()) {
            if (query.has("_elements")) {
                throw Refusal.of(Reason.INVALID, "Give _summary or _elements, not both.")
                        .at("_elements");
            }
            return switch (summary.get()) {
                case "true" -> SUMMARY;
                case "false" -> ALL;
                case "text" -> TEXT;
                default ->
                    throw Refusal.of(Reason.NOT_SUPPORTED, "The values served are true, text and false.")
                            .at("_summary");
            };
        }
        if (!query.has("_elements")) {
            return ALL;
        }
        if (!elements.stream().allMatch(e -> e.matches("[a-z][A-Za-z]{0,40}"))) {
            throw Refusal.of(Reason.VALUE, "A list of root element names is expected.")
                    .at("_elements");
        }
        return new GroupView(elements);
    }

    /** Returns whether the rows are among what is asked for. */
    boolean withMembers() {
        return keeps("member");
    }

    /** Returns whether nothing is left out. */
    boolean isWhole() {
        return elements == null;
    }

    /** Returns what is asked for of a list. */
    public AttributionList of(AttributionList list) {
        if (elements == null) {
            return list;
        }
        boolean extensions = keeps("extension");
        return new AttributionList(
                list.id(),
                list.version(),
                list.lastUpdated(),
                keeps("identifier") ? list.identifiers() : List.of(),
                keeps("active") ? list.active() : null,
                keeps("name") ? list.name() : null,
                keeps("quantity") ? list.quantity() : null,
                keeps("managingEntity") ? list.payer() : null,
                extensions ? list.status() : null,
                extensions ? list.contractPeriod() : null,
                extensions ? list.intendedRecipient() : null,
                keeps("characteristic") ? list.characteristics() : List.of(),
                new OtherElements(list.other().properties().stream()
                        .filter(p -> keeps(p.name().startsWith("_") ? p.name().substring(1) : p.name()))
                        .toList()));
    }

    private boolean keeps(String element) {
        return elements == null || elements.contains(element) || ALWAYS.contains(element);
    }
}
