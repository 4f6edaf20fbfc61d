package dev.atr.examples.payer;

import static dev.atr.core.json.JsonValue.array;

import dev.atr.core.Canonicals;
import dev.atr.core.fhir.ResourceKey;
import dev.atr.core.fhir.ResourceType;
import dev.atr.core.json.JsonValue;
import dev.atr.core.json.JsonValue.JsonObject;
import dev.atr.core.json.JsonValue.ObjectBuilder;
import dev.atr.producer.spi.StoredResource;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How resources of one type are made of a payer's tables.
 *
 * @param table whose rows they are
 * @param id its column with the logical id
 * @param ofLists a condition on a row {@code x}: it belongs to one of {@code :lists} at {@code :load}
 * @param content puts what a row says
 */
record OwnResources(String table, String id, String ofLists, Content content) {
    private static final String PAYER = "https://payer.example/";
    private static final String ROWS = """
             from attributions a
             join enrolments e on e.enrolment_id = a.enrolment_id and :load between e.first_load and e.last_load
             join plans p on p.plan_id = e.plan_id
             where a.list_id in (:lists) and :load between a.first_load and a.last_load
            """;
    private static final String HEADERS =
            " from lists l where l.list_id in (:lists) and :load between l.first_load and l.last_load";

    /** Whom lists, rows and coverages name, and whom these belong to in turn. */
    private static final String PROVIDERS = """
            x.kind = '%s' and x.provider_id in (
              with recursive named (provider_id) as (
                (select l.payer_id {headers} union select l.attributed_to {headers}
                union select a.provider_id {rows} union select e.employer_id {rows} union select p.payer_id {rows})
                union select o.provider_id
                from named n
                join providers p on p.provider_id = n.provider_id and :load between p.first_load and p.last_load
                join providers o on o.provider_id in (p.practitioner_id, p.organization_id, p.location_id))
              select provider_id from named)
            """.replace("{headers}", HEADERS).replace("{rows}", ROWS);

    /** All types that this payer has. */
    static final Map<ResourceType, OwnResources> BY_TYPE = Map.of(
            ResourceType.PATIENT,
            new OwnResources(
                    "members",
                    "member_id",
                    "x.member_id in (select a.member_id" + ROWS + ")",
                    (json, row) -> json.put(
                                    "identifier", array(identifier(PAYER + "members", row.getString("member_id"))))
                            .put("name", array(name(row.getString("family"), row.getString("given"))))
                            .put("gender", row.getString("sex"))
                            .putIfPresent("birthDate", row.getString("born"))),
            ResourceType.COVERAGE,
            new OwnResources(
                    "(select e.*, p.payer_id from enrolments e join plans p on p.plan_id = e.plan_id)",
                    "enrolment_id",
                    "x.enrolment_id in (select a.enrolment_id" + ROWS + ")",
                    OwnResources::coverage),
            ResourceType.RELATED_PERSON,
            new OwnResources(
                    "subscribers",
                    "subscriber_id",
                    "x.subscriber_id in (select e.subscriber_id" + ROWS + ")",
                    (json, row) -> json.put("active", true)
                            .put("patient", reference("Patient", row.getString("member_id")))
                            .put("name", array(name(row.getString("family"), null)))),
            ResourceType.PRACTITIONER,
            providers(
                    "Practitioner",
                    (json, row) -> json.putItems("identifier", npi(row))
                            .put("name", array(name(row.getString("name"), row.getString("given"))))),
            ResourceType.PRACTITIONER_ROLE,
            providers(
                    "PractitionerRole",
                    (json, row) -> json.put("practitioner", reference("Practitioner", row.getString("practitioner_id")))
                            .put("organization", reference("Organization", row.getString("organization_id")))
                            .put("location", array(reference("Location", row.getString("location_id"))))),
            ResourceType.ORGANIZATION,
            providers(
                    "Organization",
                    (json, row) -> json.putItems("identifier", npi(row))
                            .put("active", true)
                            .put("name", row.getString("name"))
                            .putIfPresent("partOf", optional("Organization", row.getString("organization_id")))),
            ResourceType.LOCATION,
            providers(
                    "Location",
                    (json, row) -> json.put("name", row.getString("name"))
                            .putIfPresent(
                                    "managingOrganization",
                                    optional("Organization", row.getString("organization_id")))));

