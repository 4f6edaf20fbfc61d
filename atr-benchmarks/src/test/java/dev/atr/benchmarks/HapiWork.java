package dev.atr.benchmarks;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.parser.IParser;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.Reader;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.hl7.fhir.r4.model.Group;

/** The same with HAPI's model and parser. */
final class HapiWork {
    private static final int BUFFER = 64 * 1024;

    private HapiWork() {}

    private static IParser parser() {
        return FhirContext.forR4Cached().newJsonParser();
    }

    private static Group read(Path file) throws IOException {
        try (Reader in = new InputStreamReader(Files.newInputStream(file), StandardCharsets.UTF_8)) {
            return parser().parseResource(Group.class, in);
        }
    }

    private static Writer writer(Path file) throws IOException {
        return new BufferedWriter(new OutputStreamWriter(Files.newOutputStream(file), StandardCharsets.UTF_8), BUFFER);
    }

    /** Encodes a Group whose model is in memory. */
    static final class WriteGroup extends FileWork {
        private final Group group;

        WriteGroup(Path model, Path file) throws IOException {
            super(file);
            this.group = read(model);
        }

        @Override
        public long once() throws IOException {
            try (Writer out = writer(file())) {
                parser().encodeResourceToWriter(group, out);
            }
            return group.getMember().size();
        }
    }

    /** Parses a Group. */
    static final class ReadGroup implements Work {
        private final Path file;

        ReadGroup(Path file) {
            this.file = file;
        }

        @Override
        public long once() throws IOException {
            return read(file).getMember().size();
        }
    }

    /** Reads resources through a cursor, parses and encodes each. */
    static final class Resources extends FileWork {
        private static final int FETCH = 500;

        private final String url;
        private final int limit;

        Resources(String url, int limit, Path file) {
            super(file);
            this.url = url;
            this.limit = limit;
        }

        @Override
        public long once() throws IOException, SQLException {
            long count = 0;
            try (Connection connection = LedgerDatabase.connect(url);
                    Writer out = writer(file())) {
                // Otherwise the driver reads all rows into memory.
                connection.setAutoCommit(false);
                try (PreparedStatement query =
                        connection.prepareStatement(LedgerDatabase.RESOURCES_OF_MEMBERS + " limit " + limit)) {
                    query.setFetchSize(FETCH);
                    ResultSet rows = query.executeQuery();
                    while (rows.next()) {
                        String json = new String(rows.getBytes(1), StandardCharsets.UTF_8);
                        parser().encodeResourceToWriter(parser().parseResource(json), out);
                        out.write('\n');
                        count++;
                    }
                }
            }
            return count;
        }
    }
}
