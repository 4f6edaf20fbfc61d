package dev.atr.producer.jdbc;

import dev.atr.core.fhir.ResourceKey;
import dev.atr.core.fhir.ResourceType;
import dev.atr.producer.spi.KeyCursor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What is gone at a position and was not before, as far as a list refers or referred to it; read in pages in the order of
 * deletion. All deletions are gone through: a list may come to refer to what was deleted long ago.
 */
final class DeletedPages extends ReadAhead<ResourceKey> implements KeyCursor {
    private static final int PAGE = 1000;

    private static final String SQL = "select d.pos, d.ref from atr.resource_deletion d"
            + " where d.pos >= ? and d.pos <= ? and (d.pos, d.ref) > (?, ?)"
            + " and not exists (select 1 from atr.resource r where r.ref = d.ref and r.from_pos >= d.pos"
            + " and r.from_pos <= ?) order by d.pos, d.ref limit " + PAGE;

    private final Database database;
    private final Since since;
    private final ListResources resources;
    private final long pos;
    private Deletion last = new Deletion(0, "");
    private boolean ended;

    DeletedPages(Database database, Since since, ListResources resources, long pos) {
        super(database);
        this.database = database;
        this.since = since;
        this.resources = resources;
        this.pos = pos;
    }

    @Override
    Stream<ResourceKey> readPage() {
        List<Deletion> deletions = database.readPage(
                "reading deletions",
                session -> session.list(
                        SQL,
                        row -> new Deletion(row.getLong(1), row.getString(2)),
                        last.pos,
                        pos,
                        last.pos,
                        last.ref,
                        pos));
        ended = deletions.size() < PAGE;
        if (ended && deletions.isEmpty()) {
            return Stream.empty();
        }
        last = deletions.get(deletions.size() - 1);
        Map<ResourceType, List<Deletion>> byType = deletions.stream()
                .collect(Collectors.groupingBy(deletion -> deletion.key().type(), TreeMap::new, Collectors.toList()));
        List<ResourceKey> page = new ArrayList<>();
        byType.forEach((type, some) -> add(page, type, some));
        return page.stream();
    }

    @Override
    boolean isAtEnd() {
        return ended;
    }

    private void add(List<ResourceKey> page, ResourceType type, List<Deletion> deletions) {
        List<String> refs = deletions.stream().map(Deletion::ref).toList();
        Set<String> then = since.resources().among(type, refs);
        Set<String> now = resources.among(type, refs);
        deletions.stream()
                .filter(deletion ->
                        then.contains(deletion.ref) ? deletion.pos > since.pos() : now.contains(deletion.ref))
                .map(Deletion::key)
                .forEach(page::add);
    }

    private record Deletion(long pos, String ref) {
        ResourceKey key() {
            return ResourceKey.ofReference(ref).orElseThrow();
        }
    }
}
