package dev.atr.producer.internal.capability;

import dev.atr.core.fhir.ResourceType;
import dev.atr.producer.spi.ExportKind;
import dev.atr.producer.spi.ListSlice.Limit;
import dev.atr.producer.spi.ListSlices;
import dev.atr.producer.spi.ProducerBackend;
import dev.atr.producer.spi.TypeFilters;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Says in the CapabilityStatement what an export is like here: what it holds, which parameters it takes, and how changes
 * are told.
 *
 * @see <a href="https://hl7.org/fhir/uv/bulkdata/STU2/export.html">Bulk Data 2.0.0, "Server Capability Documentation"</a>
 */
public final class ExportDocumentation {
    private ExportDocumentation() {}

    /**
     * Returns the text for a payer's system.
     *
     * @param kinds what is served beside the guide's own kind of export
     */
    public static String of(ProducerBackend backend, List<ExportKind> kinds) {
        Set<Limit> limits = backend.slices().map(ListSlices::limits).orElse(Set.of());
        List<String> text = new ArrayList<>();
        text.add("Exports the attribution list as one Group on one line of one file, and beside it, as NDJSON"
                + " (application/fhir+ndjson) with the resources of one type in each file, its Patients, Coverages,"
                + " subscribing RelatedPersons and attributed providers with the Practitioners, PractitionerRoles,"
                + " Organizations and Locations that they refer to, the payer included. All references are relative."
                + " A type without resources has no file. An export is of the moment at which its writing begins;"
                + " transactionTime tells which one that was.");
        text.add("Parameters: exportType, _type (also by its older name resourceTypes), _outputFormat, _elements"
                + parameters(backend, limits)
                + ", by GET, or by POST in a Parameters resource. Others are refused, or with Prefer: handling=lenient"
                + " ignored with a message.");
        if (limits.contains(Limit.SINCE)) {
            text.add("With _since there are the whole Group, the resources that changed after that instant, and every"
                    + " resource, of whatever age, of members who are new since then and of providers who are newly"
                    + " referred to. Who is a member is told by the Group alone; deleted names resources that were"
                    + " deleted from the payer's system. The transactionTime of one export is the _since of the next:"
                    + " no change is between them.");
        }
        if (limits.contains(Limit.PATIENTS)) {
            text.add("With patient the Group holds the rows of these members only and is tagged as SUBSETTED.");
        }
        text.add("With _elements a Group stays whole, and mandatory elements of the other resources stay.");
        for (ExportKind kind : kinds) {
            text.add("exportType " + kind.name() + " exports, for the same lists: "
                    + String.join(
                            ", ", kind.types().stream().map(ResourceType::code).toList()) + ".");
        }
        return String.join(" ", text);
    }

    private static String parameters(ProducerBackend backend, Set<Limit> limits) {
        StringBuilder names = new StringBuilder();
        if (limits.contains(Limit.SINCE)) {
            names.append(", _since");
        }
        if (limits.contains(Limit.UNTIL)) {
            names.append(", _until");
        }
        if (limits.contains(Limit.PATIENTS)) {
            names.append(", patient");
        }
        backend.typeFilters().ifPresent(filters -> names.append(", _typeFilter").append(filtered(filters)));
        return names.toString();
    }

    private static String filtered(TypeFilters filters) {
        List<String> types = new ArrayList<>();
        for (ResourceType type : ResourceType.ATTRIBUTION_TYPES) {
            Set<String> names = filters.parameters(type);
            if (!type.equals(ResourceType.GROUP) && !names.isEmpty()) {
                types.add(type.code() + " by "
                        + String.join(", ", names.stream().sorted().toList()));
            }
        }
        return " (" + String.join("; ", types) + ")";
    }
}
