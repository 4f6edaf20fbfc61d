package dev.atr.producer.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atr.core.attribution.AttributionList;
import dev.atr.core.attribution.ListId;
import dev.atr.core.attribution.Member;
import dev.atr.core.fhir.ResourceKey;
import dev.atr.http.ContractRun;
import dev.atr.producer.spi.Caller;
import dev.atr.producer.spi.ListHistory;
import dev.atr.producer.spi.ListSnapshot;
import dev.atr.producer.spi.ProducerBackend;
import dev.atr.producer.spi.ResourceHistory;
import dev.atr.producer.spi.StoredResource;
import dev.atr.producer.spi.Version;
import dev.atr.producer.spi.VersionPage;
import dev.atr.producer.spi.VersionQuery;
import dev.atr.producer.spi.administration.ListAdministration;
import dev.atr.producer.spi.administration.Revised;
import dev.atr.producer.spi.administration.Revision;
import dev.atr.producer.spi.administration.RowDifference;
import dev.atr.producer.spi.administration.RowDifferences;
import dev.atr.producer.spi.creation.Deletion;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Whether the contract notices histories that break one rule each. */
class ContractOfBrokenHistoriesTest {
    static Stream<Arguments> broken() {
        return Stream.of(
                Arguments.of(ShowsEverybody.class, "versionsAreOfListsThatTheCallerMaySee"),
                Arguments.of(ShowsThePresent.class, "anEarlierVersionShowsTheListAsItWas"),
                Arguments.of(StartsEveryPageAnew.class, "versionsComeInPages"),
                Arguments.of(ForgetsSince.class, "versionsSinceAnInstantAreThoseOfThatInstantAndLater"),
                Arguments.of(InventsVersions.class, "aVersionThatNeverWasIsNotThere"),
                Arguments.of(ForgetsWhoLeft.class, "differencesTellWhoJoinedAndWhoLeft"),
                Arguments.of(ForgetsWhoLeft.class, "differencesAreThoseOfTheTwoWholeVersions"),
                Arguments.of(TakesAMoveForLeaving.class, "aMemberWhoMovesChangesAndDoesNotLeave"),
                Arguments.of(TakesAMoveForLeaving.class, "differencesAreThoseOfTheTwoWholeVersions"),
                Arguments.of(ComparesNeighbours.class, "whatWasUndoneBetweenTheVersionsIsNoDifference"),
                Arguments.of(ComparesNeighbours.class, "versionsThatAreNotThereAreNotCompared"),
                Arguments.of(ComparesWithThePresent.class, "differencesThatAreOpenStayAsTheyAre"),
                Arguments.of(ForgetsDeletions.class, "theDeletionOfAResourceIsAVersion"),
                Arguments.of(ShowsAnybodysResources.class, "versionsAreOfResourcesThatTheCallerMayRead"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("broken")
    void theTestOfTheBrokenRuleFails(Class<?> contract, String test) {
        assertThat(ContractRun.fails(contract, test)).isTrue();
    }

    static class ShowsEverybody extends BrokenContract {
        @Override
        Optional<VersionPage<AttributionList>> versions(Caller caller, ListId list, VersionQuery query) {
            return super.versions(caller, list, query)
                    .or(() -> super.versions(new Caller(SampleLists.OTHER_CONSUMER, "", null), list, query));
        }
    }

    static class ShowsThePresent extends BrokenContract {
        @Override
        Optional<ListSnapshot> snapshot(Caller caller, ListId list, int version) {
            return super.snapshot(caller, list, version).isPresent()
                    ? sound().snapshot(caller, list)
                    : Optional.empty();
        }
    }

    static class StartsEveryPageAnew extends BrokenContract {
        @Override
        Optional<VersionPage<AttributionList>> versions(Caller caller, ListId list, VersionQuery query) {
            return super.versions(caller, list, new VersionQuery(query.since(), null, query.limit()));
        }
    }

    static class ForgetsSince extends BrokenContract {
        @Override
        Optional<VersionPage<AttributionList>> versions(Caller caller, ListId list, VersionQuery query) {
            return super.versions(caller, list, new VersionQuery(null, query.before(), query.limit()));
        }
    }

    static class InventsVersions extends BrokenContract {
        @Override
        Optional<ListSnapshot> snapshot(Caller caller, ListId list, int version) {
            return super.snapshot(caller, list, Math.max(1, version));
        }
    }

    static class ForgetsDeletions extends BrokenContract {
        @Override
        Optional<VersionPage<StoredResource>> versions(Caller caller, ResourceKey key, VersionQuery query) {
            return super.versions(caller, key, query)
                    .map(page -> new VersionPage<>(
                            page.versions().stream()
                                    .filter(version -> !version.isDeletion())
                                    .toList(),
                            page.total()));
        }
    }

    static class ShowsAnybodysResources extends BrokenContract {
        @Override
        Optional<VersionPage<StoredResource>> versions(Caller caller, ResourceKey key, VersionQuery query) {
            return super.versions(caller, key, query)
                    .or(() -> Optional.of(
                            new VersionPage<>(List.of(new Version<StoredResource>("1", Instant.EPOCH, null)), 1)));
        }
    }

    static class ForgetsWhoLeft extends BrokenContract {
        @Override
        Optional<RowDifferences> differences(ListId list, int from, int to) {
            return super.differences(list, from, to)
                    .map(all -> RowDifferences.of(read(all).stream()
                            .filter(one -> one.map(joined -> true, left -> false, changed -> true))
                            .toList()));
        }
    }

    static class TakesAMoveForLeaving extends BrokenContract {
        @Override
        Optional<RowDifferences> differences(ListId list, int from, int to) {
            return super.differences(list, from, to)
                    .map(all -> RowDifferences.of(read(all).stream()
                            .flatMap(one -> one
                                    .<List<RowDifference>>map(
                                            joined -> List.of(one),
                                            left -> List.of(one),
                                            changed -> List.of(
                                                    new RowDifference.Left(changed.before(), null, true),
                                                    new RowDifference.Joined(changed.after(), true)))
                                    .stream())
                            .toList()));
        }
    }

    static class ComparesNeighbours extends BrokenContract {
        @Override
        Optional<RowDifferences> differences(ListId list, int from, int to) {
            List<RowDifference> all = new ArrayList<>();
            for (int version = from; version < to; version++) {
                super.differences(list, version, version + 1).ifPresent(some -> all.addAll(read(some)));
            }
            return Optional.of(RowDifferences.of(all));
        }
    }

    static class ComparesWithThePresent extends BrokenContract {
        @Override
        Optional<RowDifferences> differences(ListId list, int from, int to) {
            return super.differences(list, from, to).map(all -> new RowDifferences() {
                private @Nullable RowDifferences begun;

                @Override
                public @Nullable RowDifference next() {
                    if (begun == null) {
                        String now = sound().held(list).orElseThrow().version();
                        begun = ComparesWithThePresent.super
                                .differences(list, from, Integer.parseInt(String.valueOf(now)))
                                .orElseThrow();
                    }
                    return begun.next();
                }

                @Override
                public void close() {
                    all.close();
                }
            });
        }
    }

    /** The contract of a backend whose histories go through this class. */
    abstract static class BrokenContract extends ProducerBackendContract {
        private @Nullable InMemoryBackend sound;

        InMemoryBackend sound() {
            return Optional.ofNullable(sound).orElseThrow();
        }

        Optional<VersionPage<AttributionList>> versions(Caller caller, ListId list, VersionQuery query) {
            return lists().versions(caller, list, query);
        }

        Optional<ListSnapshot> snapshot(Caller caller, ListId list, int version) {
            return lists().snapshot(caller, list, version);
        }

        Optional<VersionPage<StoredResource>> versions(Caller caller, ResourceKey key, VersionQuery query) {
            return resources().versions(caller, key, query);
        }

        Optional<RowDifferences> differences(ListId list, int from, int to) {
            return administration().differences(list, from, to);
        }

        static List<RowDifference> read(RowDifferences differences) {
            List<RowDifference> all = new ArrayList<>();
            try (differences) {
                for (RowDifference one = differences.next(); one != null; one = differences.next()) {
                    all.add(one);
                }
            }
            return all;
        }

        private ListAdministration administration() {
            return sound().listAdministration().orElseThrow();
        }

        private ListHistory lists() {
            return sound().listHistory().orElseThrow();
        }

        private ResourceHistory resources() {
            return sound().resourceHistory().orElseThrow();
        }

        @Override
        protected ProducerBackend backendHolding(SampleLists lists) {
            sound = new InMemoryBackend(lists);
            return new Broken();
        }

        @Override
        protected boolean change(ProducerBackend held, SampleLists lists) {
            sound().replace(lists);
            return true;
        }

        private final class Broken extends PassingBackend implements ListHistory, ResourceHistory, ListAdministration {
            Broken() {
                super(sound());
            }

            @Override
            public Optional<ListHistory> listHistory() {
                return Optional.of(this);
            }

            @Override
            public Optional<ListAdministration> listAdministration() {
                return Optional.of(this);
            }

            @Override
            public List<Member> rows(ListId list, ResourceKey patient) {
                return administration().rows(list, patient);
            }

            @Override
            public Revised revise(ListId list, Revision revision, @Nullable String ifVersion) {
                return administration().revise(list, revision, ifVersion);
            }

            @Override
            public Deletion delete(ListId list, @Nullable String ifVersion) {
                return administration().delete(list, ifVersion);
            }

            @Override
            public Optional<RowDifferences> differences(ListId list, int from, int to) {
                return BrokenContract.this.differences(list, from, to);
            }

            @Override
            public Optional<ResourceHistory> resourceHistory() {
                return Optional.of(this);
            }

            @Override
            public Optional<VersionPage<AttributionList>> versions(Caller caller, ListId list, VersionQuery query) {
                return BrokenContract.this.versions(caller, list, query);
            }

            @Override
            public Optional<ListSnapshot> snapshot(Caller caller, ListId list, int version) {
                return BrokenContract.this.snapshot(caller, list, version);
            }

            @Override
            public Optional<VersionPage<StoredResource>> versions(Caller caller, ResourceKey key, VersionQuery query) {
                return BrokenContract.this.versions(caller, key, query);
            }

            @Override
            public Optional<Version<StoredResource>> version(Caller caller, ResourceKey key, int version) {
                return resources().version(caller, key, version);
            }
        }
    }
}
