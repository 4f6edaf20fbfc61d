package dev.atr.examples;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.parser.IParser;
import dev.atr.consumer.discovery.ListClient;
import dev.atr.consumer.export.BulkExportClient;
import dev.atr.consumer.export.CompletedExport;
import dev.atr.consumer.export.ExportRequest;
import dev.atr.consumer.export.GroupStream;
import dev.atr.core.adapter.GroupAdapter;
import dev.atr.core.attribution.AttributionList;
import dev.atr.core.attribution.ListId;
import dev.atr.core.attribution.MemberCursor;
import dev.atr.core.fhir.ResourceKey;
import dev.atr.core.fhir.ResourceType;
import dev.atr.hapi.r4.HapiGroups;
import dev.atr.producer.jdbc.Ledger;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.hl7.fhir.r4.model.Group;
import org.hl7.fhir.r4.model.Resource;

/** An engine that lives in HAPI: what it holds becomes a list that is served, and a payer's list becomes its Group. */
public final class HapiObjects {
    private final IParser json;
    private final GroupAdapter<Group> groups;

    /** Takes the context that the engine has already; making one costs a second. */
    public HapiObjects(FhirContext r4) {
        json = r4.newJsonParser();
        groups = new HapiGroups(r4);
    }

    /** Puts a list, and what its rows refer to, into the ledger: one version, and change codes by what was there before. */
    public void publish(Group list, List<? extends Resource> others, Ledger ledger) {
        ledger.write(tx -> {
            for (Resource one : others) {
                tx.putResource(
                        new ResourceKey(
                                new ResourceType(one.fhirType()),
                                one.getIdElement().getIdPart()),
                        json.encodeResourceToString(one).getBytes(StandardCharsets.UTF_8));
            }
            try (MemberCursor rows = groups.members(list)) {
                tx.importList(groups.list(list), rows);
            }
        });
    }

    /** Exports a list and returns it with its rows, all of which are then in memory. */
    public Group fetch(ListClient lists, BulkExportClient exports, ListId id) throws InterruptedException {
        AttributionList list = lists.find(id).orElseThrow();
        CompletedExport export =
                exports.kickOff(ExportRequest.attributionList(id)).await(Duration.ofHours(2));
        try (GroupStream rows = exports.openGroup(export.filesOf("Group").get(0))) {
            return groups.group(list, rows);
        }
    }
}
