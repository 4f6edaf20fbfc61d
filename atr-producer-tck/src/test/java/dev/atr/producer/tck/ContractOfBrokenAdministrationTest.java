package dev.atr.producer.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atr.core.attribution.AttributionList;
import dev.atr.core.attribution.ListId;
import dev.atr.core.attribution.Member;
import dev.atr.core.fhir.ResourceKey;
import dev.atr.http.ContractRun;
import dev.atr.producer.spi.Caller;
import dev.atr.producer.spi.ListPage;
import dev.atr.producer.spi.ListQuery;
import dev.atr.producer.spi.ListSnapshot;
import dev.atr.producer.spi.ProducerBackend;
import dev.atr.producer.spi.StoredResource;
import dev.atr.producer.spi.administration.ListAdministration;
import dev.atr.producer.spi.administration.Revised;
import dev.atr.producer.spi.administration.Revision;
import dev.atr.producer.spi.administration.RowEdit;
import dev.atr.producer.spi.creation.Deletion;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Whether the contract notices administrations that break one rule each. */
class ContractOfBrokenAdministrationTest {
    static Stream<Arguments> broken() {
        return Stream.of(
                Arguments.of(WritesRowByRow.class, "manyChangesMakeOneVersion"),
                Arguments.of(WritesRowByRow.class, "aRevisionHappensAsAWholeOrNotAtAll"),
                Arguments.of(DropsWhatIsCancelled.class, "aCancelledRowStaysAndSaysSo"),
                Arguments.of(LooksAtNoVersion.class, "anotherVersionOrListIsLeftAlone"),
                Arguments.of(LooksAtNoVersion.class, "aListIsDeletedWithItsMembers"),
                Arguments.of(DeletesNothing.class, "aListIsDeletedWithItsMembers"));
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("broken")
    void theTestOfTheBrokenRuleFails(Class<?> contract, String test) {
        assertThat(ContractRun.fails(contract, test)).isTrue();
    }

    static class WritesRowByRow extends BrokenContract {
        @Override
        public Revised revise(ListId list, Revision revision, @Nullable String ifVersion) {
            for (RowEdit row :
                    revision.rows().subList(0, Math.max(0, revision.rows().size() - 1))) {
                super.revise(list, Revision.of(List.of(row)), ifVersion);
            }
            return super.revise(list, revision, ifVersion);
        }
    }

    static class DropsWhatIsCancelled extends BrokenContract {
        @Override
        public Revised revise(ListId list, Revision revision, @Nullable String ifVersion) {
            List<RowEdit> rows = revision.rows().stream()
                    .<RowEdit>map(row -> row.map(RowEdit.Put::new, RowEdit.Drop::new, RowEdit.Drop::new))
                    .toList();
            return super.revise(list, new Revision(rows, revision.status()), ifVersion);
        }
    }

    static class LooksAtNoVersion extends BrokenContract {
        @Override
        public Revised revise(ListId list, Revision revision, @Nullable String ifVersion) {
            return super.revise(list, revision, null);
        }

        @Override
        public Deletion delete(ListId list, @Nullable String ifVersion) {
            return super.delete(list, null);
        }
    }

    static class DeletesNothing extends BrokenContract {
        @Override
        public Deletion delete(ListId list, @Nullable String ifVersion) {
            return Deletion.DELETED;
        }
    }

    /** The contract of a backend whose administration goes through this class. */
    abstract static class BrokenContract extends ProducerBackendContract implements ListAdministration {
        private @Nullable InMemoryBackend sound;

        private InMemoryBackend sound() {
            return Optional.ofNullable(sound).orElseThrow();
        }

        private ListAdministration lists() {
            return sound().listAdministration().orElseThrow();
        }

        @Override
        protected ProducerBackend backendHolding(SampleLists lists) {
            sound = new InMemoryBackend(lists);
            return new Broken();
        }

        @Override
        public List<Member> rows(ListId list, ResourceKey patient) {
            return lists().rows(list, patient);
        }

        @Override
        public Revised revise(ListId list, Revision revision, @Nullable String ifVersion) {
            return lists().revise(list, revision, ifVersion);
        }

        @Override
        public Deletion delete(ListId list, @Nullable String ifVersion) {
            return lists().delete(list, ifVersion);
        }

        private final class Broken implements ProducerBackend {
            @Override
            public Optional<AttributionList> find(Caller caller, ListId list) {
                return sound().find(caller, list);
            }

            @Override
            public ListPage search(Caller caller, ListQuery query) {
                return sound().search(caller, query);
            }

            @Override
            public Optional<ListSnapshot> snapshot(Caller caller, ListId list) {
                return sound().snapshot(caller, list);
            }

            @Override
            public Optional<StoredResource> read(Caller caller, ResourceKey key) {
                return sound().read(caller, key);
            }

            @Override
            public Optional<ListAdministration> listAdministration() {
                return Optional.of(BrokenContract.this);
            }
        }
    }
}
