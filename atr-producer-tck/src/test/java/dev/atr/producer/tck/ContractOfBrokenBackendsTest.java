package dev.atr.producer.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import dev.atr.core.attribution.AttributionList;
import dev.atr.core.attribution.ListId;
import dev.atr.core.attribution.Member;
import dev.atr.core.attribution.MemberCursor;
import dev.atr.core.fhir.ResourceKey;
import dev.atr.core.fhir.ResourceType;
import dev.atr.producer.spi.Caller;
import dev.atr.producer.spi.ListPage;
import dev.atr.producer.spi.ListQuery;
import dev.atr.producer.spi.ListSnapshot;
import dev.atr.producer.spi.ProducerBackend;
import dev.atr.producer.spi.ResourceCursor;
import dev.atr.producer.spi.StoredResource;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;

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
                Arguments.of(GoesBackInTime.class, "transactionTimeNeverGoesBack"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("broken")
    void theTestOfTheBrokenRuleFails(Class<?> contract, String test) {
        SummaryGeneratingListener results = new SummaryGeneratingListener();
        LauncherDiscoveryRequest request = LauncherDiscoveryRequestBuilder.request()
                .selectors(selectClass(contract))
                .build();

        LauncherFactory.create().execute(request, results);

        assertThat(results.getSummary().getFailures())
                .extracting(failure -> failure.getTestIdentifier().getDisplayName())
                .contains(test + "()");
    }

    static class ForgetsTheRegistration extends BrokenContract {
        @Override
        ProducerBackend broken(ProducerBackend backend) {
            return new Passing(backend) {
                @Override
                public Optional<AttributionList> find(Caller caller, ListId list) {
                    return super.find(new Caller(caller.clientId(), caller.scope(), null), list);
                }
            };
        }
    }

    static class ForgetsTheEntitlement extends BrokenContract {
        @Override
        ProducerBackend broken(ProducerBackend backend) {
            return new Passing(backend) {
                @Override
                public Optional<AttributionList> find(Caller caller, ListId list) {
                    return super.find(caller, list).or(() -> super.find(owner(), list));
                }
            };
        }
    }

    static class TellsForeignFromUnknown extends BrokenContract {
        @Override
        ProducerBackend broken(ProducerBackend backend) {
            return new Passing(backend) {
                @Override
                public Optional<ListSnapshot> snapshot(Caller caller, ListId list) {
                    if (list.equals(SampleLists.FOREIGN)
                            && super.find(caller, list).isEmpty()) {
                        throw new IllegalStateException("not yours");
                    }
                    return super.snapshot(caller, list);
                }
            };
        }
    }

    static class ReadsAnyResource extends BrokenContract {
        @Override
        ProducerBackend broken(ProducerBackend backend) {
            return new Passing(backend) {
                @Override
                public Optional<StoredResource> read(Caller caller, ResourceKey key) {
                    return super.read(caller, key).or(() -> super.read(owner(), key));
                }
            };
        }
    }

    static class StartsEveryPageAnew extends BrokenContract {
        @Override
        ProducerBackend broken(ProducerBackend backend) {
            return new Passing(backend) {
                @Override
                public ListPage search(Caller caller, ListQuery query) {
                    return super.search(
                            caller,
                            new ListQuery(query.ids(), query.identifiers(), query.names(), null, query.limit()));
                }
            };
        }
    }

    static class CountsThePage extends BrokenContract {
        @Override
        ProducerBackend broken(ProducerBackend backend) {
            return new Passing(backend) {
                @Override
                public ListPage search(Caller caller, ListQuery query) {
                    List<AttributionList> lists = super.search(caller, query).lists();
                    return new ListPage(lists, lists.size());
                }
            };
        }
    }

    static class CountsRows extends BrokenContract {
        @Override
        ProducerBackend broken(ProducerBackend backend) {
            return new Passing(backend) {
                @Override
                public Optional<AttributionList> find(Caller caller, ListId list) {
                    return super.find(caller, list).map(header -> header.withQuantity(8));
                }
            };
        }
    }

    static class TurnsRowsRound extends BrokenContract {
        @Override
        ProducerBackend broken(ProducerBackend backend) {
            return new PassingSnapshots(backend) {
                @Override
                List<Member> rows(List<Member> rows) {
                    return reversed(rows);
                }
            };
        }
    }

    static class HidesInactiveRows extends BrokenContract {
        @Override
        ProducerBackend broken(ProducerBackend backend) {
            return new PassingSnapshots(backend) {
                @Override
                List<Member> rows(List<Member> rows) {
                    return rows.stream().filter(row -> !row.inactive()).toList();
                }
            };
        }
    }

    static class TurnsResourcesRound extends BrokenContract {
        @Override
        ProducerBackend broken(ProducerBackend backend) {
            return new PassingSnapshots(backend) {
                @Override
                List<StoredResource> resources(List<StoredResource> resources) {
                    return reversed(resources);
                }
            };
        }
    }

    static class LosesLocations extends BrokenContract {
        @Override
        ProducerBackend broken(ProducerBackend backend) {
            return new PassingSnapshots(backend) {
                @Override
                List<StoredResource> resources(List<StoredResource> resources) {
                    return resources.stream()
                            .filter(resource -> !resource.key().type().equals(ResourceType.LOCATION))
                            .toList();
                }
            };
        }
    }

    static class MovesWithTheTimes extends BrokenContract {
        @Override
        ProducerBackend broken(ProducerBackend backend) {
            return new Passing(backend) {
                @Override
                public Optional<ListSnapshot> snapshot(Caller caller, ListId list) {
                    return super.snapshot(caller, list).map(opened -> new PassingSnapshot(opened) {
                        @Override
                        public MemberCursor members() {
                            return backend.snapshot(caller, list).orElseThrow().members();
                        }
                    });
                }
            };
        }
    }

    static class GoesBackInTime extends BrokenContract {
        @Override
        ProducerBackend broken(ProducerBackend backend) {
            Instant start = Instant.now();
            List<ListSnapshot> opened = new ArrayList<>();
            return new Passing(backend) {
                @Override
                public Optional<ListSnapshot> snapshot(Caller caller, ListId list) {
                    return super.snapshot(caller, list).map(snapshot -> {
                        opened.add(snapshot);
                        Instant time = start.minusSeconds(opened.size());
                        return new PassingSnapshot(snapshot) {
                            @Override
                            public Instant transactionTime() {
                                return time;
                            }
                        };
                    });
                }
            };
        }
    }

    /** A contract over a backend that is broken in one place. */
    abstract static class BrokenContract extends ProducerBackendContract {
        private @Nullable InMemoryBackend sound;

        abstract ProducerBackend broken(ProducerBackend backend);

        @Override
        protected ProducerBackend backendHolding(SampleLists lists) {
            sound = new InMemoryBackend(lists);
            return broken(sound);
        }

        @Override
        protected boolean change(ProducerBackend held, SampleLists lists) {
            if (sound != null) {
                sound.replace(lists);
            }
            return true;
        }

        static Caller owner() {
            return new Caller(SampleLists.OTHER_CONSUMER, "system/*.read", null);
        }
    }

    private static class Passing implements ProducerBackend {
        private final ProducerBackend backend;

        Passing(ProducerBackend backend) {
            this.backend = backend;
        }

        @Override
        public Optional<AttributionList> find(Caller caller, ListId list) {
            return backend.find(caller, list);
        }

        @Override
        public ListPage search(Caller caller, ListQuery query) {
            return backend.search(caller, query);
        }

        @Override
        public Optional<ListSnapshot> snapshot(Caller caller, ListId list) {
            return backend.snapshot(caller, list);
        }

        @Override
        public Optional<StoredResource> read(Caller caller, ResourceKey key) {
            return backend.read(caller, key);
        }
    }

    /** Passes on what a snapshot holds, after a change to it. */
    private static class PassingSnapshots extends Passing {
        PassingSnapshots(ProducerBackend backend) {
            super(backend);
        }

        List<Member> rows(List<Member> rows) {
            return rows;
        }

        List<StoredResource> resources(List<StoredResource> resources) {
            return resources;
        }

        @Override
        public Optional<ListSnapshot> snapshot(Caller caller, ListId list) {
            return super.snapshot(caller, list).map(opened -> new PassingSnapshot(opened) {
                @Override
                public MemberCursor members() {
                    List<Member> all = new ArrayList<>();
                    try (MemberCursor cursor = super.members()) {
                        for (Member row = cursor.next(); row != null; row = cursor.next()) {
                            all.add(row);
                        }
                    }
                    Iterator<Member> remaining = rows(all).iterator();
                    return new MemberCursor() {
                        @Override
                        public @Nullable Member next() {
                            return remaining.hasNext() ? remaining.next() : null;
                        }

                        @Override
                        public void close() {}
                    };
                }

                @Override
                public ResourceCursor resources(ResourceType type) {
                    List<StoredResource> all = new ArrayList<>();
                    try (ResourceCursor cursor = super.resources(type)) {
                        for (StoredResource one = cursor.next(); one != null; one = cursor.next()) {
                            all.add(one);
                        }
                    }
                    Iterator<StoredResource> remaining =
                            PassingSnapshots.this.resources(all).iterator();
                    return new ResourceCursor() {
                        @Override
                        public @Nullable StoredResource next() {
                            return remaining.hasNext() ? remaining.next() : null;
                        }

                        @Override
                        public void close() {}
                    };
                }
            });
        }

        static <T> List<T> reversed(List<T> items) {
            List<T> turned = new ArrayList<>(items);
            Collections.reverse(turned);
            return turned;
        }
    }

    private static class PassingSnapshot implements ListSnapshot {
        private final ListSnapshot snapshot;

        PassingSnapshot(ListSnapshot snapshot) {
            this.snapshot = snapshot;
        }

        @Override
        public AttributionList list() {
            return snapshot.list();
        }

        @Override
        public Instant transactionTime() {
            return snapshot.transactionTime();
        }

        @Override
        public MemberCursor members() {
            return snapshot.members();
        }

        @Override
        public ResourceCursor resources(ResourceType type) {
            return snapshot.resources(type);
        }

        @Override
        public void close() {
            snapshot.close();
        }
    }
}
