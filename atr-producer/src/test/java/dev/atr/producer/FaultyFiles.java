package dev.atr.producer;

import dev.atr.producer.spi.ExportFiles;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.SeekableByteChannel;
import java.util.List;
import java.util.Optional;

/** A store of files on a disk that fails once: creating, writing and publishing count as one step each. */
final class FaultyFiles implements ExportFiles {
    private final ExportFiles sound;
    private final int failingStep;
    private int steps;

    /** Run before each step. */
    Runnable onStep = () -> {};

    FaultyFiles(ExportFiles sound, int failingStep) {
        this.sound = sound;
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

    @Override
    public Optional<SeekableByteChannel> open(String job, String name) throws IOException {
        return sound.open(job, name);
    }

    @Override
    public List<String> jobs() throws IOException {
        return sound.jobs();
    }

    @Override
    public List<String> names(String job) throws IOException {
        return sound.names(job);
    }

    @Override
    public void delete(String job, String name) throws IOException {
        sound.delete(job, name);
    }

    @Override
    public void delete(String job) throws IOException {
        sound.delete(job);
    }
}
