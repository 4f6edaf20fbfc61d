package dev.atr.producer;

import dev.atr.producer.spi.ExportFiles;
import java.io.IOException;

/** A store of files on a disk that fails once: creating, writing and publishing count as one step each. */
final class FaultyFiles extends PassingFiles {
    private final int failingStep;
    private int steps;

    /** Run before each step. */
    Runnable onStep = () -> {};

    FaultyFiles(ExportFiles sound, int failingStep) {
        super(sound);
        this.failingStep = failingStep;
    }

    int steps() {
        return steps;
    }

    private void step() throws IOException {
        onStep.run();
        if (++steps == failingStep) {
            throw new IOException("no space left on device " + BrokenBackend.SECRET);
        }
    }

    @Override
    public Pending create(String job, String name) throws IOException {
        step();
        return new PassingFile(super.create(job, name)) {
            @Override
            void beforeWrite() throws IOException {
                step();
            }

            @Override
            public void publish() throws IOException {
                step();
                super.publish();
            }
        };
    }
}
