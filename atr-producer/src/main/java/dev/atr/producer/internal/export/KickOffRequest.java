package dev.atr.producer.internal.export;

import dev.atr.core.Canonicals;
import dev.atr.core.attribution.ListId;
import dev.atr.core.fhir.OperationOutcome.Issue;
import dev.atr.core.fhir.OperationOutcome.IssueCode;
import dev.atr.core.fhir.OperationOutcome.Severity;
import dev.atr.core.fhir.ResourceType;
import dev.atr.http.QueryParameters.Parameter;
import dev.atr.producer.ExportOption;
import dev.atr.producer.internal.routing.Call;
import dev.atr.producer.internal.routing.Instants;
import dev.atr.producer.internal.routing.Query;
import dev.atr.producer.internal.routing.Reason;
import dev.atr.producer.internal.routing.Refusal;
import dev.atr.producer.spi.ExportParameters;
import dev.atr.producer.spi.ListSlice.Limit;
import dev.atr.producer.spi.ListSnapshot;
import dev.atr.producer.spi.ProducerBackend;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a kick-off asks for, checked.
 *
 * @param exportType the kind of export
 * @param types the resource types in the order written
 * @param explicit whether the client named the types
 * @param minimum the types without which this export makes no sense, in the order written
 * @param parameters what else the client asked for
 * @param messages what was left aside
 */
