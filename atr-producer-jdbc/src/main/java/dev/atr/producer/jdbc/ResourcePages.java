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
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.stream.Stream;
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
    private volatile @Nullable FutureTask<List<String>> keysAhead;
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
    Stream<StoredResource> readPage() {
        List<String> refs = nextKeys();
        if (refs.isEmpty()) {
            ended = true;
            return Stream.empty();
        }
        boolean isFirst = last.isEmpty();
        last = refs.get(refs.size() - 1);
        // How long a page may be is known after the first one
        keysAhead = isFirst ? null : database.ahead(keysAfter(last, limit));
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
        return found.stream();
    }

    private List<String> nextKeys() {
        if (keysAhead == null) {
            return keys.next(last, limit);
        }
        List<String> refs = await(keysAhead);
        return refs.subList(0, Math.min(refs.size(), limit));
    }

    private Callable<List<String>> keysAfter(String after, int most) {
        return () -> keys.next(after, most);
    }

    @Override
    public void close() {
        super.close();
        FutureTask<List<String>> begun = keysAhead;
        if (begun != null) {
            begun.cancel(false);
        }
    }

    @Override
    boolean isAtEnd() {
        return ended;
    }

    /** Reads what holds at the position and has been written after another. */
    private List<StoredResource> read(Collection<String> refs, long after) {
        return refs.isEmpty()
                ? List.of()
                : database.readPageOfTable(
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
