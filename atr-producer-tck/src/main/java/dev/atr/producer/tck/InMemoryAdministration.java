package dev.atr.producer.tck;

import dev.atr.core.attribution.AttributionList;
import dev.atr.core.attribution.ChangeType;
import dev.atr.core.attribution.ListId;
import dev.atr.core.attribution.ListStatus;
import dev.atr.core.attribution.Member;
import dev.atr.core.attribution.MemberCursor;
import dev.atr.core.attribution.MemberKey;
import dev.atr.core.fhir.ResourceKey;
import dev.atr.producer.spi.ListSnapshot;
import dev.atr.producer.spi.administration.ListAdministration;
import dev.atr.producer.spi.administration.Revised;
import dev.atr.producer.spi.administration.Revision;
import dev.atr.producer.spi.administration.RowDifference;
import dev.atr.producer.spi.administration.RowDifferences;
import dev.atr.producer.spi.administration.RowEdit;
import dev.atr.producer.spi.administration.StatusChange;
import dev.atr.producer.spi.creation.Deletion;
import dev.atr.producer.spi.reconcile.AttributionRules;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What the payer does to the lists of an {@link InMemoryBackend}. */
final class InMemoryAdministration implements ListAdministration {
    private final InMemoryBackend backend;
    private final Map<ListId, Publication> publications = new HashMap<>();

    InMemoryAdministration(InMemoryBackend backend) {
        this.backend = backend;
    }

    @Override
    public List<Member> rows(ListId list, ResourceKey patient) {
        return backend.lists().list(list).stream()
                .flatMap(held -> rows(held).values().stream())
                .filter(row -> row.key().patient().equals(patient.reference()))
                .toList();
    }

    @Override
    public Revised revise(ListId list, Revision revision, @Nullable String ifVersion) {
        return backend.inTurn(() -> {
            Optional<AttributionList> found = backend.held(list);
            if (found.isEmpty()) {
                return Revised.unknown();
            }
            AttributionList now = found.get();
            if (AttributionRules.isOtherVersion(now, ifVersion)) {
                return Revised.of(Revised.Kind.OTHER_VERSION, now);
            }
            return revision.isPossibleFrom(now.status())
                    ? revise(now, revision)
                    : Revised.of(Revised.Kind.WRONG_STATUS, now);
        });
    }

    private Revised revise(AttributionList now, Revision revision) {
        SampleList before = backend.lists().list(now.id()).orElseThrow();
        StatusChange step = revision.status();
        ListStatus status = Objects.requireNonNull(step != null && step.isFirst() ? step.target() : now.status());
        Map<MemberKey, Member> rows = rows(before);
        for (int i = 0; i < revision.rows().size(); i++) {
            if (!apply(rows, revision.rows().get(i), status)) {
                return Revised.noSuchRow(now, i);
            }
        }
        SampleList edited = new SampleList(before.header(), List.copyOf(rows.values()));
        boolean changed = !rows(edited).equals(rows(before));
        boolean moves = step != null && !step.target().equals(now.status());
        if (moves && step == StatusChange.FINALISE && edited.activeMembers() == 0) {
            return Revised.of(Revised.Kind.NO_MEMBERS, now);
        }
        boolean again = step == StatusChange.PUBLISH
                && (changed || !Objects.equals(publication(now).version(), now.version()));
        if (moves || again) {
            publish(now, edited.rows(), Objects.requireNonNull(step).target());
        } else if (changed) {
            backend.replace(backend.lists().withList(edited));
        } else {
            return Revised.of(Revised.Kind.UNCHANGED, now);
        }
        return Revised.of(Revised.Kind.DONE, backend.held(now.id()).orElseThrow());
    }

    /**
     * Writes a publication: codes compare with the one before, and a final list has active rows alone.
     *
     * @param list the list as it stands before
     * @param rows its rows as they are to be
     */
    void publish(AttributionList list, List<Member> rows, ListStatus status) {
        Map<MemberKey, Member> baseline = publication(list).rows();
        List<Member> published = rows.stream()
                .filter(row -> !row.inactive() || !ListStatus.FINAL.equals(status))
                .map(row -> row.inactive() ? row : row.withState(false, change(baseline.get(row.key()), row)))
                .toList();
        SampleList held = backend.lists().list(list.id()).orElseThrow();
        SampleList next = new SampleList(held.header().withStatus(status), published);
        backend.replace(backend.lists().withList(next));
        String version = backend.held(list.id()).orElseThrow().version();
        publications.put(list.id(), new Publication(version, rows(next)));
    }

