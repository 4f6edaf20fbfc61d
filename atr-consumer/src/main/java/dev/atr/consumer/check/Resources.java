package dev.atr.consumer.check;

import dev.atr.core.fhir.ResourceKey;
import dev.atr.core.fhir.ResourceType;
import dev.atr.core.json.JsonValue;
import dev.atr.http.client.HttpCall;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** Reads of single resources, and what is told of one member. */
final class Resources implements Probe {
    private final Supplier<List<ResourceKey>> seen;

    Resources(Supplier<List<ResourceKey>> seen) {
        this.seen = seen;
    }

    @Override
    public String name() {
        return "reads of resources";
    }

    @Override
    public void look(Visit visit) throws InterruptedException {
        for (ResourceKey key : seen.get()) {
            Answer read = visit.get(key.reference());
            visit.notes.expect(
                    "ATR-CAP-001",
                    read.status() == 200
                            && read.resourceType().equals(key.type().code()),
                    "read of a " + key.type() + " of the export: status " + read.status());
            Answer history = visit.get(key.reference() + "/_history?_count=5");
            visit.notes.expect(
                    "ATR-CAP-002",
                    history.status() == 200 && history.resourceType().equals("Bundle"),
                    "history of a " + key.type() + ": status " + history.status());
            if (key.type().equals(ResourceType.PATIENT)) {
                status(visit, key);
            }
        }
        Answer nobody = visit.get("Patient/" + Visit.NOBODY);
        visit.notes.expect(
                "FHIR-015",
                nobody.status() == 404 && nobody.isOutcome(),
                "an unknown Patient: status " + nobody.status() + ", expected 404 with an OperationOutcome");
    }

    private static void status(Visit visit, ResourceKey patient) throws InterruptedException {
        Notes notes = visit.notes;
        Answer stranger = visit.sendBare(question(visit, patient.reference()));
        notes.expect(
                "ATR-REC-041",
                stranger.isRefusal(),
                "$attribution-status without a token: status " + stranger.status() + ", expected 4xx");
        Answer known = ask(visit, patient.reference());
        boolean isBundle = known.status() == 200 && known.resourceType().equals("Bundle");
        notes.expect("ATR-REC-036", isBundle, "$attribution-status of a member: status " + known.status());
        if (isBundle) {
            Set<String> types = known.json().all("entry.resource.resourceType").stream()
                    .flatMap(type -> type.text().stream())
                    .collect(Collectors.toSet());
            notes.expect(
                    "ATR-REC-037",
                    types.containsAll(Set.of("Patient", "Coverage")),
                    "$attribution-status of a member: no Patient or no Coverage");
        }
        Answer nobody = ask(visit, "Patient/" + Visit.NOBODY);
        notes.expect(
                "ATR-REC-038",
                nobody.isRefusal() && nobody.isOutcome(),
                "$attribution-status of somebody unknown: status " + nobody.status()
                        + ", expected 4xx with an OperationOutcome");
    }

    private static Answer ask(Visit visit, String reference) throws InterruptedException {
        return visit.send(question(visit, reference));
    }

    private static HttpCall question(Visit visit, String reference) {
        JsonValue patient = JsonValue.object()
                .put("name", "patientReference")
                .put(
                        "valueReference",
                        JsonValue.object().put("reference", reference).build())
                .build();
        byte[] body = JsonValue.object()
                .put("resourceType", "Parameters")
                .putItems("parameter", List.of(patient))
                .build()
                .toBytes();
        return HttpCall.post(
                visit.peer.at("Group/" + visit.listId() + "/$attribution-status"),
                Visit.FHIR.with("Content-Type", "application/fhir+json"),
                body);
    }
}
