package dev.atr.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;

/** The same with Jackson's tree. */
final class TreeWork {
    private TreeWork() {}

    /** Writes a Group whose tree is in memory. */
    static final class WriteGroup extends FileWork {
        private final ObjectMapper mapper = new ObjectMapper();
        private final JsonNode group;

        WriteGroup(Path model, Path file) throws IOException {
            super(file);
            this.group = mapper.readTree(model.toFile());
        }

        @Override
        public long once() throws IOException {
            mapper.writeValue(file().toFile(), group);
            return group.get("member").size();
        }
    }

    /** Reads a Group into a tree. */
    static final class ReadGroup implements Work {
        private final ObjectMapper mapper = new ObjectMapper();
        private final Path file;

        ReadGroup(Path file) {
            this.file = file;
        }

        @Override
        public long once() throws IOException {
            return mapper.readTree(file.toFile()).get("member").size();
        }
    }
}
