package dev.atr.consumer.reconcile;

import dev.atr.consumer.internal.Tokens;
import dev.atr.core.Canonicals;
import dev.atr.core.attribution.AttributionList;
import dev.atr.core.attribution.ListStatus;
import dev.atr.core.error.InvalidContentException;
import dev.atr.core.fhir.FhirVersion;
import dev.atr.core.fhir.Reference;
import dev.atr.core.json.GroupJson;
import dev.atr.core.json.JsonValue;
import dev.atr.core.json.JsonValue.JsonObject;
import dev.atr.http.QueryParameters;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;

/** What goes over the wire when a Consumer begins a list. */
final class CreatedList {
    private CreatedList() {}

    /**
     * Returns the Group: without members and id, a draft unless the list says otherwise. The profile wants a time of the
     * last change, which the Producer replaces.
     */
    static byte[] body(AttributionList list, Instant now, FhirVersion version) {
        AttributionList begun = list.status() == null ? list.withStatus(ListStatus.DRAFT) : list;
        JsonObject meta = JsonValue.object()
                .put("lastUpdated", now.truncatedTo(ChronoUnit.SECONDS).toString())
                .build();
        return JsonValue.parseObject(GroupJson.header(begun, version, false))
                .without("id")
                .with("meta", meta)
                .toBytes();
    }

    /** Returns the Provenance on one line; its target is the Producer's to fill in (C-84). */
    static String provenance(Reference source, Instant now) {
        JsonObject who = JsonValue.object()
                .putIfPresent("reference", source.reference())
                .putIfPresent("display", source.display())
                .build();
        JsonObject agent = JsonValue.object().put("who", who).build();
        byte[] json = JsonValue.object()
                .put("resourceType", "Provenance")
                .put("recorded", now.truncatedTo(ChronoUnit.SECONDS).toString())
                .put("agent", JsonValue.array(List.of(agent)))
                .build()
                .toBytes();
        // Headers are ASCII; JSON can say everything in it.
        StringBuilder line = new StringBuilder();
        for (char c : new String(json, StandardCharsets.UTF_8).toCharArray()) {
            line.append(c < 128 ? String.valueOf(c) : String.format("\\u%04x", (int) c));
        }
        return line.toString();
    }

    /** Returns the search that finds the list if it is there; empty when it carries no number of a contract. */
    static Optional<String> condition(AttributionList list) {
        return list.identifiers().stream()
                .filter(identifier -> identifier.system() != null && identifier.value() != null)
                .filter(identifier ->
                        !Canonicals.NPI.equals(identifier.system()) && !Canonicals.TIN.equals(identifier.system()))
                .findFirst()
                .map(contract -> QueryParameters.of("identifier", Tokens.anyOf(List.of(contract)))
                        .encode());
    }

    /** Reads the Group that came back; empty when something else did. */
    static Optional<AttributionList> read(byte[] answer, FhirVersion version) {
        try {
            return answer.length > 0
                            && JsonValue.parse(answer)
                                    .text("resourceType")
                                    .filter("Group"::equals)
                                    .isPresent()
                    ? Optional.of(GroupJson.readHeader(answer, version))
                    : Optional.empty();
        } catch (InvalidContentException e) {
            // A success by its status; where the list is, its Location tells.
            return Optional.empty();
        }
    }
}
