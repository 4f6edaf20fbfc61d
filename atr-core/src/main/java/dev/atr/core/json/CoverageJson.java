package dev.atr.core.json;

import dev.atr.core.Canonicals;
import dev.atr.core.attribution.MemberCoverage;
import dev.atr.core.attribution.MemberCoverage.CoverageClass;
import dev.atr.core.fhir.CodeableConcept;
import dev.atr.core.fhir.FhirVersion;
import dev.atr.core.fhir.Reference;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Coverages as JSON. Nothing that is met is lost: what is not modelled is kept as JSON. */
public final class CoverageJson {
    private static final List<String> ORDER = Elements.resourceOrder(
            "identifier",
            "status",
            "type",
            "policyHolder",
            "subscriber",
            "subscriberId",
            "beneficiary",
            "dependent",
            "relationship",
            "period",
            "payor",
            "class",
            "grouping",
            "sequence",
            "order",
            "network",
            "costToBeneficiary",
            "subrogation",
            "contract");

    private CoverageJson() {}

    /**
     * Reads a coverage. An STU3 coverage without status is taken for an active one.
     *
     * @throws dev.atr.core.error.InvalidContentException when it is not valid JSON, another resource, one of the other FHIR
     *     version, or holds a value of the wrong type
     */
    public static MemberCoverage read(byte[] json, FhirVersion version) {
        JsonValue.JsonObject resource = JsonValue.parseObject(json);
        Fields fields = new Fields(OtherVersion.toR4(resource, version), "Coverage");
        if (!"Coverage".equals(fields.text("resourceType"))) {
            throw fields.refused("resourceType", "expected Coverage");
        }
        JsonValue productType = fields.extension("valueCodeableConcept", Canonicals.EXT_INSURANCE_PRODUCT);
        return new MemberCoverage(
                fields.text("id"),
                fields.elements("identifier", Elements::identifier),
                fields.text("status"),
                fields.element("policyHolder", Elements::reference),
                fields.element("subscriber", Elements::reference),
                fields.text("subscriberId"),
                fields.element("beneficiary", Elements::reference),
                fields.text("dependent"),
                fields.element("relationship", Elements::concept),
                fields.element("period", Elements::period),
                fields.elements("payor", Elements::reference),
                classes(fields),
                productType == null ? null : Elements.concept(productType, "Coverage.extension.valueCodeableConcept"),
                fields.rest());
    }

    /** Takes the classes that are whole; one without type or value stays in the rest. */
    private static List<CoverageClass> classes(Fields coverage) {
        List<CoverageClass> classes = new ArrayList<>();
        List<JsonValue> others = new ArrayList<>();
        for (JsonValue entry : coverage.array("class")) {
            Fields fields = new Fields(entry, "Coverage.class");
            CodeableConcept type = fields.element("type", Elements::concept);
            String value = fields.text("value");
            if (type == null || value == null) {
                others.add(entry);
            } else {
                classes.add(new CoverageClass(type, value, fields.text("name"), fields.rest()));
            }
        }
        if (!others.isEmpty()) {
            coverage.put("class", JsonValue.array(others));
        }
        return classes;
    }

    /** Writes a coverage on a single line. */
    public static byte[] write(MemberCoverage coverage, FhirVersion version) {
        JsonValue.ObjectBuilder json =
                JsonValue.object().put("resourceType", "Coverage").putIfPresent("id", coverage.id());
        if (coverage.insuranceProductType() != null) {
            json.put(
                    "extension",
                    JsonValue.array(Elements.extension(
                            Canonicals.EXT_INSURANCE_PRODUCT,
                            "valueCodeableConcept",
                            Elements.json(coverage.insuranceProductType()))));
        }
        json.putItems(
                        "identifier",
                        coverage.identifiers().stream().map(Elements::json).toList())
                .putIfPresent("status", coverage.status())
                .putIfPresent("policyHolder", reference(coverage.policyHolder()))
                .putIfPresent("subscriber", reference(coverage.subscriber()))
                .putIfPresent("subscriberId", coverage.subscriberId())
                .putIfPresent("beneficiary", reference(coverage.beneficiary()))
                .putIfPresent("dependent", coverage.dependent())
                .putIfPresent(
                        "relationship", coverage.relationship() == null ? null : Elements.json(coverage.relationship()))
                .putIfPresent("period", coverage.period() == null ? null : Elements.json(coverage.period()))
                .putItems(
                        "payor", coverage.payors().stream().map(Elements::json).toList())
                .putItems(
                        "class",
                        coverage.classes().stream().map(CoverageJson::json).toList());
        JsonValue.JsonObject resource = Elements.merge(json, coverage.other());
        return Elements.ordered(version == FhirVersion.STU3 ? Stu3.of(resource) : resource, ORDER)
                .toBytes();
    }

    private static @Nullable JsonValue reference(@Nullable Reference reference) {
        return reference == null ? null : Elements.json(reference);
    }

    private static JsonValue json(CoverageClass entry) {
        JsonValue.ObjectBuilder json = JsonValue.object()
                .put("type", Elements.json(entry.type()))
                .put("value", entry.value())
                .putIfPresent("name", entry.name());
        return Elements.merge(json, entry.other());
    }
}
