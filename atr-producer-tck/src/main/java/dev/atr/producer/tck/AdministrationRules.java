package dev.atr.producer.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atr.core.attribution.AttributionList;
import dev.atr.core.attribution.ChangeType;
import dev.atr.core.attribution.ListId;
import dev.atr.core.attribution.ListStatus;
import dev.atr.core.attribution.Member;
import dev.atr.core.attribution.MemberCursor;
import dev.atr.core.attribution.MemberKey;
import dev.atr.core.fhir.ResourceKey;
import dev.atr.core.fhir.ResourceType;
import dev.atr.producer.spi.Caller;
import dev.atr.producer.spi.ListSnapshot;
import dev.atr.producer.spi.VersionQuery;
import dev.atr.producer.spi.administration.ListAdministration;
import dev.atr.producer.spi.administration.Revised;
import dev.atr.producer.spi.administration.Revision;
import dev.atr.producer.spi.administration.RowEdit;
import dev.atr.producer.spi.administration.StatusChange;
import dev.atr.producer.spi.creation.Deletion;
import dev.atr.requirements.Requirement;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** What a backend keeps that lets the payer change its lists: the rules of {@link ListAdministration}. */
abstract class AdministrationRules extends CreationRules {
    private static final Caller CONSUMER = new Caller(SampleLists.CONSUMER, "system/*.read", null);
    private static final ListId NO_LIST = new ListId("no-such-list");
    private static final Member NEWCOMER =
            StandardSample.row("nobody", "Organization/clinic", "c-nobody", ChangeType.NEW);
    private static final Member OTHER_NEWCOMER =
            StandardSample.row("B.1", "Organization/clinic", "c-B.1", ChangeType.NEW);

    @Test
    @Requirement({"ATR-MDL-045", "ATR-MDL-005"})
    void aPublishedDraftIsOpen() {
        AttributionList before = list(SampleLists.DRAFT);

        Revised revised = lists().publish(SampleLists.DRAFT);

        AttributionList after = list(SampleLists.DRAFT);
        assertThat(revised).isEqualTo(Revised.of(Revised.Kind.DONE, after));
        assertThat(after.status()).isEqualTo(ListStatus.OPEN);
        assertThat(number(after)).isEqualTo(number(before) + 1);
        assertThat(after.quantity()).isEqualTo(before.quantity());
        assertThat(code(SampleLists.DRAFT, "9")).isEqualTo(ChangeType.DROPPED);
        backend()
                .listHistory()
                .flatMap(history -> history.snapshot(CONSUMER, SampleLists.DRAFT, number(before)))
                .ifPresent(then -> {
                    try (then) {
                        assertThat(then.list().status()).isEqualTo(ListStatus.DRAFT);
                    }
                });
    }

    @Test
    @Requirement({"ATR-MDL-019", "ATR-MDL-021"})
    void changeCodesCompareWithThePublicationBefore() {
        ListAdministration lists = lists();
        put(SampleLists.OPEN, NEWCOMER);
        assertThat(code(SampleLists.OPEN, "nobody")).isEqualTo(ChangeType.NEW);

        lists.publish(SampleLists.OPEN);
        assertThat(code(SampleLists.OPEN, "nobody")).isEqualTo(ChangeType.NEW);

        put(SampleLists.OPEN, OTHER_NEWCOMER);
        lists.publish(SampleLists.OPEN);
        assertThat(code(SampleLists.OPEN, "nobody")).isEqualTo(ChangeType.NOCHANGE);
        assertThat(code(SampleLists.OPEN, "B.1")).isEqualTo(ChangeType.NEW);
    }

    @Test
    @Requirement("ATR-MDL-005")
    void whatChangesNothingMakesNoVersion() {
        ListAdministration lists = lists();
        put(SampleLists.OPEN, NEWCOMER);
        lists.publish(SampleLists.OPEN);
        AttributionList before = list(SampleLists.OPEN);

        for (Revision revision : List.of(
                Revision.of(StatusChange.PUBLISH),
                Revision.of(StatusChange.REOPEN),
                Revision.of(List.of(new RowEdit.Put(NEWCOMER))))) {
            assertThat(lists.revise(SampleLists.OPEN, revision, null))
                    .isEqualTo(Revised.of(Revised.Kind.UNCHANGED, before));
        }
        assertThat(lists.finalise(SampleLists.FINAL).kind()).isEqualTo(Revised.Kind.UNCHANGED);
        assertThat(list(SampleLists.OPEN)).isEqualTo(before);
    }

