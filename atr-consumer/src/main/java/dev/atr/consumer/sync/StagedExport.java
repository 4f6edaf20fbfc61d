package dev.atr.consumer.sync;

import dev.atr.consumer.export.DeletionStream;
import dev.atr.consumer.export.DownloadedExport;
import dev.atr.consumer.export.DownloadedFile;
import dev.atr.consumer.export.ExportFile;
import dev.atr.consumer.export.ExportedResource;
import dev.atr.consumer.export.GroupStream;
import dev.atr.consumer.export.ResourceStream;
import dev.atr.core.attribution.AttributionList;
import dev.atr.core.attribution.ListId;
import dev.atr.core.attribution.Member;
import dev.atr.core.attribution.MemberKey;
import dev.atr.core.error.InvalidContentException;
import dev.atr.core.error.ProtocolException;
import dev.atr.core.fhir.FhirVersion;
import dev.atr.core.fhir.ResourceKey;
import dev.atr.core.fhir.ResourceType;
import dev.atr.core.json.GroupJson;
import dev.atr.core.json.JsonValue;
import dev.atr.core.json.ResourceScanner;
import dev.atr.core.json.ResourceScanner.ScannedResource;
import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The content of an export in tables of one transaction: rows pass by, and none is held. */
final class StagedExport {
    private static final ResourceType GROUP = ResourceType.GROUP;

    private final Session session;
    private final ListId list;
    private final FhirVersion version;
    private final MessageDigest digest = sha256();
    private long lines;

    StagedExport(Session session, ListId list, FhirVersion version) {
        this.session = session;
        this.list = list;
        this.version = version;
    }

    /**
     * Puts an export into the tables.
     *
     * @return what the Group says about the list
     * @throws ProtocolException when the export is of another list
     * @throws InvalidContentException when a file can't be read, or two rows have one key
     */
    AttributionList stage(DownloadedExport export) throws SQLException, IOException {
        createTables();
        AttributionList header = stageMembers(export.filesOf(GROUP.code()));
        stageResources(export, header);
        try (Session.Batch insert = session.batch("insert into staged_deletion (ref, n) values (?, ?)")) {
            for (DownloadedFile file : export.files()) {
                if (file.kind() == ExportFile.Kind.DELETED) {
                    stageDeletions(file, insert);
                }
            }
            insert.run();
        }
        for (String table : tables()) {
            session.stagingFilled(table);
        }
        for (ResourceTable table : ResourceTable.values()) {
            // Of a resource that comes twice the last one counts
            session.update("delete from " + table.staged() + " where exists (select 1 from " + table.staged()
                    + " later where later.ref = " + table.staged() + ".ref and later.n > " + table.staged() + ".n)");
        }
        return header;
    }

    private static List<String> tables() {
        List<String> tables = new ArrayList<>(List.of("staged_member", "staged_link", "staged_deletion"));
        for (ResourceTable table : ResourceTable.values()) {
            tables.add(table.staged());
        }
        return tables;
    }

    private void createTables() throws SQLException {
        session.createStaging(
                "staged_member",
                "patient ${text} not null, provider ${text} not null, coverage ${text} not null,"
                        + " period_start ${text} not null, period_end ${text}, inactive boolean not null,"
                        + " change_type ${text}, primary key (patient, provider, coverage, period_start)");
        session.createStaging(
                "staged_link",
                "from_ref ${text} not null, to_ref ${text} not null, n bigint not null,"
                        + " primary key (from_ref, to_ref, n)");
        session.createStaging("staged_deletion", "ref ${text} not null, n bigint not null, primary key (ref, n)");
        for (ResourceTable table : ResourceTable.values()) {
            session.createStaging(
                    table.staged(),
                    "ref ${text} not null, n bigint not null, "
                            + table.columns().stream()
                                    .map(column -> column + " ${text}, ")
                                    .collect(Collectors.joining())
                            + "content ${bytes} not null, json ${bytes} not null, primary key (ref, n)");
        }
    }

