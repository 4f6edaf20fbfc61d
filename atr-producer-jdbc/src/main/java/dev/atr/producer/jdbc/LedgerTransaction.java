package dev.atr.producer.jdbc;

import dev.atr.core.attribution.AttributionList;
import dev.atr.core.attribution.ListId;
import dev.atr.core.attribution.Member;
import dev.atr.core.attribution.MemberCursor;
import dev.atr.core.attribution.MemberKey;
import dev.atr.core.fhir.ResourceKey;
import java.sql.SQLException;
import java.time.Clock;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One write to the ledger: all of it happens, at one position, or none. Every list that it changes gets one new version.
 * Writes are gathered and sent in batches, so that a load of any size takes little memory; from the first batch to the
 * end of the transaction other writers wait. Valid inside {@link Ledger#write} only. For one thread.
 */
public final class LedgerTransaction {
    private final Session session;
    private final Clock clock;
    private final ZoneId zone;
    private final ResourceWriter resources;
    private final Map<ListId, ListWriter> lists = new LinkedHashMap<>();
    private @Nullable Position held;
    private @Nullable Position position;

    LedgerTransaction(Session session, Clock clock, ZoneId zone) {
        this(session, clock, zone, null);
    }

    /**
     * Begins a write.
     *
     * @param held what {@link Position#hold} returned; absent when the transaction holds nothing yet
     */
    LedgerTransaction(Session session, Clock clock, ZoneId zone, @Nullable Position held) {
        this.session = session;
        this.clock = clock;
        this.zone = zone;
        this.held = held;
        this.resources = new ResourceWriter(session, this::position);
    }

    /**
     * Puts a resource in the place of the one of its key. Content that is held already, apart from {@code meta.versionId}
     * and {@code meta.lastUpdated}, makes no new version.
     *
     * @param key one of the guide's types other than Group, and the id
     * @param json R4 JSON in UTF-8, at most 1 000 000 bytes; version and time are put in by the ledger
     * @throws dev.atr.core.error.InvalidContentException when it is not valid JSON or not the resource of its key
     * @throws LedgerException when the database fails
     */
    public void putResource(ResourceKey key, byte[] json) {
        run("writing a resource", () -> resources.put(key, json));
    }

    /**
     * Takes a resource out for good; exports of what changed name it. Rows and resources that refer to it stay as they
     * are. Put again, it takes up its version numbers.
     *
     * @return whether there was one
     * @throws LedgerException when the database fails
     */
    public boolean deleteResource(ResourceKey key) {
        return ask("deleting a resource", () -> resources.delete(key));
    }

    /**
     * Returns whether there is a resource of this key, written before or in this transaction.
     *
     * @throws LedgerException when the database fails
     */
    public boolean holds(ResourceKey key) {
        return ask("looking for a resource", () -> resources.holds(key));
    }

    /**
     * Finds a resource, written before or in this transaction.
     *
     * @return its JSON; empty when there is none
     * @throws LedgerException when the database fails
     */
    public Optional<byte[]> find(ResourceKey key) {
        return ask("reading a resource", () -> resources.find(key));
    }

    /**
     * Takes in a whole list like {@link Ledger#importList}, as part of this transaction, which must not change the list
     * in any other way. It has a position of its own, behind that of everything written before.
     *
     * @param list what the list says about itself
     * @param rows its rows; read to the end, not closed
     * @return what became of it
     * @throws dev.atr.core.error.InvalidContentException when two rows have one key, a row refers to no Patient, or a text
     *     is none: it holds half a character (a lone surrogate) or a control character
     * @throws LedgerException when the database fails
     */
    public ImportedList importList(AttributionList list, MemberCursor rows) {
        return ask("taking in a list", () -> {
            resources.flush();
            return new ListImport(session, clock, zone, list).run(rows);
        });
    }

    /**
     * Puts what a list says about itself; its rows stay. Version, time and number of members are the ledger's own: that
     * the list names a quantity is kept, the number is counted.
     *
     * @throws dev.atr.core.error.InvalidContentException when a text is none: it holds half a character (a lone surrogate)
     *     or a control character
     * @throws LedgerException when the database fails
     */
    public void putList(AttributionList list) {
        run("writing a list", () -> writer(list.id()).putHeader(list));
    }

    /**
     * Puts a row in the place of the one of its key. The change code is not kept, apart from {@code dropped} and
     * {@code cancelled}, which make the row inactive: codes are read off the ledger.
     *
     * @return {@link MemberChange#DONE}, or why not: the list is unknown, or was final before this transaction
     * @throws dev.atr.core.error.InvalidContentException when the row refers to no Patient, or a text is none: it holds half
     *     a character (a lone surrogate) or a control character
     * @throws LedgerException when the database fails
     */
    public MemberChange putMember(ListId list, Member member) {
        return ask("writing a row of a list", () -> writer(list).put(member));
    }

    /**
     * Takes a row out: on a draft list it stays as inactive and dropped, from an open one it goes (C-29). What is gone
     * already stays gone.
     *
     * @return {@link MemberChange#DONE} or {@link MemberChange#UNCHANGED}, or why not
     * @throws LedgerException when the database fails
     */
    public MemberChange removeMember(ListId list, MemberKey member) {
        return ask("taking out a row of a list", () -> writer(list).remove(member));
    }

    /**
     * Makes the version of this transaction a publication, even when nothing else changed: its change codes compare with
     * the publication before it, and those of later versions with this one (C-33).
     *
     * @return whether there is such a list
     * @throws LedgerException when the database fails
     */
    public boolean publish(ListId list) {
        return ask("publishing a list", () -> writer(list).publish());
    }

    /** Returns the position at which something was written; empty when nothing was. */
    Optional<Position> written() {
        return Optional.ofNullable(position);
    }

    void finish() throws SQLException {
        resources.flush();
        for (ListWriter list : lists.values()) {
            list.finish();
        }
    }

    private Position position() throws SQLException {
        if (position == null) {
            position = hold().next(session, clock);
        }
        return position;
    }

    /** Waits until no other transaction writes; takes no position yet. */
    private Position hold() throws SQLException {
        if (held == null) {
            held = Position.hold(session);
        }
        return held;
    }

    ListWriter writer(ListId id) throws SQLException {
        ListWriter writer = lists.get(id);
        if (writer == null) {
            hold();
            writer = new ListWriter(session, id, this::position, zone);
            lists.put(id, writer);
        }
        return writer;
    }

    private static void run(String tried, Step step) {
        ask(tried, () -> {
            step.run();
            return true;
        });
    }

    static <T> T ask(String tried, Question<T> question) {
        try {
            return question.answer();
        } catch (SQLException e) {
            throw LedgerException.during(tried, e);
        }
    }

    private interface Step {
        void run() throws SQLException;
    }

    interface Question<T> {
        T answer() throws SQLException;
    }
}
