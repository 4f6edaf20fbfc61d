package dev.atr.producer;

import dev.atr.producer.spi.Caller;
import dev.atr.producer.spi.ExportJob;
import dev.atr.producer.spi.ExportJobStore;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Stores of export jobs that come with the Producer. */
public final class ExportJobs {
    private ExportJobs() {}

    /**
     * Returns a store in memory: for one process, whose end is also the end of its jobs. Their files, if any are left,
     * are removed when the next Producer starts.
     */
    public static ExportJobStore inMemory() {
        return new InMemory();
    }

    private static final class InMemory implements ExportJobStore {
        private final Object lock = new Object();
        private final Map<String, ExportJob> jobs = new HashMap<>();

        @Override
        public boolean add(ExportJob job, int limit) {
            synchronized (lock) {
                if (jobs.containsKey(job.id())) {
                    throw new IllegalArgumentException("a job of this id exists");
                }
                if (running(job.caller()).count() >= limit) {
                    return false;
                }
                jobs.put(job.id(), job);
                return true;
            }
        }

        @Override
        public Optional<ExportJob> begin(String id, int limit) {
            synchronized (lock) {
                ExportJob job = jobs.get(id);
                if (job == null || job.state() != ExportJob.State.RUNNING) {
                    return Optional.empty();
                }
                long begun = running(job.caller())
                        .filter(other -> other.attempt() > 0 && !other.id().equals(id))
                        .count();
                if (job.attempt() == 0 && begun >= limit) {
                    return Optional.empty();
                }
                ExportJob next = job.begun();
                jobs.put(id, next);
                return Optional.of(next);
            }
        }

        private Stream<ExportJob> running(Caller caller) {
            return jobs.values().stream()
                    .filter(job -> job.state() == ExportJob.State.RUNNING)
                    .filter(job -> job.caller().clientId().equals(caller.clientId()));
        }

        @Override
        public Optional<ExportJob> find(String id) {
            synchronized (lock) {
                return Optional.ofNullable(jobs.get(id));
            }
        }

        @Override
        public Optional<ExportJob> update(String id, UnaryOperator<ExportJob> change) {
            synchronized (lock) {
                return Optional.ofNullable(jobs.computeIfPresent(id, (key, job) -> change.apply(job)));
            }
        }

        @Override
        public boolean remove(String id) {
            synchronized (lock) {
                return jobs.remove(id) != null;
            }
        }

        @Override
        public List<String> running() {
            synchronized (lock) {
                return jobs.values().stream()
                        .filter(job -> job.state() == ExportJob.State.RUNNING)
                        .sorted(Comparator.comparing(job -> job.created()))
                        .map(job -> job.id())
                        .toList();
            }
        }

        @Override
        public List<ExportJob> expired(Instant now) {
            synchronized (lock) {
                return jobs.values().stream()
                        .filter(job -> isOver(job.expires(), now))
                        .toList();
            }
        }

        private static boolean isOver(@Nullable Instant expires, Instant now) {
            return expires != null && !expires.isAfter(now);
        }
    }
}
