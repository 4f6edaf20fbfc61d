package dev.atr.examples;

import dev.atr.core.attribution.AttributionList;
import dev.atr.core.attribution.ListId;
import dev.atr.core.attribution.ListStatus;
import dev.atr.core.attribution.Member;
import dev.atr.core.fhir.Identifier;
import dev.atr.core.fhir.OtherElements;
import dev.atr.core.fhir.Period;
import dev.atr.core.fhir.Reference;
import dev.atr.core.fhir.ResourceKey;
import dev.atr.core.fhir.ResourceType;
import dev.atr.producer.jdbc.LedgerTransaction;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A small payer's list whose every change a test makes itself: people p1, p2 …, with coverages, doctors d0 … d2. */
final class SyncedList {
    static final ListId ID = new ListId("synced");
    static final String START = "2026-01-01";

    private SyncedList() {}

    static AttributionList header(ListId id) {
        return AttributionList.of(
                        id,
                        ListStatus.OPEN,
                        List.of(Identifier.of("https://payer.example/contracts", "CT-1")),
                        Reference.to(ResourceType.ORGANIZATION, "o0"),
                        Period.of("2026-01-01", "2026-12-31"))
                .withQuantity(0);
    }

    /** Puts the doctors and organizations that rows refer to. */
    static void network(LedgerTransaction tx) {
        for (int i = 0; i < 3; i++) {
            put(tx, ResourceType.ORGANIZATION, "o" + i, "\"name\":\"Clinic " + i + "\"");
            put(
                    tx,
                    ResourceType.PRACTITIONER_ROLE,
                    "d" + i,
                    "\"organization\":{\"reference\":\"Organization/o" + i + "\"}");
        }
    }

    static void join(LedgerTransaction tx, ListId list, String person, String doctor) {
        patient(tx, person, "Doe");
        coverage(tx, "c-" + person, person, "gold");
        tx.putMember(list, row(person, "c-" + person, doctor, null));
    }

    static void leave(LedgerTransaction tx, ListId list, String person, String doctor) {
        tx.removeMember(list, row(person, "c-" + person, doctor, null).key());
    }

    static void patient(LedgerTransaction tx, String person, String family) {
        put(tx, ResourceType.PATIENT, person, "\"name\":[{\"family\":\"" + family + "\",\"given\":[\"Ann\"]}]");
    }

    static void coverage(LedgerTransaction tx, String id, String person, String plan) {
        put(
                tx,
                ResourceType.COVERAGE,
                id,
                "\"beneficiary\":{\"reference\":\"Patient/" + person
                        + "\"},\"class\":[{\"type\":{\"coding\":[{\"code\":" + "\"plan\"}]},\"value\":\"" + plan
                        + "\"}],\"payor\":[{\"reference\":\"Organization/o0\"}]");
    }

    static Member row(String person, String coverage, String doctor, @Nullable String end) {
        return new Member(
                Reference.to(ResourceType.PATIENT, person),
                Reference.to(ResourceType.COVERAGE, coverage),
                Reference.to(ResourceType.PRACTITIONER_ROLE, doctor),
                Period.of(START, end),
                false,
                null,
                OtherElements.NONE);
    }

    static void put(LedgerTransaction tx, ResourceType type, String id, String content) {
        tx.putResource(
                new ResourceKey(type, id),
                ("{\"resourceType\":\"" + type + "\",\"id\":\"" + id + "\"," + content + "}")
                        .getBytes(StandardCharsets.UTF_8));
    }
}
