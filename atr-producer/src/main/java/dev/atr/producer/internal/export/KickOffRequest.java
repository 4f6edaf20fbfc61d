package dev.atr.producer.internal.export;

import dev.atr.core.Canonicals;
import dev.atr.core.fhir.OperationOutcome.Issue;
import dev.atr.core.fhir.OperationOutcome.IssueCode;
import dev.atr.core.fhir.OperationOutcome.Severity;
import dev.atr.core.fhir.ResourceType;
import dev.atr.http.QueryParameters.Parameter;
import dev.atr.producer.internal.routing.Preferences;
import dev.atr.producer.internal.routing.Query;
import dev.atr.producer.internal.routing.Reason;
import dev.atr.producer.internal.routing.Refusal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a kick-off asks for, checked.
 *
 * @param exportType the kind of export
 * @param types the resource types in the order written
 * @param explicit whether the client named the types
 * @param minimum the types without which this export makes no sense
 * @param messages what was left aside
 */
record KickOffRequest(
        ExportType exportType,
        List<ResourceType> types,
        boolean explicit,
        Set<ResourceType> minimum,
        List<Issue> messages) {
    private static final Set<String> SERVED = Set.of("exportType", "_type", "resourceTypes", "_outputFormat");

    /** Parameters that narrow what is exported: ignoring one would disclose more than asked for (C-07). */
    private static final Set<String> NARROWING = Set.of("patient", "_since", "_until");

    private static final Set<String> FORMATS = Set.of("application/fhir+ndjson", "application/ndjson", "ndjson");
    private static final int MAX_TYPES = 100;

    /** Copies the collections. */
    KickOffRequest {
        types = List.copyOf(types);
        minimum = Set.copyOf(minimum);
        messages = List.copyOf(messages);
    }

    /**
     * Reads the parameters.
     *
     * @param query the parameters of address and body together
     * @param preferences what the client prefers
     * @param exportTypes the kinds of export by name
     * @param plain whether this is the plain {@code $export} of the Bulk Data guide, for which no types are a minimum
     * @throws Refusal when the export can't be made as asked for
     */
    static KickOffRequest of(Query query, Preferences preferences, Map<String, ExportType> exportTypes, boolean plain) {
        List<Issue> messages = new ArrayList<>();
        for (Parameter parameter : query.parameters()) {
            String name = parameter.name();
            if (!SERVED.contains(name) && !Query.isGeneral(name)) {
                if (NARROWING.contains(name) || !preferences.lenient()) {
                    throw Query.unsupported(name);
                }
                messages.add(new Issue(
                        Severity.WARNING,
                        IssueCode.NOT_SUPPORTED,
                        "This parameter is not supported and was ignored.",
                        Query.echoable(name)));
            }
        }
        // A '+' that was not escaped arrives as a blank.
        Optional<String> format =
                query.single("_outputFormat").map(f -> f.trim().replace(' ', '+'));
        if (format.isPresent() && !FORMATS.contains(format.get())) {
            throw Refusal.of(Reason.NOT_SUPPORTED, "The only output format is application/fhir+ndjson.")
                    .at("_outputFormat");
        }
        Optional<String> named = query.single("exportType").map(String::trim);
        ExportType exportType = exportType(named.orElse(Canonicals.EXPORT_TYPE), exportTypes);
        Set<ResourceType> minimum = plain && named.isEmpty() ? Set.of() : exportType.minimum();

        Optional<Set<String>> names = typeNames(query);
        if (names.isEmpty()) {
            return new KickOffRequest(exportType, exportType.types(), false, minimum, messages);
        }
        List<ResourceType> types = types(names.get(), exportType, preferences, messages);
        List<String> missing = exportType.types().stream()
                .filter(type -> minimum.contains(type) && !types.contains(type))
                .map(ResourceType::code)
                .toList();
        if (!missing.isEmpty()) {
            String text = "The member attribution export needs at least Group, Patient and Coverage; missing: "
                    + String.join(", ", missing) + ".";
            if (!preferences.lenient()) {
                throw Refusal.of(Reason.REQUIRED, text).at("_type");
            }
            messages.add(new Issue(Severity.WARNING, IssueCode.REQUIRED, text, "_type"));
        }
        return new KickOffRequest(exportType, types, true, minimum, messages);
    }

    /** Returns a copy that leaves types out, each with a message. */
    KickOffRequest without(List<ResourceType> left) {
        List<Issue> more = new ArrayList<>(messages);
        for (ResourceType type : left) {
            more.add(new Issue(
                    Severity.WARNING,
                    IssueCode.FORBIDDEN,
                    "The scopes of the access token do not cover " + type.code() + "; it was left out.",
                    null));
        }
        List<ResourceType> rest =
                types.stream().filter(type -> !left.contains(type)).toList();
        return new KickOffRequest(exportType, rest, explicit, minimum, more);
    }

    private static ExportType exportType(String name, Map<String, ExportType> exportTypes) {
        // The canonical of the guide stands for its package id; a version after the bar does not matter (C-06).
        boolean guide =
                name.equals(Canonicals.IMPLEMENTATION_GUIDE) || name.startsWith(Canonicals.IMPLEMENTATION_GUIDE + "|");
        ExportType type = exportTypes.get(guide ? Canonicals.EXPORT_TYPE : name);
        if (type == null) {
            throw Refusal.of(
                            Reason.NOT_SUPPORTED,
                            "The export types served are: " + String.join(", ", exportTypes.keySet()) + ".")
                    .at("exportType");
        }
        return type;
    }

    /** Returns the union of all forms of the type parameter (C-03, C-09); empty when it was not sent. */
    private static Optional<Set<String>> typeNames(Query query) {
        boolean hasNew = query.has("_type");
        boolean hasOld = query.has("resourceTypes");
        if (!hasNew && !hasOld) {
            return Optional.empty();
        }
        Set<String> names = names(query, hasNew ? "_type" : "resourceTypes");
        if (hasNew && hasOld && !names.equals(names(query, "resourceTypes"))) {
            throw Refusal.of(Reason.INVALID, "_type and resourceTypes mean the same and must not differ.")
                    .at("_type");
        }
        return Optional.of(names);
    }

    private static Set<String> names(Query query, String parameter) {
        List<String> names = query.all(parameter).stream()
                .flatMap(list -> Arrays.stream(list.split(",", -1)))
                .map(String::trim)
                .toList();
        if (names.size() > MAX_TYPES || names.stream().anyMatch(String::isEmpty)) {
            throw Refusal.of(Reason.VALUE, "One to " + MAX_TYPES + " resource type names are expected.")
                    .at(parameter);
        }
        return new LinkedHashSet<>(names);
    }

    private static List<ResourceType> types(
            Set<String> names, ExportType exportType, Preferences preferences, List<Issue> messages) {
        Set<ResourceType> asked = new HashSet<>();
        boolean unknown = false;
        for (String name : names) {
            Optional<ResourceType> type = exportType.types().stream()
                    .filter(t -> t.code().equalsIgnoreCase(name))
                    .findFirst();
            type.ifPresent(asked::add);
            unknown |= type.isEmpty();
        }
        if (unknown) {
            String text = "The resource types served are: "
                    + String.join(
                            ", ",
                            exportType.types().stream().map(ResourceType::code).toList()) + ".";
            if (!preferences.lenient() || asked.isEmpty()) {
                throw Refusal.of(Reason.NOT_SUPPORTED, text).at("_type");
            }
            messages.add(new Issue(Severity.WARNING, IssueCode.NOT_SUPPORTED, text + " Others were ignored.", "_type"));
        }
        return exportType.types().stream().filter(asked::contains).toList();
    }

    @Override
    public String toString() {
        return "KickOffRequest" + types;
    }
}
