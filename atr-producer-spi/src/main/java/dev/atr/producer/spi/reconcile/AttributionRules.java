package dev.atr.producer.spi.reconcile;

import dev.atr.core.attribution.AttributionList;
import dev.atr.core.attribution.ListStatus;
import dev.atr.core.attribution.MemberCoverage;
import dev.atr.core.fhir.Period;
import dev.atr.core.fhir.Reference;
import dev.atr.core.fhir.ResourceKey;
import dev.atr.core.reconcile.MemberId;
import dev.atr.core.reconcile.MemberSelector;
import dev.atr.producer.spi.administration.RowEdit;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The rules of reconciliation that do not depend on where lists are kept. All backends of the SDK use them. */
public final class AttributionRules {
    private AttributionRules() {}

    /**
     * Returns why a list takes no changes to its members, if so.
     *
     * @param list the list as it stands now
     * @param ifVersion the version that it must have; absent for any
     */
    public static Optional<ReconciliationRefusal> refusal(AttributionList list, @Nullable String ifVersion) {
        if (isOtherVersion(list, ifVersion)) {
            return Optional.of(ReconciliationRefusal.VERSION_CONFLICT);
        }
        ListStatus status = list.status();
        return status != null && status.isModifiable()
                ? Optional.empty()
                : Optional.of(ReconciliationRefusal.LIST_IS_FINAL);
    }

    /** Returns whether a list has another version than it must have; absent for any. */
    public static boolean isOtherVersion(AttributionList list, @Nullable String ifVersion) {
        return ifVersion != null && !ifVersion.equals(list.version());
    }

    /**
     * Returns the period of an attribution for which none was named: from today to the end of the contract, or without an
     * end when the contract names none or is over (C-38).
     *
     * @param today the date, in the payer's zone
     * @param zone the payer's zone
     */
    public static Period period(AttributionList list, LocalDate today, ZoneId zone) {
        Period contract = list.contractPeriod();
        LocalDate end = contract == null || contract.end() == null || contract.endedBefore(today, zone)
                ? null
                : contract.end().lastDay(zone);
        return Period.of(today, end);
    }

    /**
     * Returns which coverages of a member are by the payer of a list. Who has none is no member of this payer.
     *
     * @param patient key of the member's Patient
     * @param held coverages that refer to the Patient
     */
    public static List<HeldCoverage> ofPayer(AttributionList list, ResourceKey patient, List<HeldCoverage> held) {
        return held.stream()
                .filter(coverage -> isTo(patient, coverage.content().beneficiary())
                        && coverage.content().payors().stream().anyMatch(payor -> isSame(list.payer(), payor)))
                .toList();
    }

    /**
     * Returns the coverages on which a new row may rest: active ones whose period overlaps that of the attribution. With a
     * member id only those that carry it, if any does (C-23). In the order of their keys, whatever order a backend finds
     * them in.
     *
     * @param ofPayer what {@link #ofPayer} returned
     * @param who whom the request names
     * @param period the period of the attribution
     * @param zone the payer's zone
     */
    public static List<HeldCoverage> coverages(
            List<HeldCoverage> ofPayer, MemberSelector who, Period period, ZoneId zone) {
        List<HeldCoverage> named = who.map(
                id -> ofPayer.stream()
                        .filter(coverage -> carries(coverage.content(), id))
                        .toList(),
                patient -> ofPayer);
        return (named.isEmpty() ? ofPayer : named)
                .stream()
                        .filter(coverage -> "active".equals(coverage.content().status()))
                        .filter(coverage -> overlap(coverage.content().period(), period, zone))
                        .sorted(Comparator.comparing(HeldCoverage::key))
                        .toList();
    }

    /**
     * Has the policy decide on an addition.
     *
     * @param additions one for each member whom the request may mean; several when a number without a system is that of
     *     several members, of whom those that the policy hides do not count
     */
    public static Outcome<AcceptedAddition> adjudicate(List<ProposedAddition> additions, AttributionPolicy policy) {
        List<Outcome<AcceptedAddition>> open = new ArrayList<>();
        for (ProposedAddition addition : additions) {
            Decision.OnAddition decision = Objects.requireNonNull(policy.onAddition(addition), "decision");
            if (!(decision instanceof Decision.Hidden)) {
                open.add(decision.on(addition));
            }
        }
        if (open.isEmpty()) {
            return new Outcome.Refused<>(ReconciliationRefusal.UNKNOWN_MEMBER);
        }
        return open.size() == 1 ? open.get(0) : new Outcome.Refused<>(ReconciliationRefusal.SEVERAL_MEMBERS);
    }

    /** Has the policy decide on a removal. */
    public static Outcome<ProposedRemoval> adjudicate(ProposedRemoval removal, AttributionPolicy policy) {
        return Objects.requireNonNull(policy.onRemoval(removal), "decision").on(removal);
    }

    /** Has the policy decide on a confirmation that makes a list final, and returns what it does to rows before. */
    public static Outcome<List<RowEdit>> adjudicate(ProposedConfirmation confirmation, AttributionPolicy policy) {
        return Objects.requireNonNull(policy.onConfirmation(confirmation), "decision")
                .on(confirmation);
    }

    /**
     * Returns what a confirmation does to a list.
     *
     * @param hasMembers whether it has active members
     */
    public static ConfirmEffect confirmation(AttributionList list, boolean hasMembers) {
        if (ListStatus.FINAL.equals(list.status())) {
            return ConfirmEffect.ALREADY_FINAL;
        }
        if (!ListStatus.DRAFT.equals(list.status())) {
            return ConfirmEffect.STAYS_OPEN;
        }
        return hasMembers ? ConfirmEffect.FINALISED : ConfirmEffect.STAYS_DRAFT;
    }

    private static boolean carries(MemberCoverage coverage, MemberId id) {
        return coverage.identifiers().stream().filter(MemberId::isTyped).anyMatch(id::matches);
    }

    private static boolean isTo(ResourceKey key, @Nullable Reference reference) {
        return reference != null && reference.key().filter(key::equals).isPresent();
    }

    private static boolean isSame(@Nullable Reference payer, Reference payor) {
        return payer == null
                || payer.key()
                        .map(key -> isTo(key, payor))
                        .orElseGet(() -> Objects.equals(payer.identifier(), payor.identifier()));
    }

    private static boolean overlap(@Nullable Period coverage, Period attribution, ZoneId zone) {
        return !endsBeforeStartOf(coverage, attribution, zone) && !endsBeforeStartOf(attribution, coverage, zone);
    }

    private static boolean endsBeforeStartOf(@Nullable Period one, @Nullable Period other, ZoneId zone) {
        return one != null
                && other != null
                && other.start() != null
                && one.endedBefore(other.start().firstDay(zone), zone);
    }
}
