package dev.atr.producer.jdbc;

import dev.atr.producer.spi.ExportJob;
import dev.atr.producer.spi.ExportJobStore;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The export jobs of one Producer in a table that all its nodes share. A change locks the row of its job; what counts the
 * jobs of a client takes turns with its like, which is the matter of a moment.
 */
final class ExportJobTable implements ExportJobStore {
    private final Database database;
    private final String producer;

    ExportJobTable(Database database, String producer) {
        this.database = database;
        this.producer = producer;
    }

    @Override
    public boolean add(ExportJob job, int limit) {
        return database.write("adding an export job", session -> {
            awaitTurn(session);
            if (locked(session, job.id()).isPresent()) {
                throw new IllegalArgumentException("a job of this id exists");
            }
            if (running(session, job, 0) >= limit) {
                return false;
            }
            session.update(
                    "insert into atr.export_job (producer, id, client_id, created, running, attempt, expires, json)"
                            + " values (?, ?, ?, ?, ?, ?, ?, ?)",
                    producer,
                    job.id(),
                    job.caller().clientId(),
                    Session.timestamp(job.created()),
                    isRunning(job),
                    job.attempt(),
                    timestamp(job.expires()),
                    ExportJobJson.write(job));
            return true;
        });
    }

    @Override
    public Optional<ExportJob> begin(String id, int limit) {
        return database.write("beginning an export", session -> {
            awaitTurn(session);
            Optional<ExportJob> job = locked(session, id).filter(ExportJobTable::isRunning);
            if (job.isEmpty() || (job.get().attempt() == 0 && running(session, job.get(), 1) >= limit)) {
                return Optional.empty();
            }
            ExportJob begun = job.get().begun();
            store(session, begun);
            return Optional.of(begun);
        });
    }

    @Override
    public Optional<ExportJob> find(String id) {
        return database.read(
                "reading an export job",
                session -> session.first(
                        "select json from atr.export_job where producer = ? and id = ?",
                        row -> ExportJobJson.read(row.getBytes(1)),
                        producer,
                        id));
    }

    @Override
    public Optional<ExportJob> update(String id, UnaryOperator<ExportJob> change) {
        return database.write("changing an export job", session -> {
            Optional<ExportJob> job = locked(session, id);
            Optional<ExportJob> changed = job.map(change);
            if (changed.isPresent() && !changed.equals(job)) {
                store(session, changed.get());
            }
            return changed;
        });
    }

    @Override
    public boolean remove(String id) {
        return database.write(
                "removing an export job",
                session ->
                        session.update("delete from atr.export_job where producer = ? and id = ?", producer, id) > 0);
    }

    @Override
    public List<String> running() {
        return database.read(
                "looking for running exports",
                session -> session.list(
                        "select id from atr.export_job where producer = ? and running order by created, id",
                        row -> row.getString(1),
                        producer));
    }

    @Override
    public List<ExportJob> expired(Instant now) {
        return database.read(
                "looking for expired exports",
                session -> session.list(
                        "select json from atr.export_job where producer = ? and expires <= ?",
                        row -> ExportJobJson.read(row.getBytes(1)),
                        producer,
                        Session.timestamp(now)));
    }

    private static void awaitTurn(Session session) throws SQLException {
        session.list("select store_id from atr.export_store for update", row -> 0);
    }

    private Optional<ExportJob> locked(Session session, String id) throws SQLException {
        return session.first(
                "select json from atr.export_job where producer = ? and id = ? for update",
                row -> ExportJobJson.read(row.getBytes(1)),
                producer,
                id);
    }

    /** Counts the other running jobs of a job's client from an attempt on. */
    private long running(Session session, ExportJob job, int fromAttempt) throws SQLException {
        return session.first(
                        "select count(*) from atr.export_job where producer = ? and client_id = ? and running"
                                + " and attempt >= ? and id <> ?",
                        row -> row.getLong(1),
                        producer,
                        job.caller().clientId(),
                        fromAttempt,
                        job.id())
                .orElse(0L);
    }

    private void store(Session session, ExportJob job) throws SQLException {
        session.update(
                "update atr.export_job set running = ?, attempt = ?, expires = ?, json = ? where producer = ? and id = ?",
                isRunning(job),
                job.attempt(),
                timestamp(job.expires()),
                ExportJobJson.write(job),
                producer,
                job.id());
    }

    private static boolean isRunning(ExportJob job) {
        return job.state() == ExportJob.State.RUNNING;
    }

    private static @Nullable Object timestamp(@Nullable Instant instant) {
        return instant == null ? null : Session.timestamp(instant);
    }
}
