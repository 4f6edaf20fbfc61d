package dev.atr.core.json;

import dev.atr.core.Canonicals;
import dev.atr.core.attribution.AttributionList;
import dev.atr.core.attribution.ChangeType;
import dev.atr.core.attribution.ListId;
import dev.atr.core.attribution.ListStatus;
import dev.atr.core.attribution.Member;
import dev.atr.core.attribution.MemberCursor;
import dev.atr.core.fhir.CodeableConcept;
import dev.atr.core.fhir.FhirVersion;
import dev.atr.core.fhir.Identifier;
import dev.atr.core.fhir.OtherElements;
import dev.atr.core.fhir.Period;
import dev.atr.core.fhir.Reference;
import dev.atr.core.fhir.ResourceType;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The list of the worked examples, as records and as the line that must come out; all of it made up. */
final class Samples {
    static final Period YEAR = Period.of("2026-01-01", "2026-12-31");

    static final AttributionList LIST = AttributionList.of(
                    new ListId("cvmg-2026"),
                    ListStatus.DRAFT,
                    List.of(
                            Identifier.of(
                                    CodeableConcept.of(Canonicals.IDENTIFIER_TYPE, "NPI"),
                                    Canonicals.NPI,
                                    "1357902463"),
                            Identifier.of(
                                    CodeableConcept.of(Canonicals.IDENTIFIER_TYPE, "TAX"), Canonicals.TIN, "471234567"),
                            Identifier.of(
                                    CodeableConcept.ofText("Contract"),
                                    "https://payer.example.com/ids/contract",
                                    "NLHP-2026-0042")),
                    new Reference("Organization/nlhp", null, null, "Northern Lakes", OtherElements.NONE),
                    YEAR)
            .withName("Cedar Valley Medical Group 2026")
            .withQuantity(2)
            .withIntendedRecipient(Identifier.of(Canonicals.NPI, "1357902463"))
            .withVersion("4", Instant.parse("2026-03-01T12:00:00Z"));

    static final Member FIRST = row("pat-1001", "cov-1001", ResourceType.PRACTITIONER, "prac-17", ChangeType.NOCHANGE);

    static final Member SECOND = row("pat-1002", "cov-1002", ResourceType.ORGANIZATION, "cvmg", ChangeType.NEW);

    /** The Group of {@link #LIST} with both rows, on its line. */
    static final String GROUP = """
            {"resourceType":"Group","id":"cvmg-2026",
            "meta":{"versionId":"4","lastUpdated":"2026-03-01T12:00:00Z","profile":["http://hl7.org/fhir/us/davinci-atr/StructureDefinition/atr-group"]},
            "extension":[
            {"url":"http://hl7.org/fhir/us/davinci-atr/StructureDefinition/ext-contractValidityPeriod","valuePeriod":{"start":"2026-01-01","end":"2026-12-31"}},
            {"url":"http://hl7.org/fhir/us/davinci-atr/StructureDefinition/ext-attributionListStatus","valueCode":"draft"},
            {"url":"http://hl7.org/fhir/us/davinci-atr/StructureDefinition/atr-intended-recipient-identifier-extension","valueIdentifier":{"system":"http://hl7.org/fhir/sid/us-npi","value":"1357902463"}}],
            "identifier":[
            {"type":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v2-0203","code":"NPI"}]},"system":"http://hl7.org/fhir/sid/us-npi","value":"1357902463"},
            {"type":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v2-0203","code":"TAX"}]},"system":"urn:oid:2.16.840.1.113883.4.4","value":"471234567"},
            {"type":{"text":"Contract"},"system":"https://payer.example.com/ids/contract","value":"NLHP-2026-0042"}],
            "active":true,"type":"person","actual":true,"name":"Cedar Valley Medical Group 2026","quantity":2,
            "managingEntity":{"reference":"Organization/nlhp","display":"Northern Lakes"},
            "member":[
            {"extension":[
            {"url":"http://hl7.org/fhir/us/davinci-atr/StructureDefinition/ext-changeType","valueCode":"nochange"},
            {"url":"http://hl7.org/fhir/us/davinci-atr/StructureDefinition/ext-coverageReference","valueReference":{"reference":"Coverage/cov-1001"}},
            {"url":"http://hl7.org/fhir/us/davinci-atr/StructureDefinition/ext-attributedProvider","valueReference":{"reference":"Practitioner/prac-17"}}],
            "entity":{"reference":"Patient/pat-1001"},"period":{"start":"2026-01-01","end":"2026-12-31"},"inactive":false},
            {"extension":[
            {"url":"http://hl7.org/fhir/us/davinci-atr/StructureDefinition/ext-changeType","valueCode":"new"},
            {"url":"http://hl7.org/fhir/us/davinci-atr/StructureDefinition/ext-coverageReference","valueReference":{"reference":"Coverage/cov-1002"}},
            {"url":"http://hl7.org/fhir/us/davinci-atr/StructureDefinition/ext-attributedProvider","valueReference":{"reference":"Organization/cvmg"}}],
            "entity":{"reference":"Patient/pat-1002"},"period":{"start":"2026-01-01","end":"2026-12-31"},"inactive":false}]}
            """.replace("\n", "");

    private Samples() {}

    static Member row(
            String patient, String coverage, ResourceType providerType, String provider, ChangeType changeType) {
        return new Member(
                Reference.to(ResourceType.PATIENT, patient),
                Reference.to(ResourceType.COVERAGE, coverage),
                Reference.to(providerType, provider),
                YEAR,
                false,
                changeType,
                OtherElements.NONE);
    }

    static byte[] bytes(String json) {
        return json.getBytes(StandardCharsets.UTF_8);
    }

    static String text(byte[] json) {
        return new String(json, StandardCharsets.UTF_8);
    }

    static String write(AttributionList list, List<Member> rows, FhirVersion version) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        GroupWriter writer = new GroupWriter(out, version);
        try {
            writer.begin(list);
            for (Member row : rows) {
                writer.member(row);
            }
            writer.end();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toString(StandardCharsets.UTF_8);
    }

    static Read read(String group, FhirVersion version) {
        try (GroupReader reader = new GroupReader(new ByteArrayInputStream(bytes(group)), version)) {
            List<Member> rows = drain(reader);
            return new Read(reader.list(), rows, reader.warnings().size());
        }
    }

    static List<Member> drain(MemberCursor cursor) {
        List<Member> rows = new ArrayList<>();
        for (@Nullable Member row = cursor.next(); row != null; row = cursor.next()) {
            rows.add(row);
        }
        return rows;
    }

    record Read(AttributionList list, List<Member> rows, int warnings) {}
}
