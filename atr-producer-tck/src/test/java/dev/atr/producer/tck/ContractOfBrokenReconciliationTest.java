package dev.atr.producer.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atr.core.attribution.ListId;
import dev.atr.core.reconcile.MemberAddRequest;
import dev.atr.core.reconcile.MemberRemoveRequest;
import dev.atr.core.reconcile.MemberSelector;
import dev.atr.http.ContractRun;
import dev.atr.producer.spi.Caller;
import dev.atr.producer.spi.ListSnapshot;
import dev.atr.producer.spi.ProducerBackend;
import dev.atr.producer.spi.reconcile.AddEffect;
import dev.atr.producer.spi.reconcile.AttributionPolicy;
import dev.atr.producer.spi.reconcile.Change;
import dev.atr.producer.spi.reconcile.ConfirmEffect;
import dev.atr.producer.spi.reconcile.Outcome;
import dev.atr.producer.spi.reconcile.Reconciliation;
import dev.atr.producer.spi.reconcile.ReconciliationRefusal;
import dev.atr.producer.spi.reconcile.RemoveEffect;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Whether the contract notices: each reconciliation here breaks one rule, and the test of that rule must fail. */
class ContractOfBrokenReconciliationTest {
    static Stream<Arguments> broken() {
        return Stream.of(
                Arguments.of(AsksNobody.class, "whatThePolicyDeclinesIsNotAdded"),
                Arguments.of(LooksAtNoVersion.class, "aStaleVersionIsRefusedAndTheCurrentOneIsNot"),
                Arguments.of(TakesTheWholeMember.class, "removesTheOneRowOfACoverage"),
                Arguments.of(FinalisesOpenLists.class, "anOpenListStaysOpen"),
                Arguments.of(TellsStrangersApart.class, "whoIsNotOnTheListHasNoStatusWhetherOrNotKnown"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("broken")
    void theTestOfTheBrokenRuleFails(Class<?> contract, String test) {
        assertThat(ContractRun.fails(contract, test)).isTrue();
    }

    static class AsksNobody extends BrokenContract {
        AsksNobody() {
            super(sound -> new Passing(sound) {
                @Override
                public Outcome<Change<AddEffect>> memberAdd(
                        Caller caller,
                        ListId list,
                        MemberAddRequest request,
                        @Nullable String ifVersion,
                        AttributionPolicy policy) {
                    return super.memberAdd(caller, list, request, ifVersion, AttributionPolicy.anyMemberOfThisPayer());
                }
            });
        }
    }

    static class LooksAtNoVersion extends BrokenContract {
        LooksAtNoVersion() {
            super(sound -> new Passing(sound) {
                @Override
                public Outcome<Change<AddEffect>> memberAdd(
                        Caller caller,
                        ListId list,
                        MemberAddRequest request,
                        @Nullable String ifVersion,
                        AttributionPolicy policy) {
                    return super.memberAdd(caller, list, request, null, policy);
                }
            });
        }
    }

    static class TakesTheWholeMember extends BrokenContract {
        TakesTheWholeMember() {
            super(sound -> new Passing(sound) {
                @Override
                public Outcome<Change<RemoveEffect>> memberRemove(
                        Caller caller,
                        ListId list,
                        MemberRemoveRequest request,
                        @Nullable String ifVersion,
                        AttributionPolicy policy) {
                    MemberRemoveRequest wider =
                            request.who().map(MemberRemoveRequest.OfMember::new, MemberRemoveRequest.OfPatient::new);
                    return super.memberRemove(caller, list, wider, ifVersion, policy);
                }
            });
        }
    }

    static class FinalisesOpenLists extends BrokenContract {
        FinalisesOpenLists() {
            super(sound -> new Passing(sound) {
                @Override
                public Outcome<Change<ConfirmEffect>> confirmAttributionList(
                        Caller caller, ListId list, @Nullable String ifVersion, AttributionPolicy policy) {
                    return super.confirmAttributionList(caller, list, ifVersion, policy)
                            .then(change -> new Outcome.Done<>(
                                    new Change<>(ConfirmEffect.FINALISED, change.list(), change.rows())));
                }
            });
        }
    }

    static class TellsStrangersApart extends BrokenContract {
        TellsStrangersApart() {
            super(sound -> new Passing(sound) {
                @Override
                public Outcome<ListSnapshot> attributionStatus(Caller caller, ListId list, MemberSelector member) {
                    boolean known = member.map(
                            id -> !id.value().contains("never"),
                            patient -> !patient.id().contains("never"));
                    Outcome<ListSnapshot> outcome = super.attributionStatus(caller, list, member);
                    return known || outcome instanceof Outcome.Done
                            ? outcome
                            : new Outcome.Refused<>(ReconciliationRefusal.UNKNOWN_MEMBER);
                }
            });
        }
    }

    /** A contract over a reconciliation that is broken in one place. */
    abstract static class BrokenContract extends ReconciliationContract {
        private final UnaryOperator<Reconciliation> flaw;

        BrokenContract(UnaryOperator<Reconciliation> flaw) {
            this.flaw = flaw;
        }

        @Override
        protected ProducerBackend backendHolding(SampleLists lists) {
            InMemoryBackend sound = new InMemoryBackend(lists);
            Reconciliation flawed = flaw.apply(sound.reconciliation().orElseThrow());
            return new PassingBackend(sound) {
                @Override
                public Optional<Reconciliation> reconciliation() {
                    return Optional.of(flawed);
                }
            };
        }
    }

    /** Passes everything on; what is overridden is the flaw. */
    private static class Passing implements Reconciliation {
        private final Reconciliation sound;

        Passing(Reconciliation sound) {
            this.sound = sound;
        }

        @Override
        public Outcome<Change<AddEffect>> memberAdd(
                Caller caller,
                ListId list,
                MemberAddRequest request,
                @Nullable String ifVersion,
                AttributionPolicy policy) {
            return sound.memberAdd(caller, list, request, ifVersion, policy);
        }

        @Override
        public Outcome<Change<RemoveEffect>> memberRemove(
                Caller caller,
                ListId list,
                MemberRemoveRequest request,
                @Nullable String ifVersion,
                AttributionPolicy policy) {
            return sound.memberRemove(caller, list, request, ifVersion, policy);
        }

        @Override
        public Outcome<Change<ConfirmEffect>> confirmAttributionList(
                Caller caller, ListId list, @Nullable String ifVersion, AttributionPolicy policy) {
            return sound.confirmAttributionList(caller, list, ifVersion, policy);
        }

        @Override
        public Outcome<ListSnapshot> attributionStatus(Caller caller, ListId list, MemberSelector member) {
            return sound.attributionStatus(caller, list, member);
        }
    }
}
