package dev.atr.core.json;

import dev.atr.core.Canonicals;
import dev.atr.core.attribution.AttributionList;
import dev.atr.core.attribution.Characteristic;
import dev.atr.core.attribution.ListId;
import dev.atr.core.attribution.ListStatus;
import dev.atr.core.error.InvalidContentException;
import dev.atr.core.fhir.FhirVersion;
import dev.atr.core.fhir.Identifier;
import dev.atr.core.fhir.OtherElements;
import dev.atr.core.fhir.Period;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A Group without its rows: from the JSON tree to {@link AttributionList} and back. */
final class GroupHeader {
    private static final List<String> ORDER = Elements.resourceOrder(
            "identifier", "active", "type", "actual", "code", "name", "quantity", "managingEntity", "characteristic");

    private static final JsonValue SUBSETTED = JsonValue.object()
            .put("system", Canonicals.OBSERVATION_VALUE)
            .put("code", "SUBSETTED")
            .build();

    private GroupHeader() {}

    static JsonValue.JsonObject json(AttributionList list, FhirVersion version, boolean subsetted) {
        JsonValue.ObjectBuilder json = JsonValue.object()
                .put("resourceType", "Group")
                .put("id", list.id().value())
                .put("extension", JsonValue.array(extensions(list)))
                .putItems(
                        "identifier",
                        list.identifiers().stream().map(Elements::json).toList());
        if (list.active() != null) {
            json.put("active", list.active());
        }
        json.put("type", "person").put("actual", true).putIfPresent("name", list.name());
        if (list.quantity() != null) {
            json.put("quantity", list.quantity());
        }
        json.putIfPresent("managingEntity", list.payer() == null ? null : Elements.json(list.payer()))
                .putItems(
                        "characteristic",
                        list.characteristics().stream().map(GroupHeader::json).toList());
        JsonValue.JsonObject group = Elements.merge(json, Elements.without(list.other(), "meta"));
        if (group.items("extension").isEmpty()) {
            group = group.without("extension");
        }
        JsonValue.JsonObject meta = meta(list, subsetted);
        if (!meta.properties().isEmpty()) {
            group = group.with("meta", meta);
        }
        return Elements.ordered(version == FhirVersion.STU3 ? Stu3.of(group) : group, ORDER);
    }

    private static List<JsonValue> extensions(AttributionList list) {
        List<JsonValue> extensions = new ArrayList<>();
        if (list.contractPeriod() != null) {
            extensions.add(Elements.extension(
                    Canonicals.EXT_CONTRACT_PERIOD, "valuePeriod", Elements.json(list.contractPeriod())));
        }
        if (list.status() != null) {
            extensions.add(Elements.extension(
                    Canonicals.EXT_LIST_STATUS,
                    "valueCode",
                    JsonValue.of(list.status().code())));
        }
        if (list.intendedRecipient() != null) {
            extensions.add(Elements.extension(
                    Canonicals.EXT_INTENDED_RECIPIENT, "valueIdentifier", Elements.json(list.intendedRecipient())));
        }
        return extensions;
    }

    private static JsonValue json(Characteristic characteristic) {
        return Elements.merge(
                JsonValue.object().put("code", Elements.json(characteristic.code())), characteristic.other());
    }

    private static JsonValue.JsonObject meta(AttributionList list, boolean subsetted) {
        JsonValue kept = Elements.find(list.other(), "meta");
        JsonValue.ObjectBuilder meta = JsonValue.object().putIfPresent("versionId", list.version());
        if (list.lastUpdated() != null) {
            meta.put("lastUpdated", list.lastUpdated().toString());
        }
        if (!subsetted) {
            meta.put("profile", JsonValue.array(JsonValue.of(Canonicals.ATR_GROUP)));
        } else if (kept == null || !kept.items("tag").contains(SUBSETTED)) {
            meta.put("tag", JsonValue.array(SUBSETTED));
        }
        return kept instanceof JsonValue.JsonObject object
                ? Elements.merge(meta, Fields.other(object.properties()))
                : meta.build();
    }

