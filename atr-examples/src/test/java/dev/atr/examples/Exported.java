package dev.atr.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atr.consumer.export.BulkExportClient;
import dev.atr.consumer.export.CompletedExport;
import dev.atr.consumer.export.ExportFile;
import dev.atr.consumer.export.ExportedResource;
import dev.atr.consumer.export.GroupStream;
import dev.atr.consumer.export.ResourceStream;
import dev.atr.core.attribution.ListId;
import dev.atr.core.attribution.Member;
import dev.atr.core.attribution.MemberKey;
import dev.atr.core.fhir.ResourceType;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What a Consumer got of a list, by id.
 *
 * @param rows each as patient, provider, coverage and start of its period
 * @param references the resources, the Group among them
 */
record Exported(Set<List<String>> rows, Set<String> references) {
    /** Reads every file of an export, each to its end; nothing may stand there twice. */
    static Exported read(BulkExportClient client, CompletedExport export, ListId list) throws InterruptedException {
        Set<List<String>> rows = new HashSet<>();
        Set<String> references = new HashSet<>(Set.of("Group/" + list.value()));
        for (ExportFile file : export.files()) {
            if (file.type().equals(ResourceType.GROUP)) {
                try (GroupStream group = client.openGroup(file)) {
                    for (Member row = group.next(); row != null; row = group.next()) {
                        MemberKey key = row.key();
                        assertThat(rows.add(List.of(key.patient(), key.provider(), key.coverage(), key.start())))
                                .as("a row that stands once")
                                .isTrue();
                    }
                }
            } else {
                try (ResourceStream resources = client.open(file)) {
                    for (ExportedResource resource : resources) {
                        assertThat(references.add(resource.key().reference()))
                                .as("a resource that stands once")
                                .isTrue();
                    }
                }
            }
        }
        return new Exported(rows, references);
    }

    /** Returns the names of an export's files, as the Producer stores them. */
    static Set<String> names(CompletedExport export) {
        return export.allFiles().stream()
                .map(file -> file.url().getPath().replaceAll(".*/", ""))
                .collect(Collectors.toSet());
    }

    /** Compares with what the database holds. */
    void assertEqualTo(Connection database, ListId list) throws SQLException {
        // Compared by containment: a failure that prints twenty thousand ids helps nobody.
        Set<List<String>> storedRows = LedgerTables.rows(database, list);
        Set<String> stored = LedgerTables.resources(database, list).values().stream()
                .flatMap(Set::stream)
                .collect(Collectors.toSet());
        assertThat(rows.equals(storedRows))
                .as(rows.size() + " rows of " + storedRows.size())
                .isTrue();
        assertThat(references.equals(stored))
                .as(references.size() + " resources of " + stored.size())
                .isTrue();
    }
}