    @Test
    @Requirement({"ATR-REC-028", "ATR-MDL-045"})
    void rowsOfAFinalListChangeWhenItIsReopened() {
        ListAdministration lists = lists();
        List<RowEdit> rows = List.of(new RowEdit.Put(NEWCOMER));

        assertThat(lists.revise(SampleLists.FINAL, Revision.of(rows), null).kind())
                .isEqualTo(Revised.Kind.WRONG_STATUS);
        assertThat(lists.publish(SampleLists.FINAL).kind()).isEqualTo(Revised.Kind.WRONG_STATUS);
        assertThat(lists.reopen(SampleLists.DRAFT).kind()).isEqualTo(Revised.Kind.WRONG_STATUS);
        assertThat(lists.revise(SampleLists.FINAL, new Revision(rows, StatusChange.REOPEN), null)
                        .kind())
                .isEqualTo(Revised.Kind.DONE);

        assertThat(list(SampleLists.FINAL).status()).isEqualTo(ListStatus.OPEN);
        assertThat(code(SampleLists.FINAL, "nobody")).isEqualTo(ChangeType.NEW);
        assertThat(code(SampleLists.FINAL, "a")).isEqualTo(ChangeType.NOCHANGE);
    }

    @Test
    @Requirement("ATR-MDL-045")
    void aListReturnsToBeingADraft() {
        ListAdministration lists = lists();
        Revision draft = Revision.of(StatusChange.RETURN_TO_DRAFT);

        assertThat(lists.revise(SampleLists.FINAL, draft, null).kind()).isEqualTo(Revised.Kind.DONE);
        assertThat(lists.revise(SampleLists.FINAL, draft, null).kind()).isEqualTo(Revised.Kind.UNCHANGED);

        assertThat(list(SampleLists.FINAL).status()).isEqualTo(ListStatus.DRAFT);
    }

    @Test
    @Requirement("ATR-REC-025")
    void aFinalListHasActiveRowsAlone() {
        int members = Optional.ofNullable(list(SampleLists.DRAFT).quantity()).orElseThrow();

        assertThat(lists().finalise(SampleLists.DRAFT).kind()).isEqualTo(Revised.Kind.DONE);

        assertThat(list(SampleLists.DRAFT).status()).isEqualTo(ListStatus.FINAL);
        assertThat(list(SampleLists.DRAFT).quantity()).isEqualTo(members);
        assertThat(rows(SampleLists.DRAFT)).hasSize(2).noneMatch(Member::inactive);
    }

    @Test
    @Requirement("ATR-MDL-024")
    void aListWithoutMembersDoesNotBecomeFinal() {
        AttributionList before = list(SampleLists.EMPTY);

        assertThat(lists().finalise(SampleLists.EMPTY)).isEqualTo(Revised.of(Revised.Kind.NO_MEMBERS, before));

        assertThat(list(SampleLists.EMPTY)).isEqualTo(before);
    }

    @Test
    @Requirement({"ATR-MDL-017", "ATR-MDL-047"})
    void aCancelledRowStaysAndSaysSo() {
        for (ListId list : List.of(SampleLists.OPEN, SampleLists.DRAFT)) {
            put(list, NEWCOMER);
            int members = Optional.ofNullable(list(list).quantity()).orElseThrow();

            revise(list, new RowEdit.Cancel(NEWCOMER.key()));

            assertThat(code(list, "nobody")).isEqualTo(ChangeType.CANCELLED);
            assertThat(rows(list))
                    .filteredOn(row -> row.key().equals(NEWCOMER.key()))
                    .allMatch(Member::inactive);
            assertThat(list(list).quantity()).isEqualTo(members - 1);
        }
    }

    @Test
    @Requirement({"ATR-REC-022", "ATR-REC-023"})
    void aDroppedRowStaysOnADraftAndLeavesAnOpenList() {
        for (ListId list : List.of(SampleLists.OPEN, SampleLists.DRAFT)) {
            put(list, NEWCOMER);
            revise(list, new RowEdit.Drop(NEWCOMER.key()));
        }

        assertThat(code(SampleLists.DRAFT, "nobody")).isEqualTo(ChangeType.DROPPED);
        assertThat(lists().rows(SampleLists.OPEN, patient("nobody"))).isEmpty();
    }

    @Test
    @Requirement("ATR-MDL-005")
    void manyChangesMakeOneVersion() {
        int before = number(list(SampleLists.DRAFT));
        MemberKey leaving = rows(SampleLists.DRAFT).stream()
                .filter(row -> !row.inactive())
                .map(Member::key)
                .filter(key -> key.patient().equals("Patient/10"))
                .findFirst()
                .orElseThrow();
        Revision revision = new Revision(
                List.of(new RowEdit.Put(NEWCOMER), new RowEdit.Drop(leaving), new RowEdit.Put(OTHER_NEWCOMER)),
                StatusChange.PUBLISH);

        assertThat(lists().revise(SampleLists.DRAFT, revision, null).kind()).isEqualTo(Revised.Kind.DONE);

        assertThat(number(list(SampleLists.DRAFT))).isEqualTo(before + 1);
        assertThat(code(SampleLists.DRAFT, "nobody")).isEqualTo(ChangeType.NEW);
        assertThat(rows(SampleLists.DRAFT))
                .filteredOn(row -> row.key().equals(leaving))
                .allMatch(row -> row.inactive() && ChangeType.DROPPED.equals(row.changeType()))
                .hasSize(1);
    }

