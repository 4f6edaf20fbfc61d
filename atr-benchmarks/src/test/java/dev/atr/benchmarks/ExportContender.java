package dev.atr.benchmarks;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A whole export; processor time and memory are those of the Producer's process, not of the Consumer's. */
final class ExportContender implements Contender {
    private final LedgerDatabase database;
    private final ProducerServer producer;
    private final int members;
    private final JvmContender consumer;
    private final List<Cost> databaseCosts = new ArrayList<>();

    ExportContender(String name, LedgerDatabase database, ProducerServer producer, int members, Path folder) {
        this.database = database;
        this.producer = producer;
        this.members = members;
        this.consumer = JvmContender.once(
                name, ExportFigures.HEAP, Job.EXPORT, producer.base(), producer.key(), members, folder);
    }

    @Override
    public String name() {
        return consumer.name();
    }

    @Override
    public String heap() {
        return consumer.heap();
    }

    @Override
    public List<Cost> turn() throws Exception {
        long producerBefore = producer.cpuNanos();
        long databaseBefore = database.cpuNanos();
        long nanos = consumer.turn().get(0).nanos();
        databaseCosts.add(new Cost(members, nanos, database.cpuNanos() - databaseBefore, 0));
        return List.of(new Cost(members, nanos, producer.cpuNanos() - producerBefore, producer.peakKilobytes()));
    }

    /** Returns what the same runs cost the database, without the given number of first ones. */
    Standing database(int warmUps) {
        return Standing.of(this, databaseCosts.subList(warmUps, databaseCosts.size()));
    }
}
