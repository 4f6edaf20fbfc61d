package dev.atr.core.json;

import dev.atr.core.Canonicals;
import dev.atr.core.attribution.ChangeType;
import dev.atr.core.attribution.Member;
import dev.atr.core.fhir.FhirDateTime;
import dev.atr.core.fhir.FhirVersion;
import dev.atr.core.fhir.OtherElements;
import dev.atr.core.fhir.Period;
import dev.atr.core.fhir.Reference;
import dev.atr.core.fhir.ResourceKey;
import dev.atr.core.fhir.ResourceType;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Reads one row from its tokens. The usual parts become records without a tree between; whatever else stands in the row
 * is kept as JSON. For one thread.
 */
final class RowReader {
    /** What one row may hold beside its usual parts, in characters. */
    private static final long ROW_LIMIT = 1 << 20;

    /** How long a row may be and still count as usual, in bytes; those of most lists have 500. */
    private static final int USUAL_LENGTH = 2048;

    /** The extensions of every usual row. */
    private static final List<String> OURS =
            List.of(Canonicals.EXT_CHANGE_TYPE, Canonicals.EXT_COVERAGE_REFERENCE, Canonicals.EXT_ATTRIBUTED_PROVIDER);

    private static final byte[][] OUR_BYTES =
            OURS.stream().map(url -> url.getBytes(StandardCharsets.US_ASCII)).toArray(byte[][]::new);

    private final JsonTokens tokens;
    private final FhirVersion version;

    /** Rows of one list share most of their periods, and checking a date costs more than the rest of a row. */
    private Period lastPeriod = new Period(null, null, OtherElements.NONE);

    private @Nullable ChangeType changeType;
    private @Nullable Reference coverage;
    private final List<Reference> providers = new ArrayList<>();
    private final List<JsonValue> extensions = new ArrayList<>();
    private final Map<String, JsonValue> rest = new LinkedHashMap<>();

    RowReader(JsonTokens tokens, FhirVersion version) {
        this.tokens = tokens;
        this.version = version;
    }

    /**
     * Reads the row at whose opening brace the tokens stand.
     *
     * @return the row; several when the attributed provider is repeated (C-36), alike in all other parts
     */
    List<Member> read() {
        Member usual = usual();
        if (usual != null) {
            return List.of(usual);
        }
        Row row = row();
        OtherElements other = Fields.other(rest);
        if (providers.size() < 2) {
            return List.of(row.with(providers.isEmpty() ? null : providers.get(0), other));
        }
        return providers.stream().map(provider -> row.with(provider, other)).toList();
    }

    /**
     * Reads a row that is written as we write the usual ones. A list of millions has hardly any other, and comparing its
     * constant bytes takes a third of the time of taking it apart.
     *
     * @return the row; {@code null} when it is written otherwise, with the tokens where they stood
     */
    private @Nullable Member usual() {
        if (tokens.current() != JsonToken.START_OBJECT) {
            return null;
        }
        int start = tokens.lookAhead(USUAL_LENGTH);
        Member row = tokens.skipIf(UsualRow.EXTENSIONS) ? usualParts() : null;
        if (row == null) {
            tokens.reset(start);
        } else {
            tokens.endedObject();
        }
        return row;
    }

    private @Nullable Member usualParts() {
        String code = null;
        String coverageText = null;
        String providerText = null;
        boolean more = true;
        if (tokens.skipIf(UsualRow.CHANGE_TYPE)) {
            code = tokens.plainText();
            if (code == null || !tokens.skipIf(UsualRow.CODE_END)) {
                return null;
            }
            more = tokens.skipIf(UsualRow.COMMA);
        }
        if (more && tokens.skipIf(UsualRow.COVERAGE)) {
            coverageText = tokens.plainText();
            if (coverageText == null || !tokens.skipIf(UsualRow.REFERENCE_END)) {
                return null;
            }
            more = tokens.skipIf(UsualRow.COMMA);
        }
        if (more && tokens.skipIf(UsualRow.PROVIDER)) {
            providerText = tokens.plainText();
            if (providerText == null || !tokens.skipIf(UsualRow.REFERENCE_END)) {
                return null;
            }
            more = false;
        }
        if (more || !tokens.skipIf(UsualRow.EXTENSIONS_END) || !tokens.skipIf(UsualRow.ENTITY)) {
            return null;
        }
        String patient = tokens.plainText();
        if (patient == null || !tokens.skipIf(UsualRow.ENTITY_END) || !usualPeriod()) {
            return null;
        }
        boolean inactive = tokens.skipIf(UsualRow.INACTIVE);
        if (!inactive && !tokens.skipIf(UsualRow.ACTIVE)) {
            return null;
        }
        return new Member(
                plain(patient),
                coverageText == null ? null : plain(coverageText),
                providerText == null ? null : plain(providerText),
                lastPeriod,
                inactive,
                code == null ? null : ChangeType.of(code),
                OtherElements.NONE);
    }

