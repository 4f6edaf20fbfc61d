package dev.atr.consumer.export;

import dev.atr.core.attribution.ListId;
import dev.atr.core.fhir.ResourceKey;
import dev.atr.core.fhir.ResourceType;
import dev.atr.http.QueryParameters;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What an export asks for. Immutable.
 *
 * @param list the list
 * @param types the resource types wanted; always with Group, Patient and Coverage
 * @param since only resources changed after this instant; absent for everything
 * @param until only resources changed before this instant; absent for everything up to now. Not every Producer serves it
 * @param patients only these members; empty for all. The Group then holds their rows only; see
 *     {@link BulkExportClient#openGroupOfSome}
 * @param elements only these elements of resources, each {@code name} or {@code Type.name}, beside those that a
 *     resource can't be without; empty for whole resources. Not every Producer serves it
 * @param typeFilters only resources that these queries find, each {@code Type?query}; queries for a type are
 *     alternatives, and a type without one comes whole. Empty for all. Not every Producer serves it, and some leave it
 *     aside: who can't do with more looks at each resource
 * @see <a href="http://hl7.org/fhir/us/davinci-atr/STU2.1/OperationDefinition-davinci-data-export.html">ATR 2.1.0,
 *     davinci-data-export</a>
 */
public record ExportRequest(
        ListId list,
        List<ResourceType> types,
        @Nullable Instant since,
        @Nullable Instant until,
        List<ResourceKey> patients,
        List<String> elements,
        List<String> typeFilters) {
    private static final Pattern ELEMENT = Pattern.compile("([A-Z][A-Za-z]{0,63}\\.)?[a-z][A-Za-z]{0,63}");
    private static final Pattern FILTER = Pattern.compile("(?<type>[A-Z][A-Za-z]{0,63})\\?(?<query>[^?#\\s]+)");

    /** Search parameters that say what a result is like, not what is found. */
    private static final Set<String> RESULT_PARAMETERS = Set.of(
            "_sort",
            "_count",
            "_include",
            "_revinclude",
            "_summary",
            "_total",
            "_elements",
            "_contained",
            "_containedType",
            "_maxresults",
            "_graph",
            "_score",
            "_format",
            "_pretty");

    /** Every type that the guide knows; what {@link #attributionList} asks for. */
    public static final List<ResourceType> FULL = ResourceType.ATTRIBUTION_TYPES;

    /** The smaller of the two sets that the guide shows: enough to know members, coverage and most providers. */
    public static final List<ResourceType> BASIC = List.of(
            ResourceType.GROUP,
            ResourceType.PATIENT,
            ResourceType.COVERAGE,
            ResourceType.PRACTITIONER,
            ResourceType.ORGANIZATION);

    /** The types that no export may lack: a Producer must reject a request without them. */
    public static final List<ResourceType> MINIMUM =
            List.of(ResourceType.GROUP, ResourceType.PATIENT, ResourceType.COVERAGE);

    /**
     * Copies the lists, without doubles, and checks them.
     *
     * @throws IllegalArgumentException when a type of {@link #MINIMUM} is missing, a patient is no Patient, {@code until}
     *     is before {@code since}, an element is none of a resource's own, or a filter is no query for one of the types
     *     or has a parameter such as {@code _sort} that finds nothing
     */
    public ExportRequest {
        Objects.requireNonNull(list, "list");
        types = List.copyOf(new LinkedHashSet<>(types));
        patients = List.copyOf(new LinkedHashSet<>(patients));
        elements = List.copyOf(new LinkedHashSet<>(elements));
        typeFilters = List.copyOf(new LinkedHashSet<>(typeFilters));
        if (!types.containsAll(MINIMUM)) {
            List<ResourceType> missing = new ArrayList<>(MINIMUM);
            missing.removeAll(types);
            throw new IllegalArgumentException("types: an attribution export needs "
                    + missing.stream().map(ResourceType::code).collect(Collectors.joining(", ")));
        }
        if (since != null && until != null && until.isBefore(since)) {
            throw new IllegalArgumentException("until: is before since");
        }
        for (ResourceKey patient : patients) {
            if (!patient.type().equals(ResourceType.PATIENT)) {
                throw new IllegalArgumentException("patients: expected references to Patient");
            }
        }
        if (!elements.stream().allMatch(element -> ELEMENT.matcher(element).matches())) {
            throw new IllegalArgumentException("elements: expected names such as identifier or Patient.name");
        }
        for (String filter : typeFilters) {
            checkFilter(filter, types);
        }
    }

    private static void checkFilter(String filter, List<ResourceType> types) {
        Matcher parts = FILTER.matcher(filter);
        if (!parts.matches()) {
            throw new IllegalArgumentException("typeFilters: expected queries such as Coverage?status=active");
        }
        ResourceType type = new ResourceType(parts.group("type"));
        if (type.equals(ResourceType.GROUP) || !types.contains(type)) {
            throw new IllegalArgumentException(
                    "typeFilters: expected queries for the types asked for, other than Group");
        }
        for (String name : QueryParameters.parse(parts.group("query")).names()) {
            String plain = name.replaceFirst(":.*", "");
            if (RESULT_PARAMETERS.contains(plain)) {
                throw new IllegalArgumentException("typeFilters: " + plain + " is no condition");
            }
        }
    }

    /** Returns a request for a whole list with all its resources. */
    public static ExportRequest attributionList(ListId list) {
        return new ExportRequest(list, FULL, null, null, List.of(), List.of(), List.of());
    }

    /**
     * Returns a copy that asks for these types only.
     *
     * @throws IllegalArgumentException when a type of {@link #MINIMUM} is missing
     */
    public ExportRequest types(Collection<ResourceType> wanted) {
        return new ExportRequest(list, List.copyOf(wanted), since, until, patients, elements, typeFilters);
    }

    /**
     * Returns a copy that asks only for what changed after an instant: the {@code transactionTime} of an earlier export.
     * The Group comes whole all the same; members who are new since then come with all their data.
     */
    public ExportRequest since(Instant instant) {
        return new ExportRequest(list, types, instant, until, patients, elements, typeFilters);
    }

    /**
     * Returns a copy that asks only for what was there before an instant.
     *
     * @throws IllegalArgumentException when that is before {@code since}
     */
    public ExportRequest until(Instant instant) {
        return new ExportRequest(list, types, since, instant, patients, elements, typeFilters);
    }

    /**
     * Returns a copy that is limited to one more member.
     *
     * @throws IllegalArgumentException when the key is not that of a Patient
     */
    public ExportRequest patient(ResourceKey patient) {
        List<ResourceKey> more = new ArrayList<>(patients);
        more.add(patient);
        return new ExportRequest(list, types, since, until, more, elements, typeFilters);
    }

    /**
     * Returns a copy that asks for parts of resources: these elements and no others that a resource can be without. The
     * resources are tagged {@code SUBSETTED}; the Group comes with all its rows.
     *
     * @param wanted each {@code name} or {@code Type.name}
     * @throws IllegalArgumentException when one is neither
     */
    public ExportRequest elements(Collection<String> wanted) {
        return new ExportRequest(list, types, since, until, patients, List.copyOf(wanted), typeFilters);
    }

    /**
     * Returns a copy with one more filter. Together with {@link #since} it does not keep a copy up to date: that a
     * resource is found no more is not told.
     *
     * @param query for example {@code Coverage?status=active}, with values escaped as in an address
     * @throws IllegalArgumentException when it is no query for a type that is asked for, or says what the result is like
     */
    public ExportRequest typeFilter(String query) {
        List<String> more = new ArrayList<>(typeFilters);
        more.add(query);
        return new ExportRequest(list, types, since, until, patients, elements, more);
    }

    /** Returns list and sizes: patients and filters are member data. */
    @Override
    public String toString() {
        return "ExportRequest[" + list + ", " + types.size() + " types, " + patients.size() + " patients]";
    }
}