    /** Changes rows as one edit says; returns whether the row is there. */
    static boolean apply(Map<MemberKey, Member> rows, RowEdit edit, ListStatus status) {
        Member old = rows.get(edit.key());
        return edit.map(
                row -> {
                    boolean same =
                            old != null && !old.inactive() && content(old).equals(content(row));
                    ChangeType code = old == null || old.inactive() ? ChangeType.NEW : ChangeType.CHANGED;
                    if (!same) {
                        boolean stillNew = old != null && !old.inactive() && ChangeType.NEW.equals(old.changeType());
                        rows.put(edit.key(), row.withState(false, stillNew ? ChangeType.NEW : code));
                    }
                    return true;
                },
                key -> {
                    if (old != null && !ListStatus.DRAFT.equals(status)) {
                        rows.remove(key);
                    } else if (old != null && !old.inactive()) {
                        rows.put(key, old.withState(true, ChangeType.DROPPED));
                    }
                    return old != null;
                },
                key -> {
                    if (old != null) {
                        rows.put(key, old.withState(true, ChangeType.CANCELLED));
                    }
                    return old != null;
                });
    }

    static Map<MemberKey, Member> rows(SampleList list) {
        Map<MemberKey, Member> rows = new TreeMap<>();
        list.rows().forEach(row -> rows.put(row.key(), row));
        return rows;
    }

    private Publication publication(AttributionList list) {
        // What a list began with was published
        return publications.computeIfAbsent(list.id(), id -> new Publication("1", rows(backend.first(id))));
    }

    private static ChangeType change(@Nullable Member before, Member now) {
        if (before == null || before.inactive()) {
            return ChangeType.NEW;
        }
        return content(before).equals(content(now)) ? ChangeType.NOCHANGE : ChangeType.CHANGED;
    }

    private static Member content(Member row) {
        return row.withState(false, ChangeType.NOCHANGE);
    }

    @Override
    public Deletion delete(ListId list, @Nullable String ifVersion) {
        return backend.inTurn(() -> {
            Optional<AttributionList> found = backend.held(list);
            if (found.isEmpty()) {
                return backend.isDeleted(list) ? Deletion.ALREADY_DELETED : Deletion.UNKNOWN;
            }
            if (AttributionRules.isOtherVersion(found.get(), ifVersion)) {
                return Deletion.OTHER_VERSION;
            }
            publications.remove(list);
            backend.replace(backend.lists().withoutList(list));
            return Deletion.DELETED;
        });
    }

    @Override
    public Optional<RowDifferences> differences(ListId list, int from, int to) {
        if (from > to) {
            throw new IllegalArgumentException("the version to compare with is the earlier one");
        }
        return backend.version(list, from)
                .flatMap(earlier -> backend.version(list, to)
                        .map(later -> RowDifferences.of(between(byPatient(earlier), byPatient(later)))));
    }

    private static List<RowDifference> between(Map<String, List<Member>> before, Map<String, List<Member>> after) {
        NavigableSet<String> patients = new TreeSet<>(before.keySet());
        patients.addAll(after.keySet());
        return patients.stream()
                .flatMap(
                        patient -> RowDifference.between(
                                before.getOrDefault(patient, List.of()), after.getOrDefault(patient, List.of()))
                                .stream())
                .toList();
    }

    private static Map<String, List<Member>> byPatient(ListSnapshot snapshot) {
        Map<String, List<Member>> rows = new HashMap<>();
        try (snapshot;
                MemberCursor cursor = snapshot.members()) {
            for (Member row = cursor.next(); row != null; row = cursor.next()) {
                rows.computeIfAbsent(row.key().patient(), patient -> new ArrayList<>())
                        .add(row);
            }
        }
        return rows;
    }

    /**
     * The last version with which later ones compare.
     *
     * @param version its number
     * @param rows its rows
     */
    private record Publication(@Nullable String version, Map<MemberKey, Member> rows) {}
}