    /** What a row says, as properties of a resource. */
    interface Content {
        void put(ObjectBuilder json, ResultSet row) throws SQLException;
    }

    private static OwnResources providers(String kind, Content content) {
        return new OwnResources("providers", "provider_id", PROVIDERS.formatted(kind), content);
    }

    /** Returns what asks for resources of some lists at a load; each row of one id is a version of it. */
    String select(String condition) {
        return """
                select x.*, d.finished_at,
                  (select count(*) from {table} v where v.{id} = x.{id} and v.first_load <= x.first_load) as version
                from {table} x join loads d on d.load_id = x.first_load
                where :load between x.first_load and x.last_load and x.{id} {condition} and {ofLists}
                order by x.{id} fetch first 1000 rows only
                """.replace("{table}", table)
                .replace("{id}", id)
                .replace("{condition}", condition)
                .replace("{ofLists}", ofLists);
    }

    /** Makes a resource of a row. */
    StoredResource read(ResourceType type, ResultSet row) throws SQLException {
        ResourceKey key = new ResourceKey(type, row.getString(id));
        String version = row.getString("version");
        Instant time = row.getObject("finished_at", OffsetDateTime.class).toInstant();
        ObjectBuilder json = JsonValue.object().put("resourceType", type.code()).put("id", key.id());
        json.put(
                "meta",
                JsonValue.object()
                        .put("versionId", version)
                        .put("lastUpdated", time.toString())
                        .build());
        content.put(json, row);
        return new StoredResource(key, version, time, json.build().toBytes());
    }

    private static void coverage(ObjectBuilder json, ResultSet row) throws SQLException {
        String number = row.getString("member_number");
        String subscriber = row.getString("subscriber_id");
        json.put(
                        "identifier",
                        array(identifier(PAYER + "member-numbers", number)
                                .with("type", coding(Canonicals.IDENTIFIER_TYPE, "MB"))))
                .put("status", "active")
                .putIfPresent("policyHolder", optional("Organization", row.getString("employer_id")))
                .put(
                        "subscriber",
                        subscriber == null
                                ? reference("Patient", row.getString("subscriber_member_id"))
                                : reference("RelatedPerson", subscriber))
                .put("subscriberId", number)
                .put("beneficiary", reference("Patient", row.getString("member_id")))
                .put("relationship", coding(Canonicals.SUBSCRIBER_RELATIONSHIP, row.getString("relationship")))
                .put(
                        "period",
                        JsonValue.object()
                                .put("start", row.getString("valid_from"))
                                .putIfPresent("end", row.getString("valid_to"))
                                .build())
                .put("payor", array(reference("Organization", row.getString("payer_id"))))
                .put(
                        "class",
                        array(JsonValue.object()
                                .put("type", coding(Canonicals.COVERAGE_CLASS, "plan"))
                                .put("value", row.getString("plan_id"))
                                .build()));
    }

    private static List<JsonObject> npi(ResultSet row) throws SQLException {
        return Stream.ofNullable(row.getString("npi"))
                .map(npi -> identifier(Canonicals.NPI, npi))
                .toList();
    }

    private static JsonObject identifier(String system, String value) {
        return JsonValue.object().put("system", system).put("value", value).build();
    }

    private static JsonObject coding(String system, String code) {
        return JsonValue.object()
                .put(
                        "coding",
                        array(JsonValue.object()
                                .put("system", system)
                                .put("code", code)
                                .build()))
                .build();
    }

    private static JsonObject name(String family, @Nullable String given) {
        return JsonValue.object()
                .put("family", family)
                .putItems("given", Stream.ofNullable(given).map(JsonValue::of).toList())
                .build();
    }

    private static JsonObject reference(String type, String id) {
        return JsonValue.object().put("reference", type + "/" + id).build();
    }

    private static @Nullable JsonObject optional(String type, @Nullable String id) {
        return id == null ? null : reference(type, id);
    }
}
