package dev.atr.producer.jdbc;

import dev.atr.core.fhir.ResourceKey;
import dev.atr.core.fhir.ResourceType;
import dev.atr.producer.spi.ResourceCursor;
import dev.atr.producer.spi.StoredResource;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Resources at a position, read in pages; a page is as long as fits about two megabytes. */
final class ResourcePages extends ReadAhead<StoredResource> implements ResourceCursor {
    private static final int FIRST_PAGE = 50;
    private static final int LONGEST_PAGE = 1000;
    private static final int PAGE_BYTES = 2_000_000;

    private final Database database;
    private final KeyPages keys;
    private final ResourceType type;
    private final long pos;
    private final @Nullable Since since;
    private String last = "";
    private int limit = FIRST_PAGE;
    private boolean ended;

    /**
     * Opens them.
     *
     * @param since leaves out what belonged to the list then and did not change; absent for everything
     */
    ResourcePages(Database database, KeyPages keys, ResourceType type, long pos, @Nullable Since since) {
        super(database);
        this.database = database;
        this.keys = keys;
        this.type = type;
        this.pos = pos;
        this.since = since;
    }

    @Override
    List<StoredResource> readPage() {
        List<String> refs = keys.next(last, limit);
        if (refs.isEmpty()) {
            ended = true;
            return List.of();
        }
        last = refs.get(refs.size() - 1);
        List<StoredResource> found = new ArrayList<>();
        if (since == null) {
            found.addAll(read(refs, 0));
        } else {
            Set<String> belonged = since.resources().among(type, refs);
            found.addAll(read(belonged, since.pos()));
            found.addAll(
                    read(refs.stream().filter(ref -> !belonged.contains(ref)).toList(), 0));
        }
        found.sort(Comparator.comparing(StoredResource::key));
        long bytes =
                found.stream().mapToLong(resource -> resource.json().length).sum();
        limit = bytes == 0
                ? LONGEST_PAGE
                : (int) Math.max(1, Math.min(LONGEST_PAGE, found.size() * (long) PAGE_BYTES / bytes));
        return found;
    }

    @Override
    boolean isAtEnd() {
        return ended;
    }

    /** Reads what holds at the position and has been written after another. */
    private List<StoredResource> read(Collection<String> refs, long after) {
        return refs.isEmpty()
                ? List.of()
                : database.readPage(
                        "reading resources",
                        session -> session.list(
                                "select ref, version, last_updated, json from :rows(atr.resource, ref)"
                                        + " and from_pos > ? and from_pos <= ? and to_pos > ?",
                                ResourcePages::read,
                                refs,
                                after,
                                pos,
                                pos));
    }

    static StoredResource read(ResultSet row) throws SQLException {
        ResourceKey key = ResourceKey.ofReference(row.getString("ref")).orElseThrow();
        return new StoredResource(
                key, String.valueOf(row.getInt("version")), Session.instant(row, "last_updated"), row.getBytes("json"));
    }
}