    private AttributionList stageMembers(List<DownloadedFile> files) throws SQLException, IOException {
        AttributionList header = null;
        try (Session.Batch insert = session.batch("insert into staged_member"
                + " (patient, provider, coverage, period_start, period_end, inactive, change_type)"
                + " values (?, ?, ?, ?, ?, ?, ?)")) {
            for (DownloadedFile file : files) {
                try (GroupStream rows = file.openGroup(version)) {
                    for (Member row = rows.next(); row != null; row = rows.next()) {
                        stage(row, insert);
                    }
                    header = rows.list();
                }
                // A server that does not know the list may answer with another, or with everybody
                if (!header.id().equals(list)) {
                    throw new ProtocolException("export: holds another list than was asked for");
                }
            }
            insert.run();
        } catch (SQLException e) {
            if ("23505".equals(e.getSQLState())) {
                throw new InvalidContentException(
                        "export: two rows of the list have the same patient, provider, coverage and start");
            }
            throw e;
        }
        if (header == null) {
            throw new ProtocolException("export: holds no Group; nothing can be said about who is on the list");
        }
        return header;
    }

    private static void stage(Member row, Session.Batch insert) throws SQLException {
        MemberKey key = row.key();
        insert.add(
                key.patient(),
                key.provider(),
                key.coverage(),
                key.start(),
                row.period() == null || row.period().end() == null
                        ? null
                        : row.period().end().text(),
                row.inactive(),
                row.changeType() == null ? null : row.changeType().normalized().code());
    }

    private void stageResources(DownloadedExport export, AttributionList header) throws SQLException, IOException {
        Map<ResourceTable, Session.Batch> inserts = new EnumMap<>(ResourceTable.class);
        try (Session.Batch links = session.batch("insert into staged_link (from_ref, to_ref, n) values (?, ?, ?)")) {
            for (ResourceTable table : ResourceTable.values()) {
                inserts.put(table, session.batch(insert(table)));
            }
            stageLinks(list.key().reference(), ResourceScanner.scan(GroupJson.header(header, version, false)), links);
            for (DownloadedFile file : export.files()) {
                ResourceTable table = ResourceTable.of(file.type()).orElse(null);
                Session.Batch insert = inserts.get(table);
                if (file.kind() == ExportFile.Kind.OUTPUT && table != null && insert != null) {
                    stage(file, table, insert, links);
                }
            }
            links.run();
            for (Session.Batch insert : inserts.values()) {
                insert.run();
            }
        } finally {
            for (Session.Batch insert : inserts.values()) {
                insert.close();
            }
        }
    }

    private static String insert(ResourceTable table) {
        return "insert into " + table.staged() + " (ref, n, " + String.join(", ", table.columns())
                + ", content, json) values (?, ?, "
                + String.join(", ", Collections.nCopies(table.columns().size(), "?")) + ", ?, ?)";
    }

    private void stage(DownloadedFile file, ResourceTable table, Session.Batch insert, Session.Batch links)
            throws SQLException, IOException {
        try (ResourceStream resources = file.open()) {
            for (ExportedResource resource = resources.next(); resource != null; resource = resources.next()) {
                lines++;
                String ref = resource.key().reference();
                JsonValue.JsonObject json = JsonValue.parseObject(resource.json());
                List<@Nullable Object> values = new ArrayList<>();
                values.add(ref);
                values.add(lines);
                values.addAll(table.values(json));
                // What a Producer says about its own record is no change of the member
                values.add(digest.digest(json.without("meta").toBytes()));
                values.add(resource.json());
                insert.add(values.toArray());
                if (table != ResourceTable.PATIENT) {
                    stageLinks(ref, resource.scanned(), links);
                }
            }
        }
    }

    private void stageLinks(String from, ScannedResource resource, Session.Batch links) throws SQLException {
        TreeSet<String> targets = new TreeSet<>();
        for (ScannedResource.Link link : resource.links()) {
            if (ResourceTable.isKeptByLinks(link.target().type())) {
                targets.add(link.target().reference());
            }
        }
        for (String target : targets) {
            links.add(from, target, lines);
        }
    }

    private void stageDeletions(DownloadedFile file, Session.Batch insert) throws SQLException, IOException {
        try (DeletionStream deletions = file.openDeleted()) {
            for (ResourceKey key = deletions.next(); key != null; key = deletions.next()) {
                lines++;
                insert.add(key.reference(), lines);
            }
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
