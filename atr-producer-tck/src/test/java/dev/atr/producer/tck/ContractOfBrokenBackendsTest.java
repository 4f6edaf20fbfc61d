package dev.atr.producer.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atr.core.attribution.AttributionList;
import dev.atr.core.attribution.ListId;
import dev.atr.core.attribution.Member;
import dev.atr.core.attribution.MemberCursor;
import dev.atr.core.fhir.ResourceKey;
import dev.atr.core.fhir.ResourceType;
import dev.atr.http.ContractRun;
import dev.atr.producer.spi.Caller;
import dev.atr.producer.spi.KeyCursor;
import dev.atr.producer.spi.ListPage;
import dev.atr.producer.spi.ListQuery;
import dev.atr.producer.spi.ListSlice;
import dev.atr.producer.spi.ListSlices;
import dev.atr.producer.spi.ListSnapshot;
import dev.atr.producer.spi.ProducerBackend;
import dev.atr.producer.spi.ResourceCursor;
import dev.atr.producer.spi.StoredResource;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Whether the contract notices: each backend here breaks one rule, and the test of that rule must fail. */
class ContractOfBrokenBackendsTest {
    static Stream<Arguments> broken() {
        return Stream.of(
                Arguments.of(ForgetsTheRegistration.class, "permittedListsNarrowTheAnswer"),
                Arguments.of(ForgetsTheEntitlement.class, "foreignAndUnknownListsAreBothNotThere"),
                Arguments.of(TellsForeignFromUnknown.class, "foreignAndUnknownListsAreBothNotThere"),
                Arguments.of(ReadsAnyResource.class, "readAnswersNothingBeyondTheListsOfTheCaller"),
                Arguments.of(StartsEveryPageAnew.class, "searchAnswersInPages"),
                Arguments.of(CountsThePage.class, "searchAnswersInPages"),
                Arguments.of(CountsRows.class, "quantityIsTheNumberOfDistinctActiveMembers"),
                Arguments.of(TurnsRowsRound.class, "rowsAreThoseOfTheListWithStrictlyAscendingKeys"),
                Arguments.of(HidesInactiveRows.class, "rowsAreThoseOfTheListWithStrictlyAscendingKeys"),
                Arguments.of(TurnsResourcesRound.class, "resourceIdsAscendStrictly"),
                Arguments.of(LosesLocations.class, "resourcesAreThoseOfTheListAndNoOthers"),
                Arguments.of(MovesWithTheTimes.class, "anOpenSnapshotStaysAsItWas"),
                Arguments.of(GoesBackInTime.class, "transactionTimeNeverGoesBack"),
                Arguments.of(LooksAtTimesAlone.class, "changedResourcesAndAllOfNewMembersAreThereSinceThen"),
                Arguments.of(LooksAtTimesAlone.class, "aCopyKeptByChangesIsWhatAWholeExportGives"),
                Arguments.of(ForgetsDeletions.class, "whatWasDeletedSinceThenIsNamedAndNothingElse"),
                Arguments.of(IsAheadOfItsTime.class, "aCopyKeptByChangesIsWhatAWholeExportGives"),
                Arguments.of(ShowsEverybody.class, "ofSomeMembersThereIsWhatBelongsToThemAndNothingElse"),
                Arguments.of(StaysInThePresent.class, "beforeThereWasAListThereIsNoSlice"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("broken")
    void theTestOfTheBrokenRuleFails(Class<?> contract, String test) {
        assertThat(ContractRun.fails(contract, test)).isTrue();
    }

    static class ForgetsTheRegistration extends BrokenContract {
        ForgetsTheRegistration() {
            super(backend -> new Passing(backend) {
                @Override
                public Optional<AttributionList> find(Caller caller, ListId list) {
                    return super.find(new Caller(caller.clientId(), caller.scope(), null), list);
                }
            });
        }
    }

    static class ForgetsTheEntitlement extends BrokenContract {
        ForgetsTheEntitlement() {
            super(backend -> new Passing(backend) {
                @Override
                public Optional<AttributionList> find(Caller caller, ListId list) {
                    return super.find(caller, list).or(() -> super.find(OTHER, list));
                }
            });
        }
    }

    static class TellsForeignFromUnknown extends BrokenContract {
        TellsForeignFromUnknown() {
            super(backend -> new Passing(backend) {
                @Override
                public Optional<ListSnapshot> snapshot(Caller caller, ListId list) {
                    if (list.equals(SampleLists.FOREIGN) && find(caller, list).isEmpty()) {
                        throw new IllegalStateException("not yours");
                    }
                    return super.snapshot(caller, list);
                }
            });
        }
    }

    static class ReadsAnyResource extends BrokenContract {
        ReadsAnyResource() {
            super(backend -> new Passing(backend) {
                @Override
                public Optional<StoredResource> read(Caller caller, ResourceKey key) {
                    return super.read(caller, key).or(() -> super.read(OTHER, key));
                }
            });
        }
    }

    static class StartsEveryPageAnew extends BrokenContract {
        StartsEveryPageAnew() {
            super(backend -> new Passing(backend) {
                @Override
                public ListPage search(Caller caller, ListQuery query) {
                    return super.search(
                            caller,
                            new ListQuery(query.ids(), query.identifiers(), query.names(), null, query.limit()));
                }
            });
        }
    }

    static class CountsThePage extends BrokenContract {
        CountsThePage() {
            super(backend -> new Passing(backend) {
                @Override
                public ListPage search(Caller caller, ListQuery query) {
                    List<AttributionList> lists = super.search(caller, query).lists();
                    return new ListPage(lists, lists.size());
                }
            });
        }
    }

    static class CountsRows extends BrokenContract {
        CountsRows() {
            super(backend -> new Passing(backend) {
                @Override
                public Optional<AttributionList> find(Caller caller, ListId list) {
                    return super.find(caller, list).map(header -> header.withQuantity(8));
                }
            });
        }
    }

    static class TurnsRowsRound extends BrokenContract {
        TurnsRowsRound() {
            super(backend -> new Passing(backend) {
                @Override
                List<Member> rows(List<Member> rows) {
                    return reversed(rows);
                }
            });
        }
    }

    static class HidesInactiveRows extends BrokenContract {
        HidesInactiveRows() {
            super(backend -> new Passing(backend) {
                @Override
                List<Member> rows(List<Member> rows) {
                    return rows.stream().filter(row -> !row.inactive()).toList();
                }
            });
        }
    }

    static class TurnsResourcesRound extends BrokenContract {
        TurnsResourcesRound() {
            super(backend -> new Passing(backend) {
                @Override
                List<StoredResource> resources(List<StoredResource> resources) {
                    return reversed(resources);
                }
            });
        }
    }

    static class LosesLocations extends BrokenContract {
        LosesLocations() {
            super(backend -> new Passing(backend) {
                @Override
                List<StoredResource> resources(List<StoredResource> resources) {
                    return resources.stream()
                            .filter(resource -> !resource.key().type().equals(ResourceType.LOCATION))
                            .toList();
                }
            });
        }
    }

    static class MovesWithTheTimes extends BrokenContract {
        MovesWithTheTimes() {
            super(backend -> new Passing(backend) {
                @Override
                List<Member> rows(List<Member> rows) {
                    Caller consumer = new Caller(SampleLists.CONSUMER, "", null);
                    return Passing.all(backend.snapshot(consumer, SampleLists.OPEN)
                            .orElseThrow()
                            .members());
                }
            });
        }
    }

    static class GoesBackInTime extends BrokenContract {
        GoesBackInTime() {
            super(backend -> new Passing(backend) {
                private int asked;

                @Override
                Instant time(Instant time) {
                    asked++;
                    return time.minusSeconds(asked);
                }
            });
        }
    }

    static class LooksAtTimesAlone extends BrokenContract {
        LooksAtTimesAlone() {
            super(backend -> new PassingSlices(backend) {
                @Override
                List<StoredResource> resources(List<StoredResource> resources) {
                    Instant since = slice.since();
                    return resources.stream()
                            .filter(resource ->
                                    since == null || resource.lastUpdated().isAfter(since))
                            .toList();
                }
            });
        }
    }

    static class ForgetsDeletions extends BrokenContract {
        ForgetsDeletions() {
            super(backend -> new PassingSlices(backend) {
                @Override
                KeyCursor deleted(KeyCursor keys) {
                    return KeyCursor.of(List.of());
                }
            });
        }
    }

    static class IsAheadOfItsTime extends BrokenContract {
        IsAheadOfItsTime() {
            super(backend -> new PassingSlices(backend) {
                @Override
                Instant time(Instant time) {
                    return time.plusSeconds(600);
                }
            });
        }
    }

    static class ShowsEverybody extends BrokenContract {
        ShowsEverybody() {
            super(backend -> new PassingSlices(backend) {
                @Override
                ListSlice served(ListSlice asked) {
                    return new ListSlice(asked.since(), asked.until(), Set.of());
                }
            });
        }
    }

    static class StaysInThePresent extends BrokenContract {
        StaysInThePresent() {
            super(backend -> new PassingSlices(backend) {
                @Override
                ListSlice served(ListSlice asked) {
                    return new ListSlice(asked.since(), null, asked.patients());
                }
            });
        }
    }

    /** A contract over a backend that is broken in one place. */
    abstract static class BrokenContract extends ProducerBackendContract {
        static final Caller OTHER = new Caller(SampleLists.OTHER_CONSUMER, "", null);

        private final InMemoryBackend sound = new InMemoryBackend(SampleLists.empty());
        private final UnaryOperator<ProducerBackend> flaw;

        BrokenContract(UnaryOperator<ProducerBackend> flaw) {
            this.flaw = flaw;
        }

        @Override
        protected ProducerBackend backendHolding(SampleLists lists) {
            sound.replace(lists);
            return flaw.apply(sound);
        }

        @Override
        protected boolean change(ProducerBackend held, SampleLists lists) {
            sound.replace(lists);
            return true;
        }
    }

    /** Passes everything on; what is overridden is the flaw. */
    private static class Passing extends PassingBackend {
        Passing(ProducerBackend backend) {
            super(backend);
        }

        List<Member> rows(List<Member> rows) {
            return rows;
        }

        List<StoredResource> resources(List<StoredResource> resources) {
            return resources;
        }

        KeyCursor deleted(KeyCursor keys) {
            return keys;
        }

        Instant time(Instant time) {
            return time;
        }

        @Override
        public Optional<ListSnapshot> snapshot(Caller caller, ListId list) {
            return super.snapshot(caller, list).map(sound -> new PassingSnapshot(this, sound));
        }

        static List<Member> all(MemberCursor cursor) {
            List<Member> rows = new ArrayList<>();
            for (Member row = cursor.next(); row != null; row = cursor.next()) {
                rows.add(row);
            }
            return rows;
        }

        static <T> List<T> reversed(List<T> items) {
            List<T> turned = new ArrayList<>(items);
            Collections.reverse(turned);
            return turned;
        }
    }

    /** Passes slices on as well. */
    private static class PassingSlices extends Passing implements ListSlices {
        private final ListSlices slices;
        ListSlice slice = ListSlice.WHOLE;

        PassingSlices(ProducerBackend backend) {
            super(backend);
            this.slices = backend.slices().orElseThrow();
        }

        ListSlice served(ListSlice asked) {
            return asked;
        }

        @Override
        public Optional<ListSlices> slices() {
            return Optional.of(this);
        }

        @Override
        public Set<ListSlice.Limit> limits() {
            return slices.limits();
        }

        @Override
        public Optional<ListSnapshot> snapshot(Caller caller, ListId list, ListSlice asked) {
            slice = asked;
            return slices.snapshot(caller, list, served(asked)).map(sound -> new PassingSnapshot(this, sound));
        }
    }

    private record PassingSnapshot(Passing backend, ListSnapshot sound) implements ListSnapshot {
        @Override
        public AttributionList list() {
            return sound.list();
        }

        @Override
        public Instant transactionTime() {
            return backend.time(sound.transactionTime());
        }

        @Override
        public MemberCursor members() {
            return MemberCursor.of(backend.rows(Passing.all(sound.members())));
        }

        @Override
        public ResourceCursor resources(ResourceType type) {
            List<StoredResource> resources = new ArrayList<>();
            ResourceCursor cursor = sound.resources(type);
            for (StoredResource one = cursor.next(); one != null; one = cursor.next()) {
                resources.add(one);
            }
            return ResourceCursor.of(backend.resources(resources));
        }

        @Override
        public KeyCursor deleted() {
            return backend.deleted(sound.deleted());
        }

        @Override
        public void close() {
            sound.close();
        }
    }
}
