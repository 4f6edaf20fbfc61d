package dev.atr.producer;

import dev.atr.producer.spi.ExportFiles;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;

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
        Pending pending = sound.create(job, name);
        OutputStream stream = new FilterOutputStream(pending.stream()) {
            @Override
            public void write(byte[] bytes, int offset, int count) throws IOException {
                step();
                out.write(bytes, offset, count);
            }
        };
        return new Pending() {
            @Override
            public OutputStream stream() {
                return stream;
            }

            @Override
            public void publish() throws IOException {
                step();
                pending.publish();
            }

            @Override
            public void close() throws IOException {
                pending.close();
            }
        };
    }
}
