package dev.atr.producer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atr.http.ContractRun;
import dev.atr.http.Halfway;
import dev.atr.producer.spi.ExportJob;
import dev.atr.producer.spi.ExportJobStore;
import dev.atr.producer.tck.ExportJobStoreContract;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Whether the contract notices: each store of jobs here breaks one rule, and the test of that rule must fail. */
class ContractOfBrokenJobStoresTest {
    private static final int NO_LIMIT = Integer.MAX_VALUE;

    static Stream<Arguments> broken() {
        return Stream.of(
                Arguments.of(ForgetsTheMessages.class, "keepsEveryPartOfAJob"),
                Arguments.of(RemovesWhatIsNotThere.class, "knowsNothingOfOtherIds"),
                Arguments.of(RemovesWhatIsNotThere.class, "removesAJob"),
                Arguments.of(ReplacesAJob.class, "refusesAnIdThatExists"),
                Arguments.of(CountsEndedJobs.class, "addsUpToTheLimitOfAClient"),
                Arguments.of(CountsAndThenAdds.class, "holdsTheLimitAgainstConcurrentCalls"),
                Arguments.of(CountsNoAttempt.class, "numbersTheAttempts"),
                Arguments.of(ReadsAndThenNumbers.class, "givesEachNumberOnce"),
                Arguments.of(BeginsEndedJobs.class, "beginsNoEndedJob"),
                Arguments.of(BeginsWithoutLimit.class, "beginsUpToTheLimitOfAClient"),
                Arguments.of(CountsAndThenBegins.class, "holdsTheLimitAgainstConcurrentBeginnings"),
                Arguments.of(ChangesWhatItRemembers.class, "letsAnOlderAttemptChangeNothing"),
                Arguments.of(KnowsBegunJobsAlone.class, "tellsWhichJobsRun"),
                Arguments.of(TellsTheNewestFirst.class, "tellsWhichJobsRun"),
                Arguments.of(ReturnsWhatWas.class, "changesAJob"),
                Arguments.of(ReadsAndThenChanges.class, "losesNoChange"),
                Arguments.of(ExpiresTooSoon.class, "tellsWhichJobsAreOver"));
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("broken")
    void theTestOfTheBrokenRuleFails(Class<?> contract, String test) {
        assertThat(ContractRun.fails(contract, test)).isTrue();
    }

    /** A contract over a store with one defect. */
    abstract static class Broken extends ExportJobStoreContract {
        private final UnaryOperator<ExportJobStore> defect;

        Broken(UnaryOperator<ExportJobStore> defect) {
            this.defect = defect;
        }

        @Override
        protected ExportJobStore emptyStore() {
            return defect.apply(ExportJobs.inMemory());
        }
    }

    private static long countRunning(ExportJobStore store, String client, int fromAttempt) {
        return store.running().stream()
                .flatMap(id -> store.find(id).stream())
                .filter(job -> job.caller().clientId().equals(client) && job.attempt() >= fromAttempt)
                .count();
    }

    static class ForgetsTheMessages extends Broken {
        ForgetsTheMessages() {
            super(store -> new PassingJobs(store) {
                @Override
                public boolean add(ExportJob job, int limit) {
                    return super.add(
                            new ExportJob(
                                    job.id(),
                                    job.caller(),
                                    job.list(),
                                    job.exportType(),
                                    job.types(),
                                    job.parameters(),
                                    job.request(),
                                    job.created(),
                                    job.state(),
                                    job.attempt(),
                                    job.progress(),
                                    job.transactionTime(),
                                    job.files(),
                                    List.of(),
                                    job.failure(),
                                    job.expires()),
                            limit);
                }
            });
        }
    }

    static class RemovesWhatIsNotThere extends Broken {
        RemovesWhatIsNotThere() {
            super(store -> new PassingJobs(store) {
                @Override
                public boolean remove(String id) {
                    super.remove(id);
                    return true;
                }
            });
        }
    }

    static class ReplacesAJob extends Broken {
        ReplacesAJob() {
            super(store -> new PassingJobs(store) {
                @Override
                public boolean add(ExportJob job, int limit) {
                    sound.remove(job.id());
                    return super.add(job, limit);
                }
            });
        }
    }

    static class CountsEndedJobs extends Broken {
        CountsEndedJobs() {
            super(store -> new PassingJobs(store) {
                private final List<String> clients = new ArrayList<>();

                @Override
                public boolean add(ExportJob job, int limit) {
                    String client = job.caller().clientId();
                    boolean added = Collections.frequency(clients, client) < limit && super.add(job, limit);
                    if (added) {
                        clients.add(client);
                    }
                    return added;
                }
            });
        }
    }

    static class CountsAndThenAdds extends Broken {
        CountsAndThenAdds() {
            super(store -> new PassingJobs(store) {
                private final Halfway halfway = new Halfway();

                @Override
                public boolean add(ExportJob job, int limit) {
                    if (countRunning(sound, job.caller().clientId(), 0) >= limit) {
                        return false;
                    }
                    halfway.meet();
                    return super.add(job, NO_LIMIT);
                }
            });
        }
    }

    static class CountsNoAttempt extends Broken {
        CountsNoAttempt() {
            super(store -> new PassingJobs(store) {
                @Override
                public Optional<ExportJob> begin(String id, int limit) {
                    return sound.find(id);
                }
            });
        }
    }

    static class ReadsAndThenNumbers extends Broken {
        ReadsAndThenNumbers() {
            super(store -> new PassingJobs(store) {
                private final Halfway halfway = new Halfway();

                @Override
                public Optional<ExportJob> begin(String id, int limit) {
                    ExportJob begun = sound.find(id).orElseThrow().begun();
                    halfway.meet();
                    return sound.update(id, job -> begun);
                }
            });
        }
    }

    static class BeginsEndedJobs extends Broken {
        BeginsEndedJobs() {
            super(store -> new PassingJobs(store) {
                @Override
                public Optional<ExportJob> begin(String id, int limit) {
                    return sound.update(id, ExportJob::begun);
                }
            });
        }
    }

    static class BeginsWithoutLimit extends Broken {
        BeginsWithoutLimit() {
            super(store -> new PassingJobs(store) {
                @Override
                public Optional<ExportJob> begin(String id, int limit) {
                    return super.begin(id, NO_LIMIT);
                }
            });
        }
    }

    static class CountsAndThenBegins extends Broken {
        CountsAndThenBegins() {
            super(store -> new PassingJobs(store) {
                private final Halfway halfway = new Halfway();

                @Override
                public Optional<ExportJob> begin(String id, int limit) {
                    String client = sound.find(id).orElseThrow().caller().clientId();
                    if (countRunning(sound, client, 1) >= limit) {
                        return Optional.empty();
                    }
                    halfway.meet();
                    return super.begin(id, NO_LIMIT);
                }
            });
        }
    }

    static class ChangesWhatItRemembers extends Broken {
        ChangesWhatItRemembers() {
            super(store -> new PassingJobs(store) {
                private final Map<String, ExportJob> remembered = new ConcurrentHashMap<>();

                @Override
                public Optional<ExportJob> begin(String id, int limit) {
                    Optional<ExportJob> begun = super.begin(id, limit);
                    begun.ifPresent(job -> remembered.putIfAbsent(id, job));
                    return begun;
                }

                @Override
                public Optional<ExportJob> update(String id, UnaryOperator<ExportJob> change) {
                    return super.update(id, job -> change.apply(remembered.getOrDefault(id, job)));
                }
            });
        }
    }

    static class KnowsBegunJobsAlone extends Broken {
        KnowsBegunJobsAlone() {
            super(store -> new PassingJobs(store) {
                @Override
                public List<String> running() {
                    return super.running().stream()
                            .filter(id -> sound.find(id).orElseThrow().attempt() > 0)
                            .toList();
                }
            });
        }
    }

    static class TellsTheNewestFirst extends Broken {
        TellsTheNewestFirst() {
            super(store -> new PassingJobs(store) {
                @Override
                public List<String> running() {
                    List<String> ids = new ArrayList<>(super.running());
                    Collections.reverse(ids);
                    return ids;
                }
            });
        }
    }

    static class ReturnsWhatWas extends Broken {
        ReturnsWhatWas() {
            super(store -> new PassingJobs(store) {
                @Override
                public Optional<ExportJob> update(String id, UnaryOperator<ExportJob> change) {
                    Optional<ExportJob> before = sound.find(id);
                    super.update(id, change);
                    return before;
                }
            });
        }
    }

    static class ReadsAndThenChanges extends Broken {
        ReadsAndThenChanges() {
            super(store -> new PassingJobs(store) {
                private final Halfway halfway = new Halfway();

                @Override
                public Optional<ExportJob> update(String id, UnaryOperator<ExportJob> change) {
                    ExportJob changed = change.apply(sound.find(id).orElseThrow());
                    halfway.meet();
                    return super.update(id, job -> changed);
                }
            });
        }
    }

    static class ExpiresTooSoon extends Broken {
        ExpiresTooSoon() {
            super(store -> new PassingJobs(store) {
                @Override
                public List<ExportJob> expired(Instant now) {
                    return super.expired(now.plusMillis(1));
                }
            });
        }
    }
}
