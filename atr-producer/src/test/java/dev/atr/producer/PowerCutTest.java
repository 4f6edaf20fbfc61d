package dev.atr.producer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atr.core.bulk.ExportManifest;
import dev.atr.producer.ProducerFixture.Answer;
import dev.atr.producer.spi.ExportFiles;
import dev.atr.producer.spi.ExportJob;
import dev.atr.producer.spi.ExportJobStore;
import dev.atr.requirements.Requirement;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The power goes off at every step of an export in turn: before and after each change of the job, at each write, before
 * and after a file gets its name. From then on nothing reaches disk or store any more, and what was written without being
 * made durable is lost. Whoever starts next finds a job that can be ended, and no client ever sees half a file.
 */
class PowerCutTest {
    private static final String OPERATION = "/Group/list-open/$davinci-data-export";

    @TempDir
    private Path folder;

    @Test
    @Requirement({"BULK-STAT-001", "BULK-STAT-014", "BULK-MAN-005"})
    void anExportIsWholeAfterAPowerCutAtAnyStep() throws IOException {
        int steps = exportUntilStep(Integer.MAX_VALUE);
        assertThat(steps).isGreaterThan(50);

        for (int step = 1; step <= steps; step++) {
            exportUntilStep(step);
        }
    }

    /** Lets the power go off at a step and starts anew; returns how many steps there were. */
    private int exportUntilStep(int step) throws IOException {
        Power power = new Power(step);
        ExportJobStore jobs = ExportJobs.inMemory();
        Path directory = folder.resolve("exports-" + step);
        String status;
        try (DirectoryExportFiles files = DirectoryExportFiles.open(directory);
                ProducerFixture first = ProducerFixture.of(
                        folder.resolve("unused"),
                        builder -> builder.exportJobs(new PoweredJobs(jobs, power))
                                .exportFiles(new PoweredFiles(files, power)))) {
            status = first.kickOff(OPERATION);
            power.count();
            first.executor.runAll();
        }
        try (DirectoryExportFiles files = DirectoryExportFiles.open(directory);
                ProducerFixture next = ProducerFixture.of(
                        folder.resolve("unused too"),
                        builder -> builder.exportJobs(jobs).exportFiles(files))) {
            String id = status.substring(status.lastIndexOf('/') + 1);
            if (next.get(status).status() != 200) {
                for (String name : files.names(id)) {
                    assertThat(next.get("/$export-file/" + id + "/" + name).status())
                            .as("step " + step)
                            .isEqualTo(404);
                }
            }

            next.executor.runAll();

            ExportManifest manifest = ExportManifest.read(next.get(status).body());
            Set<String> listed = new TreeSet<>();
            for (ExportManifest.Entry entry : manifest.output()) {
                String file = ProducerFixture.below(entry.url().toString());
                Answer answer = next.get(file);
                listed.add(file.substring(file.lastIndexOf('/') + 1));
                assertThat(answer.status()).as("step " + step).isEqualTo(200);
                assertThat(answer.text().lines().count()).as("step " + step).isEqualTo(entry.count());
            }
            assertThat(listed).as("step " + step).hasSize(8);
            assertThat(files.names(id)).as("step " + step).containsExactlyInAnyOrderElementsOf(listed);
            next.send("DELETE", status, "", next.as(ProducerFixture.CONSUMER));
            assertThat(files.jobs()).as("step " + step).isEmpty();
        }
        return power.steps;
    }

    /** Goes off at a step. */
    private static final class Power {
        private final int last;
        private boolean counting;
        private int steps;

        Power(int last) {
            this.last = last;
        }

        void count() {
            counting = true;
        }

        void step() {
            if (counting && ++steps >= last) {
                throw new PowerCut();
            }
        }

        boolean isOff() {
            return steps >= last;
        }
    }

    /** What no part of the product knows of. */
    private static final class PowerCut extends Error {
        private static final long serialVersionUID = 1L;
    }

    /** Files on a disk that has power or not. */
    private static final class PoweredFiles extends PassingFiles {
        private final Power power;

        PoweredFiles(ExportFiles sound, Power power) {
            super(sound);
            this.power = power;
        }

        @Override
        public Pending create(String job, String name) throws IOException {
            power.step();
            return new PassingFile(super.create(job, name)) {
                @Override
                void beforeWrite() {
                    power.step();
                }

                @Override
                public void publish() throws IOException {
                    power.step();
                    super.publish();
                    power.step();
                }

                @Override
                public void close() throws IOException {
                    super.close();
                    if (power.isOff()) {
                        // What the closing has tidied up was there when the power went: with some of its bytes.
                        PoweredFiles.this.sound.create(job, "0" + name).stream().write('{');
                    }
                }
            };
        }

        @Override
        public void delete(String job, String name) throws IOException {
            power.step();
            super.delete(job, name);
        }

        @Override
        public void delete(String job) throws IOException {
            power.step();
            super.delete(job);
        }
    }

    /** Jobs in a store that has power or not. */
    private static final class PoweredJobs extends PassingJobs {
        private final Power power;

        PoweredJobs(ExportJobStore sound, Power power) {
            super(sound);
            this.power = power;
        }

        @Override
        public Optional<ExportJob> begin(String id, int limit) {
            power.step();
            Optional<ExportJob> begun = super.begin(id, limit);
            power.step();
            return begun;
        }

        @Override
        public Optional<ExportJob> update(String id, UnaryOperator<ExportJob> change) {
            power.step();
            Optional<ExportJob> changed = super.update(id, change);
            power.step();
            return changed;
        }

        @Override
        public boolean remove(String id) {
            power.step();
            return super.remove(id);
        }

        @Override
        public List<ExportJob> expired(Instant now) {
            power.step();
            return super.expired(now);
        }
    }
}