    /** Reads the period into {@link #lastPeriod}; returns whether it is written as usual. */
    private boolean usualPeriod() {
        if (!tokens.skipIf(UsualRow.PERIOD) || !tokens.skipIf(UsualRow.START)) {
            return false;
        }
        String start = tokens.plainText();
        String end = null;
        if (tokens.skipIf(UsualRow.BETWEEN)) {
            end = tokens.skipIf(UsualRow.END) ? tokens.plainText() : null;
            if (end == null) {
                return false;
            }
        }
        if (start == null || !tokens.skipIf(UsualRow.PERIOD_END)) {
            return false;
        }
        if (!start.equals(text(lastPeriod.start())) || !Objects.equals(end, text(lastPeriod.end()))) {
            try {
                lastPeriod = Period.of(start, end);
            } catch (IllegalArgumentException e) {
                return false; // the other way says where it is
            }
        }
        return true;
    }

    private static @Nullable String text(@Nullable FhirDateTime dateTime) {
        return dateTime == null ? null : dateTime.text();
    }

    private static Reference plain(String literal) {
        return new Reference(literal, null, null, null, OtherElements.NONE);
    }

    /** Reads the row at whose opening brace the tokens stand; keeps a repeated provider among the other extensions. */
    Member readOne() {
        Row row = row();
        Reference provider = providers.isEmpty() ? null : providers.get(0);
        for (Reference repeated : providers.subList(Math.min(1, providers.size()), providers.size())) {
            extensions.add(
                    Elements.extension(Canonicals.EXT_ATTRIBUTED_PROVIDER, "valueReference", Elements.json(repeated)));
            rest.put("extension", JsonValue.array(extensions));
        }
        return row.with(provider, Fields.other(rest));
    }

    private Row row() {
        if (tokens.current() != JsonToken.START_OBJECT) {
            throw tokens.refused("expected an object");
        }
        tokens.allow(ROW_LIMIT);
        changeType = null;
        coverage = null;
        providers.clear();
        extensions.clear();
        rest.clear();
        Reference patient = null;
        Period period = null;
        boolean inactive = false;
        while (tokens.next() != JsonToken.END_OBJECT) {
            String name = tokens.name();
            tokens.next();
            switch (name) {
                case "entity" -> patient = reference();
                case "period" -> period = period();
                case "inactive" -> inactive = flag();
                case "extension" -> extensions();
                default -> rest.put(name, value(name));
            }
        }
        if (patient == null) {
            throw tokens.refused("entity is missing");
        }
        if (!extensions.isEmpty()) {
            rest.put("extension", JsonValue.array(extensions));
        }
        Reference onCoverage = coverage == null ? coverageAmongOthers() : coverage;
        return new Row(patient, onCoverage, period, inactive, changeType);
    }

    /** A row before its provider is known. */
    private record Row(
            Reference patient,
            @Nullable Reference coverage,
            @Nullable Period period,
            boolean inactive,
            @Nullable ChangeType changeType) {
        Member with(@Nullable Reference provider, OtherElements other) {
            return new Member(patient, coverage, provider, period, inactive, changeType, other);
        }
    }

    private void extensions() {
        if (tokens.current() != JsonToken.START_ARRAY) {
            throw tokens.refused("expected an array");
        }
        while (tokens.next() != JsonToken.END_ARRAY) {
            extension();
        }
    }

    /** Takes an extension of ours that holds its value and nothing else; keeps any other as JSON. */
    private void extension() {
        if (tokens.current() != JsonToken.START_OBJECT) {
            throw tokens.refused("expected an object");
        }
        String url = null;
        String code = null;
        Reference reference = null;
        Map<String, JsonValue> others = null;
        while (tokens.next() != JsonToken.END_OBJECT) {
            String name = tokens.name();
            tokens.next();
            switch (name) {
                case "url" -> url = url();
                case "valueCode" -> code = tokens.text();
                case "valueReference" -> reference = reference();
                default -> {
                    others = others == null ? new LinkedHashMap<>() : others;
                    others.put(name, value(name));
                }
            }
        }
        if (others == null && take(url, code, reference)) {
            return;
        }
        JsonValue.ObjectBuilder kept = JsonValue.object()
                .putIfPresent("url", url)
                .putIfPresent("valueCode", code)
                .putIfPresent("valueReference", reference == null ? null : Elements.json(reference));
        if (others != null) {
            others.forEach(kept::put);
        }
        tokens.charge(url == null ? 0 : url.length());
        extensions.add(kept.build());
    }

