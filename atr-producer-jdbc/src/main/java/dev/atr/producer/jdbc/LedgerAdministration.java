package dev.atr.producer.jdbc;

import dev.atr.core.attribution.AttributionList;
import dev.atr.core.attribution.ListId;
import dev.atr.core.attribution.Member;
import dev.atr.core.fhir.ResourceKey;
import dev.atr.producer.spi.administration.ListAdministration;
import dev.atr.producer.spi.administration.Revised;
import dev.atr.producer.spi.administration.Revision;
import dev.atr.producer.spi.administration.RowDifferences;
import dev.atr.producer.spi.administration.StatusChange;
import dev.atr.producer.spi.creation.Deletion;
import dev.atr.producer.spi.reconcile.AttributionRules;
import java.sql.SQLException;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What the payer does to its own lists, by the same writers as everybody else. */
final class LedgerAdministration implements ListAdministration {
    private final Database database;
    private final Database paged;
    private final Clock clock;
    private final ZoneId zone;

    /**
     * Creates it.
     *
     * @param paged the same database, for reads that may be long
     */
    LedgerAdministration(Database database, Database paged, Clock clock, ZoneId zone) {
        this.database = database;
        this.paged = paged;
        this.clock = clock;
        this.zone = zone;
    }

    @Override
    public List<Member> rows(ListId list, ResourceKey patient) {
        return database.readPage("reading rows of a list", session -> {
            Optional<AttributionList> now = ListSearch.find(session, null, list);
            if (now.isEmpty()) {
                return List.of();
            }
            MemberRows rows = new MemberRows(session, list);
            List<MemberRow> held =
                    List.copyOf(rows.of(List.of(patient.reference())).values());
            return rows.asTheyStand(held, today(), now.get().status()).stream()
                    .sorted(Comparator.comparing(Member::key))
                    .toList();
        });
    }

    @Override
    public Revised revise(ListId list, Revision revision, @Nullable String ifVersion) {
        return database.write("revising a list", session -> {
            session.walkIndexes();
            Position.hold(session);
            Optional<AttributionList> found = ListSearch.find(session, null, list);
            if (found.isEmpty()) {
                return Revised.unknown();
            }
            AttributionList now = found.get();
            if (AttributionRules.isOtherVersion(now, ifVersion)) {
                return Revised.of(Revised.Kind.OTHER_VERSION, now);
            }
            if (!revision.isPossibleFrom(now.status())) {
                return Revised.of(Revised.Kind.WRONG_STATUS, now);
            }
            Revised revised = write(session, now, revision);
            if (revised.kind() != Revised.Kind.DONE) {
                session.rollback();
            }
            return revised;
        });
    }

    private Revised write(Session session, AttributionList before, Revision revision) throws SQLException {
        LedgerTransaction transaction = new LedgerTransaction(session, clock, zone);
        ListWriter writer = transaction.writer(before.id());
        StatusChange step = revision.status();
        if (step != null && step.isFirst()) {
            writer.take(step);
        }
        for (int i = 0; i < revision.rows().size(); i++) {
            if (writer.edit(revision.rows().get(i)) == MemberChange.NOT_ON_LIST) {
                return Revised.noSuchRow(before, i);
            }
        }
        writer.flush();
        if (step != null && !step.isFirst()) {
            boolean isFinalised =
                    step == StatusChange.FINALISE && !step.target().equals(before.status());
            if (isFinalised
                    && !new MemberRows(session, before.id())
                            .hasActive(MemberRow.Calendar.of(today(), before.status()))) {
                return Revised.of(Revised.Kind.NO_MEMBERS, before);
            }
            writer.take(step);
        }
        transaction.finish();
        AttributionList now = ListSearch.find(session, null, before.id()).orElseThrow();
        return Revised.of(
                AttributionRules.isOtherVersion(now, before.version()) ? Revised.Kind.DONE : Revised.Kind.UNCHANGED,
                now);
    }

    @Override
    public Deletion delete(ListId list, @Nullable String ifVersion) {
        return database.write("deleting a list", session -> {
            session.walkIndexes();
            Position.hold(session);
            return ListDeletion.delete(session, clock, list, ifVersion, Optional::empty);
        });
    }

    @Override
    public Optional<RowDifferences> differences(ListId list, int from, int to) {
        if (from > to) {
            throw new IllegalArgumentException("the version to compare with is the earlier one");
        }
        return database.readPage("opening versions of a list", session -> {
            Optional<LedgerSnapshot> earlier = LedgerSnapshot.ofVersion(paged, session, list, from);
            Optional<LedgerSnapshot> later = LedgerSnapshot.ofVersion(paged, session, list, to);
            return earlier.isPresent() && later.isPresent()
                    ? Optional.of(new LedgerDifferences(paged, earlier.get(), later.get()))
                    : Optional.empty();
        });
    }

    private LocalDate today() {
        return LocalDate.ofInstant(clock.instant(), zone);
    }
}