    @Test
    @Requirement("ATR-MDL-005")
    void aRevisionHappensAsAWholeOrNotAtAll() {
        AttributionList before = list(SampleLists.OPEN);
        List<Member> rows = rows(SampleLists.OPEN);

        for (RowEdit missing : List.of(new RowEdit.Drop(NEWCOMER.key()), new RowEdit.Cancel(NEWCOMER.key()))) {
            Revision revision = Revision.of(List.of(new RowEdit.Put(OTHER_NEWCOMER), missing));
            assertThat(lists().revise(SampleLists.OPEN, revision, null)).isEqualTo(Revised.noSuchRow(before, 1));
        }

        assertThat(list(SampleLists.OPEN)).isEqualTo(before);
        assertThat(rows(SampleLists.OPEN)).isEqualTo(rows);
    }

    @Test
    @Requirement("ATR-MDL-005")
    void anotherVersionOrListIsLeftAlone() {
        Revision revision = Revision.of(StatusChange.PUBLISH);
        AttributionList before = list(SampleLists.DRAFT);

        assertThat(lists().revise(SampleLists.DRAFT, revision, "4711"))
                .isEqualTo(Revised.of(Revised.Kind.OTHER_VERSION, before));
        assertThat(lists().revise(NO_LIST, revision, null)).isEqualTo(Revised.unknown());
        assertThat(list(SampleLists.DRAFT)).isEqualTo(before);
        assertThat(lists().revise(SampleLists.DRAFT, revision, before.version()).kind())
                .isEqualTo(Revised.Kind.DONE);
    }

    @Test
    @Requirement({"FHIR-008", "FHIR-015"})
    void aListIsDeletedWithItsMembers() {
        ListAdministration lists = lists();
        int before = number(list(SampleLists.OPEN));

        assertThat(lists.delete(SampleLists.OPEN, "4711")).isEqualTo(Deletion.OTHER_VERSION);
        assertThat(lists.delete(NO_LIST, null)).isEqualTo(Deletion.UNKNOWN);
        assertThat(lists.delete(SampleLists.OPEN, null)).isEqualTo(Deletion.DELETED);
        assertThat(lists.delete(SampleLists.OPEN, null)).isEqualTo(Deletion.ALREADY_DELETED);

        assertThat(backend().find(CONSUMER, SampleLists.OPEN)).isEmpty();
        assertThat(backend().snapshot(CONSUMER, SampleLists.OPEN)).isEmpty();
        assertThat(lists.rows(SampleLists.OPEN, patient("a"))).isEmpty();
        assertThat(lists.publish(SampleLists.OPEN)).isEqualTo(Revised.unknown());
        backend()
                .listHistory()
                .ifPresent(history -> assertThat(history.versions(CONSUMER, SampleLists.OPEN, VersionQuery.newest())
                                .orElseThrow()
                                .versions()
                                .get(0))
                        .satisfies(version -> {
                            assertThat(version.isDeletion()).isTrue();
                            assertThat(version.id()).isEqualTo(String.valueOf(before + 1));
                        }));
    }

    @Test
    void theRowsOfAPatientAreShown() {
        List<Member> shown = lists().rows(SampleLists.DRAFT, patient("10"));

        assertThat(shown)
                .isEqualTo(rows(SampleLists.DRAFT).stream()
                        .filter(row -> row.key().patient().equals("Patient/10"))
                        .toList());
        assertThat(shown).hasSize(2);
    }

    private ListAdministration lists() {
        Optional<ListAdministration> lists = backend().listAdministration();
        Assumptions.assumeTrue(lists.isPresent(), "the payer changes its lists elsewhere");
        return lists.orElseThrow();
    }

    private void put(ListId list, Member row) {
        revise(list, new RowEdit.Put(row));
    }

    private void revise(ListId list, RowEdit edit) {
        assertThat(lists().revise(list, Revision.of(List.of(edit)), null).kind())
                .isEqualTo(Revised.Kind.DONE);
    }

    private AttributionList list(ListId list) {
        return backend().find(CONSUMER, list).orElseThrow();
    }

    private ChangeType code(ListId list, String patient) {
        return rows(list).stream()
                .filter(row -> row.key().patient().equals("Patient/" + patient))
                .map(row -> Objects.requireNonNull(row.changeType()))
                .reduce((first, last) -> last)
                .orElseThrow();
    }

    private List<Member> rows(ListId list) {
        List<Member> rows = new ArrayList<>();
        try (ListSnapshot snapshot = backend().snapshot(CONSUMER, list).orElseThrow();
                MemberCursor cursor = snapshot.members()) {
            for (Member row = cursor.next(); row != null; row = cursor.next()) {
                rows.add(row);
            }
        }
        return rows;
    }

    private static ResourceKey patient(String id) {
        return new ResourceKey(ResourceType.PATIENT, id);
    }

    private static int number(AttributionList list) {
        return Integer.parseInt(Optional.ofNullable(list.version()).orElseThrow());
    }
}