    /** Returns the URL of an extension; the ones of ours are not made anew. */
    private String url() {
        for (int i = 0; i < OURS.size(); i++) {
            if (tokens.textIs(OUR_BYTES[i])) {
                return OURS.get(i);
            }
        }
        return tokens.text();
    }

    private boolean take(@Nullable String url, @Nullable String code, @Nullable Reference reference) {
        if (url == null) {
            return false;
        }
        if (code != null && reference == null && changeType == null && url.equals(Canonicals.EXT_CHANGE_TYPE)) {
            changeType = ChangeType.of(code);
            return true;
        }
        if (reference == null || code != null) {
            return false;
        }
        if (coverage == null && url.equals(Canonicals.EXT_COVERAGE_REFERENCE)) {
            coverage = reference;
            return true;
        }
        if (url.equals(Canonicals.EXT_ATTRIBUTED_PROVIDER)) {
            tokens.charge(url.length());
            providers.add(reference);
            return true;
        }
        return false;
    }

    /** Finds the coverage in the extension for any resource, which stays where it is (C-34). */
    private @Nullable Reference coverageAmongOthers() {
        for (JsonValue extension : extensions) {
            JsonValue value = extension.find("valueReference").orElse(null);
            if (value != null
                    && Canonicals.EXT_ANY_RESOURCE.equals(extension.text("url").orElse(null))) {
                Reference reference = Elements.reference(value, "Group.member.extension.valueReference");
                ResourceType type = reference.key().map(ResourceKey::type).orElse(null);
                if (ResourceType.COVERAGE.equals(type)) {
                    return reference;
                }
            }
        }
        return null;
    }

    private Reference reference() {
        if (tokens.current() != JsonToken.START_OBJECT) {
            throw tokens.refused("expected an object");
        }
        String literal = null;
        Map<String, JsonValue> others = null;
        while (tokens.next() != JsonToken.END_OBJECT) {
            String name = tokens.name();
            tokens.next();
            if (name.equals("reference")) {
                literal = tokens.text();
            } else {
                others = others == null ? new LinkedHashMap<>() : others;
                others.put(name, tokens.value());
            }
        }
        if (others == null) {
            return new Reference(literal, null, null, null, OtherElements.NONE);
        }
        if (literal != null) {
            others.put("reference", new JsonValue.JsonText(literal));
        }
        JsonValue json = new JsonValue.JsonObject(others);
        return Elements.reference(version == FhirVersion.STU3 ? Stu3.toR4("valueReference", json) : json, "reference");
    }

    private Period period() {
        if (tokens.current() != JsonToken.START_OBJECT) {
            throw tokens.refused("expected an object");
        }
        FhirDateTime start = null;
        FhirDateTime end = null;
        Map<String, JsonValue> others = null;
        while (tokens.next() != JsonToken.END_OBJECT) {
            String name = tokens.name();
            tokens.next();
            switch (name) {
                case "start" -> start = dateTime(lastPeriod.start());
                case "end" -> end = dateTime(lastPeriod.end());
                default -> {
                    others = others == null ? new LinkedHashMap<>() : others;
                    others.put(name, tokens.value());
                }
            }
        }
        lastPeriod = new Period(start, end, OtherElements.NONE);
        return others == null ? lastPeriod : new Period(start, end, Fields.other(others));
    }

    private FhirDateTime dateTime(@Nullable FhirDateTime last) {
        String text = tokens.text();
        if (last != null && last.text().equals(text)) {
            return last;
        }
        try {
            return new FhirDateTime(text);
        } catch (IllegalArgumentException e) {
            throw tokens.refused("expected a dateTime");
        }
    }

    private boolean flag() {
        return switch (tokens.current()) {
            case TRUE -> true;
            case FALSE -> false;
            default -> throw tokens.refused("expected a boolean");
        };
    }

    private JsonValue value(String name) {
        JsonValue json = tokens.value();
        return version == FhirVersion.STU3 ? Stu3.toR4(name, json) : json;
    }
}
