package dev.atr.producer;

import dev.atr.producer.spi.ExportFiles;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.SeekableByteChannel;
import java.util.List;
import java.util.Optional;

/** Files that pass every call on; what breaks a rule overrides one of them. */
class PassingFiles implements ExportFiles {
    final ExportFiles sound;

    PassingFiles(ExportFiles sound) {
        this.sound = sound;
    }

    @Override
    public Pending create(String job, String name) throws IOException {
        return sound.create(job, name);
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

    /** A file that passes every call on. */
    static class PassingFile implements Pending {
        final Pending sound;
        private final OutputStream stream;

        PassingFile(Pending sound) {
            this.sound = sound;
            this.stream = new FilterOutputStream(sound.stream()) {
                @Override
                public void write(byte[] bytes, int offset, int count) throws IOException {
                    beforeWrite();
                    out.write(bytes, offset, count);
                }
            };
        }

        /** What happens before bytes reach the file. */
        void beforeWrite() throws IOException {}

        @Override
        public OutputStream stream() {
            return stream;
        }

        @Override
        public void publish() throws IOException {
            sound.publish();
        }

        @Override
        public void close() throws IOException {
            sound.close();
        }
    }
}
