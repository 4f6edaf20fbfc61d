package dev.atr.producer;

import dev.atr.producer.spi.ExportJob;
import dev.atr.producer.spi.ExportJobStore;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** A store of jobs that passes every call on; what breaks a rule overrides one of them. */
class PassingJobs implements ExportJobStore {
    final ExportJobStore sound;

    PassingJobs(ExportJobStore sound) {
        this.sound = sound;
    }

    @Override
    public boolean add(ExportJob job, int limit) {
        return sound.add(job, limit);
    }

    @Override
    public Optional<ExportJob> begin(String id, int limit) {
        return sound.begin(id, limit);
    }

    @Override
    public Optional<ExportJob> find(String id) {
        return sound.find(id);
    }

    @Override
    public Optional<ExportJob> update(String id, UnaryOperator<ExportJob> change) {
        return sound.update(id, change);
    }

    @Override
    public boolean remove(String id) {
        return sound.remove(id);
    }

    @Override
    public List<String> running() {
        return sound.running();
    }

    @Override
    public List<ExportJob> expired(Instant now) {
        return sound.expired(now);
    }
}
