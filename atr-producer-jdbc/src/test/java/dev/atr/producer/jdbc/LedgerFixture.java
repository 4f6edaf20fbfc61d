package dev.atr.producer.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atr.core.attribution.AttributionList;
import dev.atr.core.attribution.ChangeType;
import dev.atr.core.attribution.ListId;
import dev.atr.core.attribution.ListStatus;
import dev.atr.core.attribution.Member;
import dev.atr.core.attribution.MemberCursor;
import dev.atr.core.fhir.Identifier;
import dev.atr.core.fhir.OtherElements;
import dev.atr.core.fhir.Period;
import dev.atr.core.fhir.Reference;
import dev.atr.core.fhir.ResourceKey;
import dev.atr.core.fhir.ResourceType;
import dev.atr.producer.spi.Caller;
import dev.atr.producer.spi.ListSnapshot;
import dev.atr.producer.spi.ResourceCursor;
import dev.atr.producer.spi.StoredResource;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Small lists, and how to look at them. */
final class LedgerFixture {
    static final ListId LIST = new ListId("list-1");
    static final Caller CALLER = new Caller("client-1", "system/*.read", null);

    private LedgerFixture() {}

    static AttributionList list(ListStatus status) {
        return AttributionList.of(
                        LIST,
                        status,
                        List.of(Identifier.of("https://payer.example/contracts", "CT-1")),
                        Reference.to(ResourceType.ORGANIZATION, "payer"),
                        Period.of("2026-01-01", "2026-12-31"))
                .withQuantity(0);
    }

    static Member row(String patient) {
        return row(patient, null, "2026-12-31");
    }

    static Member row(String patient, ChangeType change) {
        return row(patient, change, "2026-12-31");
    }

    static Member row(String patient, @Nullable ChangeType change, String end) {
        return new Member(
                Reference.to(ResourceType.PATIENT, patient),
                Reference.to(ResourceType.COVERAGE, "c-" + patient),
                Reference.to(ResourceType.PRACTITIONER, "doctor"),
                Period.of("2026-01-01", end),
                false,
                change,
                OtherElements.NONE);
    }

    static ImportedList importRows(Ledger ledger, ListStatus status, Member... rows) {
        return ledger.importList(list(status), MemberCursor.of(List.of(rows)));
    }

    static void putMembers(Ledger ledger, Member... rows) {
        ledger.write(tx -> {
            for (Member row : rows) {
                assertThat(tx.putMember(LIST, row)).isEqualTo(MemberChange.DONE);
            }
        });
    }

    static AttributionList header(Ledger ledger) {
        return ledger.backend().find(CALLER, LIST).orElseThrow();
    }

    static ListSnapshot snapshot(Ledger ledger) {
        return ledger.backend().snapshot(CALLER, LIST).orElseThrow();
    }

    /** Returns each row as patient and change code. */
    static List<String> codes(Ledger ledger) {
        try (ListSnapshot snapshot = snapshot(ledger)) {
            return codes(snapshot);
        }
    }

    static List<String> codes(ListSnapshot snapshot) {
        return rows(snapshot).stream()
                .map(row -> row.key().patient().substring("Patient/".length()) + " "
                        + Objects.requireNonNull(row.changeType()).code())
                .toList();
    }

    static List<Member> rows(ListSnapshot snapshot) {
        List<Member> rows = new ArrayList<>();
        try (MemberCursor cursor = snapshot.members()) {
            for (Member row = cursor.next(); row != null; row = cursor.next()) {
                rows.add(row);
            }
        }
        return rows;
    }

    static List<StoredResource> resources(ListSnapshot snapshot, ResourceType type) {
        List<StoredResource> resources = new ArrayList<>();
        try (ResourceCursor cursor = snapshot.resources(type)) {
            for (StoredResource resource = cursor.next(); resource != null; resource = cursor.next()) {
                resources.add(resource);
            }
        }
        return resources;
    }

    static ResourceKey patient(String id) {
        return new ResourceKey(ResourceType.PATIENT, id);
    }

    static byte[] json(ResourceKey key, String properties) {
        return ("{\"resourceType\":\"" + key.type() + "\",\"id\":\"" + key.id() + "\"" + properties + "}")
                .getBytes(StandardCharsets.UTF_8);
    }
}