record KickOffRequest(
        ExportType exportType,
        List<ResourceType> types,
        boolean explicit,
        List<ResourceType> minimum,
        ExportParameters parameters,
        List<Issue> messages) {
    private static final Set<String> FORMATS = Set.of("application/fhir+ndjson", "application/ndjson", "ndjson");
    private static final int MAX_TYPES = 100;

    /** Each parameter that is left aside has a message, and messages are kept with the job. */
    private static final int MAX_LEFT_ASIDE = 100;

    /** Copies the collections. */
    KickOffRequest {
        types = List.copyOf(types);
        minimum = List.copyOf(minimum);
        messages = List.copyOf(messages);
    }

    /**
     * Reads the parameters.
     *
     * @param query the parameters of address and body together
     * @param call the request
     * @param context what all parts of an export share
     * @param exportTypes the kinds of export by name
     * @param plain whether this is the plain {@code $export} of the Bulk Data guide, for which no types are a minimum
     * @throws Refusal when the export can't be made as asked for
     */
    static KickOffRequest of(
            Query query, Call call, ExportContext context, Map<String, ExportType> exportTypes, boolean plain) {
        List<Issue> messages = new ArrayList<>();
        boolean lenient = call.preferences().lenient();
        leaveAside(query, served(context.backend()), lenient, messages);
        // A '+' that was not escaped arrives as a blank.
        Optional<String> format =
                query.single("_outputFormat").map(f -> f.trim().replace(' ', '+'));
        if (format.isPresent() && !FORMATS.contains(format.get())) {
            throw Refusal.of(Reason.NOT_SUPPORTED, "The only output format is application/fhir+ndjson.")
                    .at("_outputFormat");
        }
        Optional<String> named = query.single("exportType").map(String::trim);
        if (named.isEmpty() && !plain && context.has(ExportOption.REQUIRE_EXPORT_TYPE)) {
            throw Refusal.of(Reason.REQUIRED, "The export type must be named, " + Canonicals.EXPORT_TYPE + ".")
                    .at("exportType");
        }
        ExportType exportType = exportType(named.orElse(Canonicals.EXPORT_TYPE), exportTypes);
        List<ResourceType> minimum = plain && named.isEmpty() ? List.of() : exportType.minimum();
        Optional<Set<String>> names = typeNames(query);
        List<ResourceType> types =
                names.isEmpty() ? exportType.types() : types(names.get(), exportType, lenient, messages);
        boolean fewer = lenient
                || (context.has(ExportOption.ALLOW_FEWER_TYPES)
                        && !call.preferences().strict());
        requireMinimum(types, minimum, fewer, messages);
        ExportParameters parameters = parameters(query, call, context, types, messages);
        return new KickOffRequest(exportType, types, names.isPresent(), minimum, parameters, messages);
    }

    private static ExportParameters parameters(
            Query query, Call call, ExportContext context, List<ResourceType> types, List<Issue> messages) {
        Set<Limit> limits = Slices.limits(context.backend());
        Instant now = latest(query, call, context);
        Instant since = limits.contains(Limit.SINCE) ? Instants.read(query, "_since", now) : null;
        Instant until = limits.contains(Limit.UNTIL) ? Instants.read(query, "_until", now) : null;
        if (since != null && until != null && until.isBefore(since)) {
            throw Refusal.of(Reason.INVALID, "_until must not be before _since.")
                    .at("_until");
        }
        ExportParameters parameters = new ExportParameters(
                since,
                until,
                PatientParameter.read(query, context.base()),
                ElementSubset.read(query),
                context.backend().typeFilters().isEmpty() ? List.of() : TypeFilterParameter.read(query),
                call.preferences().separateExportStatus());
        if (!parameters.patients().isEmpty() && call.query().has(PatientParameter.NAME)) {
            if (context.has(ExportOption.REFUSE_PATIENT_IN_ADDRESS)) {
                throw Refusal.of(Reason.NOT_SUPPORTED, "Patients must be named in the body of a POST.")
                        .at(PatientParameter.NAME);
            }
            messages.add(new Issue(
                    Severity.WARNING,
                    IssueCode.BUSINESS_RULE,
                    "Patients belong into the body of a POST; those of the address were heeded.",
                    PatientParameter.NAME));
        }
        return checked(parameters, call, context, types, messages);
    }

    /**
     * Returns the latest time that a client can have heard of: the clock's, or the time of the list where the clock was
     * set back since. The manifest of the client's last export names that time for its next one.
     */
    private static Instant latest(Query query, Call call, ExportContext context) {
        Instant now = context.clock().instant();
        if (!query.has("_since") && !query.has("_until")) {
            return now;
        }
        try (ListSnapshot snapshot = context.backend()
                .snapshot(call.caller(), new ListId(call.variable(0)))
                .orElse(null)) {
            return snapshot == null || snapshot.transactionTime().isBefore(now) ? now : snapshot.transactionTime();
        }
    }

    /** Leaves filters aside that can't be served, all together: some of them alone would mean something else. */
    private static ExportParameters checked(
            ExportParameters parameters,
            Call call,
            ExportContext context,
            List<ResourceType> types,
            List<Issue> messages) {
        try {
            // Compiled again where the files are written, maybe on another node.
            Selection unused = Selection.of(parameters, types, context.backend().typeFilters());
            return parameters;
        } catch (Refusal refusal) {
            if (!call.preferences().lenient()) {
                throw refusal;
            }
            messages.add(ignored(TypeFilterParameter.NAME));
            return new ExportParameters(
                    parameters.since(),
                    parameters.until(),
                    parameters.patients(),
                    parameters.elements(),
                    List.of(),
                    parameters.separateStatus());
        }
    }

    private static Set<String> served(ProducerBackend backend) {
        Set<String> served =
                new HashSet<>(Set.of("exportType", "_type", "resourceTypes", "_outputFormat", ElementSubset.NAME));
        Map<Limit, String> names =
                Map.of(Limit.SINCE, "_since", Limit.UNTIL, "_until", Limit.PATIENTS, PatientParameter.NAME);
        Slices.limits(backend).forEach(limit -> served.add(names.get(limit)));
        if (backend.typeFilters().isPresent()) {
            served.add(TypeFilterParameter.NAME);
        }
        return served;
    }

    private static void leaveAside(Query query, Set<String> served, boolean lenient, List<Issue> messages) {
        Set<String> left = new LinkedHashSet<>();
        for (Parameter parameter : query.parameters()) {
            String name = parameter.name();
            if (!served.contains(name) && !Query.isGeneral(name)) {
                // To ignore patients would disclose the data of others (C-07)
                if (!lenient || name.equals(PatientParameter.NAME)) {
                    throw Query.unsupported(name);
                }
                left.add(Query.echoable(name));
                if (left.size() > MAX_LEFT_ASIDE) {
                    throw Refusal.of(Reason.VALUE, "More than " + MAX_LEFT_ASIDE + " parameters are not supported.");
                }
            }
        }
        left.forEach(name -> messages.add(ignored(name)));
    }

    private static Issue ignored(String name) {
        return new Issue(
                Severity.WARNING, IssueCode.NOT_SUPPORTED, "This parameter is not supported and was ignored.", name);
    }

    private static void requireMinimum(
            List<ResourceType> types, List<ResourceType> minimum, boolean fewer, List<Issue> messages) {
        List<ResourceType> missing =
                minimum.stream().filter(type -> !types.contains(type)).toList();
        if (missing.isEmpty()) {
            return;
        }
        String text = "This export needs at least " + joined(minimum) + "; missing: " + joined(missing) + ".";
        if (!fewer) {
            throw Refusal.of(Reason.REQUIRED, text).at("_type");
        }
        messages.add(new Issue(Severity.WARNING, IssueCode.REQUIRED, text, "_type"));
    }

    private static String joined(List<ResourceType> types) {
        return String.join(", ", types.stream().map(ResourceType::code).toList());
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
        return new KickOffRequest(exportType, rest, explicit, minimum, parameters, more);
    }

    private static ExportType exportType(String name, Map<String, ExportType> exportTypes) {
        // The canonical of the guide stands for its package id; a version after the bar does not matter (C-06).
        boolean guide =
                name.equals(Canonicals.IMPLEMENTATION_GUIDE) || name.startsWith(Canonicals.IMPLEMENTATION_GUIDE + "|");
        ExportType type = exportTypes.get(guide ? Canonicals.EXPORT_TYPE : name);
        if (type == null) {
            throw Refusal.of(
                            Reason.NOT_SUPPORTED,
                            "The export types served are: " + String.join(", ", new TreeSet<>(exportTypes.keySet()))
                                    + ".")
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
            Set<String> names, ExportType exportType, boolean lenient, List<Issue> messages) {
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
            String text = "The resource types served are: " + joined(exportType.types()) + ".";
            if (!lenient || asked.isEmpty()) {
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
