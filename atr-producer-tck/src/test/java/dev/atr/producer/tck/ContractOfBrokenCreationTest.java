package dev.atr.producer.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atr.core.attribution.AttributionList;
import dev.atr.core.attribution.ListId;
import dev.atr.core.fhir.ResourceKey;
import dev.atr.core.fhir.ResourceType;
import dev.atr.http.ContractRun;
import dev.atr.producer.spi.Caller;
import dev.atr.producer.spi.ListQuery;
import dev.atr.producer.spi.ProducerBackend;
import dev.atr.producer.spi.StoredResource;
import dev.atr.producer.spi.creation.Creation;
import dev.atr.producer.spi.creation.Deletion;
import dev.atr.producer.spi.creation.ListCreation;
import dev.atr.producer.spi.creation.ProvenanceNote;
import dev.atr.producer.spi.creation.ProvenanceRecords;
import dev.atr.producer.spi.creation.ResourceCreation;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Whether the contract notices backends that let Consumers create, and break one rule each in that. */
class ContractOfBrokenCreationTest {
    private static final Caller CONSUMER = new Caller(SampleLists.CONSUMER, "", null);
    private static final Caller OTHER = new Caller(SampleLists.OTHER_CONSUMER, "", null);

    static Stream<Arguments> broken() {
        return Stream.of(
                Arguments.of(ShowsCreatedListsToAll.class, "aCreatedListIsItsCreatorsAndHasNoRows"),
                Arguments.of(KeepsNothing.class, "aCreatedListIsItsCreatorsAndHasNoRows"),
                Arguments.of(SeveralListsAContract.class, "aContractHasOneList"),
                Arguments.of(ForgetsTheCondition.class, "aConditionIsMetByListsThatTheCallerMaySee"),
                Arguments.of(LooksBeyondTheCaller.class, "aConditionIsMetByListsThatTheCallerMaySee"),
                Arguments.of(DeletesAnyVersionOfAList.class, "aListIsDeletedByItsCreator"),
                Arguments.of(DeletesForAnybody.class, "aListIsDeletedByItsCreator"),
                Arguments.of(DeletesThePayersLists.class, "aListOfThePayersOwnIsNotDeletedByAClient"),
                Arguments.of(TellsForeignFromUnknown.class, "aListOfThePayersOwnIsNotDeletedByAClient"),
                Arguments.of(HoldsOnToTheContract.class, "theContractOfADeletedListIsFree"),
                Arguments.of(ShowsCreatedResourcesToAll.class, "aCreatedResourceIsReadByItsCreatorAlone"),
                Arguments.of(NamesAnybody.class, "aListNamesNobodyWhomTheCallerMayNotRead"),
                Arguments.of(NamesAnybody.class, "aListNamesNoMember"),
                Arguments.of(TellsWhomAListNames.class, "aListNamesNobodyWhomTheCallerMayNotRead"),
                Arguments.of(NamesNobody.class, "aListNamesProvidersWhomTheCallerMayReadOrCreated"),
                Arguments.of(TakesAnyPayer.class, "onlyThePayerManagesACreatedList"),
                Arguments.of(WantsAReadablePayer.class, "theFirstListOfAClientNamesThePayerWhomItCouldNotReadBefore"),
                Arguments.of(RefersAnywhere.class, "aResourceRefersToNothingThatTheCallerMayNotRead"),
                Arguments.of(TellsWhatItRefersTo.class, "aResourceRefersToNothingThatTheCallerMayNotRead"),
                Arguments.of(DeletesAnyVersionOfAResource.class, "aResourceIsDeletedByItsCreatorOnceNothingRefersToIt"),
                Arguments.of(
                        DeletesResourcesAgainstThePayersWill.class,
                        "aResourceIsDeletedByItsCreatorOnceNothingRefersToIt"),
                Arguments.of(
                        DeletesResourcesAgainstThePayersWill.class, "aResourceOfThePayersOwnIsNotDeletedByAClient"),
                Arguments.of(ForgetsTheSource.class, "whatIsSaidAboutTheSourceIsKept"),
                Arguments.of(ShowsTheSourceToAll.class, "whatIsSaidAboutTheSourceIsKept"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("broken")
    void theTestOfTheBrokenRuleFails(Class<?> contract, String test) {
        assertThat(ContractRun.fails(contract, test)).isTrue();
    }

    static class ShowsCreatedListsToAll extends BrokenContract {
        ShowsCreatedListsToAll() {
            super(sound -> new Passing(sound) {
                @Override
                public Optional<AttributionList> find(Caller caller, ListId list) {
                    return super.find(caller, list).or(() -> super.find(CONSUMER, list));
                }
            });
        }
    }

    static class KeepsNothing extends BrokenContract {
        KeepsNothing() {
            super(sound -> new Passing(sound) {
                @Override
                public Creation<AttributionList> create(
                        Caller caller,
                        AttributionList list,
                        @Nullable ListQuery unless,
                        @Nullable ProvenanceNote provenance) {
                    return Creation.created(list);
                }
            });
        }
    }

    static class SeveralListsAContract extends BrokenContract {
        SeveralListsAContract() {
            super(sound -> new Passing(sound) {
                @Override
                public Creation<AttributionList> create(
                        Caller caller,
                        AttributionList list,
                        @Nullable ListQuery unless,
                        @Nullable ProvenanceNote provenance) {
                    Creation<AttributionList> creation = super.create(caller, list, unless, provenance);
                    return creation.kind() == Creation.Kind.DECLINED ? Creation.created(list) : creation;
                }
            });
        }
    }

    static class ForgetsTheCondition extends BrokenContract {
        ForgetsTheCondition() {
            super(sound -> new Passing(sound) {
                @Override
                public Creation<AttributionList> create(
                        Caller caller,
                        AttributionList list,
                        @Nullable ListQuery unless,
                        @Nullable ProvenanceNote provenance) {
                    return super.create(caller, list, null, provenance);
                }
            });
        }
    }

    static class LooksBeyondTheCaller extends BrokenContract {
        LooksBeyondTheCaller() {
            super(sound -> new Passing(sound) {
                @Override
                public Creation<AttributionList> create(
                        Caller caller,
                        AttributionList list,
                        @Nullable ListQuery unless,
                        @Nullable ProvenanceNote provenance) {
                    List<AttributionList> foreign =
                            unless == null ? List.of() : search(OTHER, unless).lists();
                    return foreign.size() == 1
                            ? Creation.exists(foreign.get(0))
                            : super.create(caller, list, unless, provenance);
                }
            });
        }
    }

    static class DeletesAnyVersionOfAList extends BrokenContract {
        DeletesAnyVersionOfAList() {
            super(sound -> new Passing(sound) {
                @Override
                public Deletion delete(Caller caller, ListId list, @Nullable String version) {
                    return super.delete(caller, list, null);
                }
            });
        }
    }

    static class DeletesForAnybody extends BrokenContract {
        DeletesForAnybody() {
            super(sound -> new Passing(sound) {
                @Override
                public Deletion delete(Caller caller, ListId list, @Nullable String version) {
                    return super.delete(CONSUMER, list, version);
                }
            });
        }
    }

    static class DeletesThePayersLists extends BrokenContract {
        DeletesThePayersLists() {
            super(sound -> new Passing(sound) {
                @Override
                public Deletion delete(Caller caller, ListId list, @Nullable String version) {
                    return willing(super.delete(caller, list, version));
                }
            });
        }
    }

    static class TellsForeignFromUnknown extends BrokenContract {
        TellsForeignFromUnknown() {
            super(sound -> new Passing(sound) {
                @Override
                public Deletion delete(Caller caller, ListId list, @Nullable String version) {
                    return find(OTHER, list).isPresent()
                            ? Deletion.declined("It is another client's.")
                            : super.delete(caller, list, version);
                }
            });
        }
    }

    static class HoldsOnToTheContract extends BrokenContract {
        HoldsOnToTheContract() {
            super(sound -> new Passing(sound) {
                private boolean deleted;

                @Override
                public Creation<AttributionList> create(
                        Caller caller,
                        AttributionList list,
                        @Nullable ListQuery unless,
                        @Nullable ProvenanceNote provenance) {
                    return deleted
                            ? Creation.declined("There was a list for this contract.")
                            : super.create(caller, list, unless, provenance);
                }

                @Override
                public Deletion delete(Caller caller, ListId list, @Nullable String version) {
                    deleted = true;
                    return super.delete(caller, list, version);
                }
            });
        }
    }

    static class ShowsCreatedResourcesToAll extends BrokenContract {
        ShowsCreatedResourcesToAll() {
            super(sound -> new Passing(sound) {
                @Override
                public Optional<StoredResource> read(Caller caller, ResourceKey key) {
                    return super.read(caller, key).or(() -> super.read(CONSUMER, key));
                }
            });
        }
    }

    static class NamesAnybody extends BrokenContract {
        NamesAnybody() {
            super(sound -> new Passing(sound) {
                @Override
                public Creation<AttributionList> create(
                        Caller caller,
                        AttributionList list,
                        @Nullable ListQuery unless,
                        @Nullable ProvenanceNote provenance) {
                    return list.characteristics().isEmpty()
                            ? super.create(caller, list, unless, provenance)
                            : Creation.created(list);
                }
            });
        }
    }

    static class TellsWhomAListNames extends BrokenContract {
        TellsWhomAListNames() {
            super(sound -> new Passing(sound) {
                @Override
                public Creation<AttributionList> create(
                        Caller caller,
                        AttributionList list,
                        @Nullable ListQuery unless,
                        @Nullable ProvenanceNote provenance) {
                    Creation<AttributionList> creation = super.create(caller, list, unless, provenance);
                    return creation.kind() == Creation.Kind.DECLINED
                            ? Creation.declined(list.characteristics()
                                    .get(0)
                                    .other()
                                    .properties()
                                    .get(0)
                                    .json())
                            : creation;
                }
            });
        }
    }

    static class NamesNobody extends BrokenContract {
        NamesNobody() {
            super(sound -> new Passing(sound) {
                @Override
                public Creation<AttributionList> create(
                        Caller caller,
                        AttributionList list,
                        @Nullable ListQuery unless,
                        @Nullable ProvenanceNote provenance) {
                    return list.characteristics().isEmpty()
                            ? super.create(caller, list, unless, provenance)
                            : Creation.declined("Nobody is named.");
                }
            });
        }
    }

    static class TakesAnyPayer extends BrokenContract {
        TakesAnyPayer() {
            super(sound -> new Passing(sound) {
                @Override
                public Creation<AttributionList> create(
                        Caller caller,
                        AttributionList list,
                        @Nullable ListQuery unless,
                        @Nullable ProvenanceNote provenance) {
                    boolean isHeld = Optional.ofNullable(list.payer())
                            .flatMap(payer -> payer.key())
                            .filter(sound.lists().resources()::containsKey)
                            .isPresent();
                    return isHeld ? Creation.created(list) : super.create(caller, list, unless, provenance);
                }
            });
        }
    }

    static class WantsAReadablePayer extends BrokenContract {
        WantsAReadablePayer() {
            super(sound -> new Passing(sound) {
                @Override
                public Creation<AttributionList> create(
                        Caller caller,
                        AttributionList list,
                        @Nullable ListQuery unless,
                        @Nullable ProvenanceNote provenance) {
                    return Optional.ofNullable(list.payer())
                                    .flatMap(payer -> payer.key())
                                    .flatMap(payer -> read(caller, payer))
                                    .isEmpty()
                            ? Creation.declined("The payer is not readable.")
                            : super.create(caller, list, unless, provenance);
                }
            });
        }
    }

    static class RefersAnywhere extends BrokenContract {
        RefersAnywhere() {
            super(sound -> new Passing(sound) {
                @Override
                public Creation<StoredResource> create(
                        Caller caller, ResourceKey key, byte[] json, @Nullable ProvenanceNote provenance) {
                    Creation<StoredResource> creation = super.create(caller, key, json, provenance);
                    return creation.kind() == Creation.Kind.DECLINED
                            ? super.create(OTHER, key, json, provenance)
                            : creation;
                }
            });
        }
    }

    static class TellsWhatItRefersTo extends BrokenContract {
        TellsWhatItRefersTo() {
            super(sound -> new Passing(sound) {
                @Override
                public Creation<StoredResource> create(
                        Caller caller, ResourceKey key, byte[] json, @Nullable ProvenanceNote provenance) {
                    Creation<StoredResource> creation = super.create(caller, key, json, provenance);
                    return creation.kind() == Creation.Kind.DECLINED
                            ? Creation.declined(new String(json, StandardCharsets.UTF_8))
                            : creation;
                }
            });
        }
    }

    static class DeletesAnyVersionOfAResource extends BrokenContract {
        DeletesAnyVersionOfAResource() {
            super(sound -> new Passing(sound) {
                @Override
                public Deletion delete(Caller caller, ResourceKey key, @Nullable String version) {
                    return super.delete(caller, key, null);
                }
            });
        }
    }

    static class DeletesResourcesAgainstThePayersWill extends BrokenContract {
        DeletesResourcesAgainstThePayersWill() {
            super(sound -> new Passing(sound) {
                @Override
                public Deletion delete(Caller caller, ResourceKey key, @Nullable String version) {
                    return willing(super.delete(caller, key, version));
                }
            });
        }
    }

    static class ForgetsTheSource extends BrokenContract {
        ForgetsTheSource() {
            super(sound -> new Passing(sound) {
                @Override
                public Creation<StoredResource> create(
                        Caller caller, ResourceKey key, byte[] json, @Nullable ProvenanceNote provenance) {
                    return super.create(caller, key, json, null);
                }
            });
        }
    }

    static class ShowsTheSourceToAll extends BrokenContract {
        ShowsTheSourceToAll() {
            super(sound -> new Passing(sound) {
                @Override
                public List<StoredResource> about(Caller caller, ResourceKey target) {
                    return super.about(CONSUMER, target);
                }
            });
        }
    }

    /** A contract over a backend that lets Consumers create, and is broken in one place. */
    abstract static class BrokenContract extends ProducerBackendContract {
        private final Function<InMemoryBackend, ProducerBackend> flaw;

        BrokenContract(Function<InMemoryBackend, ProducerBackend> flaw) {
            this.flaw = flaw;
        }

        @Override
        protected ProducerBackend backendHolding(SampleLists lists) {
            return flaw.apply(new InMemoryBackend(lists));
        }
    }

    /** Passes everything on; what is overridden is the flaw. */
    private static class Passing extends PassingBackend implements ListCreation, ResourceCreation, ProvenanceRecords {
        private final ListCreation lists;
        private final ResourceCreation resources;
        private final ProvenanceRecords records;

        Passing(InMemoryBackend sound) {
            super(sound);
            lists = sound.listCreation().orElseThrow();
            resources = sound.resourceCreation().orElseThrow();
            records = sound.provenanceRecords().orElseThrow();
        }

        static Deletion willing(Deletion deletion) {
            return deletion.kind() == Deletion.Kind.DECLINED ? Deletion.DELETED : deletion;
        }

        @Override
        public Optional<ListCreation> listCreation() {
            return Optional.of(this);
        }

        @Override
        public Optional<ResourceCreation> resourceCreation() {
            return Optional.of(this);
        }

        @Override
        public Optional<ProvenanceRecords> provenanceRecords() {
            return Optional.of(this);
        }

        @Override
        public Set<ResourceType> types() {
            return resources.types();
        }

        @Override
        public Creation<AttributionList> create(
                Caller caller, AttributionList list, @Nullable ListQuery unless, @Nullable ProvenanceNote provenance) {
            return lists.create(caller, list, unless, provenance);
        }

        @Override
        public Deletion delete(Caller caller, ListId list, @Nullable String version) {
            return lists.delete(caller, list, version);
        }

        @Override
        public Creation<StoredResource> create(
                Caller caller, ResourceKey key, byte[] json, @Nullable ProvenanceNote provenance) {
            return resources.create(caller, key, json, provenance);
        }

        @Override
        public Deletion delete(Caller caller, ResourceKey key, @Nullable String version) {
            return resources.delete(caller, key, version);
        }

        @Override
        public Optional<StoredResource> read(Caller caller, String id) {
            return records.read(caller, id);
        }

        @Override
        public List<StoredResource> about(Caller caller, ResourceKey target) {
            return records.about(caller, target);
        }
    }
}
