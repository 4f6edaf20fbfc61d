package dev.atr.core.json;

import dev.atr.core.Canonicals;
import dev.atr.core.attribution.Member;
import dev.atr.core.fhir.FhirVersion;
import java.util.ArrayList;
import java.util.List;

/** A row with anything unusual, as a JSON tree. The usual rows are written by {@link RowBuffer}. */
final class GroupRow {
    private static final List<String> ORDER =
            List.of("id", "extension", "modifierExtension", "entity", "period", "inactive");

    private GroupRow() {}

    static JsonValue.JsonObject json(Member row, FhirVersion version) {
        List<JsonValue> extensions = new ArrayList<>(3);
        if (row.changeType() != null) {
            extensions.add(Elements.extension(
                    Canonicals.EXT_CHANGE_TYPE,
                    "valueCode",
                    JsonValue.of(row.changeType().code())));
        }
        if (row.coverage() != null) {
            extensions.add(Elements.extension(
                    Canonicals.EXT_COVERAGE_REFERENCE, "valueReference", Elements.json(row.coverage())));
        }
        if (row.provider() != null) {
            extensions.add(Elements.extension(
                    Canonicals.EXT_ATTRIBUTED_PROVIDER, "valueReference", Elements.json(row.provider())));
        }
        JsonValue.ObjectBuilder json = JsonValue.object()
                .put("extension", JsonValue.array(extensions))
                .put("entity", Elements.json(row.patient()))
                .putIfPresent("period", row.period() == null ? null : Elements.json(row.period()))
                .put("inactive", row.inactive());
        JsonValue.JsonObject member = Elements.merge(json, row.other());
        if (member.items("extension").isEmpty()) {
            member = member.without("extension");
        }
        member = Elements.ordered(member, ORDER);
        return version == FhirVersion.STU3 ? Stu3.of(member) : member;
    }
}