    static AttributionList read(JsonValue.JsonObject json, FhirVersion version) {
        Fields fields = new Fields(OtherVersion.toR4(json, version), "Group");
        if (!"Group".equals(fields.text("resourceType"))) {
            throw fields.refused("resourceType", "expected Group");
        }
        ListId id = id(fields);
        Meta meta = takeMeta(fields);
        JsonValue contractPeriod =
                fields.extension("valuePeriod", Canonicals.EXT_CONTRACT_PERIOD, Canonicals.EXT_CONTRACT_PERIOD_ALIAS);
        JsonValue status = fields.extension("valueCode", Canonicals.EXT_LIST_STATUS);
        JsonValue recipient = fields.extension("valueIdentifier", Canonicals.EXT_INTENDED_RECIPIENT);
        leaveDefault(fields, "type", JsonValue.of("person"));
        leaveDefault(fields, "actual", JsonValue.of(true));
        return new AttributionList(
                id,
                meta.version(),
                meta.lastUpdated(),
                fields.elements("identifier", Elements::identifier),
                fields.flag("active"),
                fields.text("name"),
                fields.count("quantity"),
                fields.element("managingEntity", Elements::reference),
                status == null ? null : status(status),
                period(contractPeriod),
                recipient(recipient),
                fields.elements("characteristic", GroupHeader::characteristic),
                fields.rest());
    }

    private static @Nullable Period period(@Nullable JsonValue json) {
        return json == null ? null : Elements.period(json, "Group.extension.valuePeriod");
    }

    private static @Nullable Identifier recipient(@Nullable JsonValue json) {
        return json == null ? null : Elements.identifier(json, "Group.extension.valueIdentifier");
    }

    private static ListStatus status(JsonValue json) {
        return new ListStatus(json.text()
                .orElseThrow(() -> new InvalidContentException("Group.extension.valueCode: expected a text")));
    }

    private static ListId id(Fields fields) {
        String id = fields.text("id");
        if (id == null) {
            throw fields.refused("id", "is missing");
        }
        try {
            return new ListId(id);
        } catch (IllegalArgumentException e) {
            throw fields.refused("id", "expected 1 to 64 letters, digits, '-' or '.'");
        }
    }

    /** A Group of another type, or one that is only descriptive, must not be taken for a list: it stays in the rest. */
    private static void leaveDefault(Fields fields, String name, JsonValue usual) {
        JsonValue value = fields.take(name);
        if (value != null && !value.equals(usual)) {
            fields.put(name, value);
        }
    }

    private static Characteristic characteristic(JsonValue json, String path) {
        Fields fields = new Fields(json, path);
        var code = fields.element("code", Elements::concept);
        if (code == null) {
            throw fields.refused("code", "is missing");
        }
        return new Characteristic(code, fields.rest());
    }

    private record Meta(@Nullable String version, @Nullable Instant lastUpdated) {}

    private static Meta takeMeta(Fields group) {
        JsonValue json = group.take("meta");
        if (json == null) {
            return new Meta(null, null);
        }
        Fields fields = new Fields(json, "Group.meta");
        String version = fields.text("versionId");
        Instant lastUpdated = instant(fields, "lastUpdated");
        List<JsonValue> profiles = fields.array("profile").stream()
                .filter(p -> !p.equals(JsonValue.of(Canonicals.ATR_GROUP)))
                .toList();
        if (!profiles.isEmpty()) {
            fields.put("profile", JsonValue.array(profiles));
        }
        OtherElements rest = fields.rest();
        if (!rest.isEmpty()) {
            group.put("meta", Elements.merge(JsonValue.object(), rest));
        }
        return new Meta(version, lastUpdated);
    }

    private static @Nullable Instant instant(Fields fields, String name) {
        String text = fields.text(name);
        if (text == null) {
            return null;
        }
        try {
            return OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeParseException e) {
            throw fields.refused(name, "expected an instant");
        }
    }
}
