package dev.atr.core.json;

import dev.atr.core.error.InvalidContentException;
import dev.atr.core.fhir.Identifier;
import dev.atr.core.fhir.OtherElements;
import dev.atr.core.fhir.Period;
import dev.atr.core.fhir.Reference;
import dev.atr.core.reconcile.ReconciliationParameters;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The parameters of the reconciliation operations as a {@code Parameters} resource, the same in R4 and STU3. */
public final class ReconciliationJson {
    private ReconciliationJson() {}

    /** Writes the resource on a single line. */
    public static byte[] write(ReconciliationParameters parameters) {
        List<JsonValue> entries = new ArrayList<>();
        add(entries, "memberId", parameters.memberId());
        add(entries, "providerNpi", parameters.providerNpi());
        add(entries, "patientReference", parameters.patientReference());
        add(entries, "providerReference", parameters.providerReference());
        add(entries, "coverageReference", parameters.coverageReference());
        Period period = parameters.attributionPeriod();
        if (period != null) {
            entries.add(entry("attributionPeriod", "valuePeriod", Elements.json(period)));
        }
        return JsonValue.object()
                .put("resourceType", "Parameters")
                .putItems("parameter", entries)
                .build()
                .toBytes();
    }

    /**
     * Reads one entry. A member id or NPI may also come as a text, which is the bare number (C-24), and a reference as a
     * text, as in an address.
     *
     * @param read what was read before
     * @param name the parameter's name
     * @param type the name of the property that holds the value, for example {@code valueIdentifier}
     * @param value the value
     * @return what was read before and this
     * @throws InvalidContentException when the parameter is not one of these, is there already or has a value of another
     *     type; names the rule, never the value
     */
    public static ReconciliationParameters read(
            ReconciliationParameters read, String name, String type, JsonValue value) {
        if (read.names().contains(name)) {
            throw new InvalidContentException("this parameter may be given once only");
        }
        Identifier memberId = read.memberId();
        Identifier npi = read.providerNpi();
        Reference patient = read.patientReference();
        Reference provider = read.providerReference();
        Reference coverage = read.coverageReference();
        Period period = read.attributionPeriod();
        switch (name) {
            case "memberId" -> memberId = identifier(type, value);
            case "providerNpi" -> npi = identifier(type, value);
            case "patientReference" -> patient = reference(type, value);
            case "providerReference" -> provider = reference(type, value);
            case "coverageReference" -> coverage = reference(type, value);
            case "attributionPeriod" -> period = period(type, value);
            default -> throw new InvalidContentException("this parameter is not known");
        }
        return new ReconciliationParameters(memberId, npi, patient, provider, coverage, period);
    }

    private static Identifier identifier(String type, JsonValue value) {
        if (type.equals("valueString")) {
            String text = value.text().orElseThrow(() -> new InvalidContentException("expected a text"));
            return new Identifier(null, null, null, text, null, OtherElements.NONE);
        }
        require(type, "valueIdentifier");
        return Elements.identifier(value, type);
    }

    private static Reference reference(String type, JsonValue value) {
        if (type.equals("valueString")) {
            String text = value.text().orElseThrow(() -> new InvalidContentException("expected a text"));
            return new Reference(text, null, null, null, OtherElements.NONE);
        }
        require(type, "valueReference");
        return Elements.reference(value, type);
    }

    private static Period period(String type, JsonValue value) {
        require(type, "valuePeriod");
        return Elements.period(value, type);
    }

    private static void require(String type, String expected) {
        if (!type.equals(expected)) {
            throw new InvalidContentException("expected a " + expected);
        }
    }

    private static void add(List<JsonValue> entries, String name, @Nullable Identifier identifier) {
        if (identifier != null) {
            entries.add(entry(name, "valueIdentifier", Elements.json(identifier)));
        }
    }

    private static void add(List<JsonValue> entries, String name, @Nullable Reference reference) {
        if (reference != null) {
            entries.add(entry(name, "valueReference", Elements.json(reference)));
        }
    }

    private static JsonValue entry(String name, String type, JsonValue value) {
        return JsonValue.object().put("name", name).put(type, value).build();
    }
}
