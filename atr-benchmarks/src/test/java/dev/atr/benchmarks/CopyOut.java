package dev.atr.benchmarks;

import dev.atr.benchmarks.CommandContender.Command;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.postgresql.PGConnection;

/** PostgreSQL's own way from a query to a file: {@code psql} where it is installed, the driver's COPY otherwise. */
final class CopyOut {
    private CopyOut() {}

    /** Returns whether {@code psql} does it. */
    static boolean isByPsql() {
        return CommandContender.isInstalled("psql");
    }

    /** Returns a contender that copies a query to a file of tab-separated text. */
    static Contender text(String url, String query, Path file) throws SQLException {
        return contender("TSV", url, query, "", file);
    }

    /** Returns a contender that copies a query to a file in COPY's binary form. */
    static Contender binary(String url, String query, Path file) throws SQLException {
        return contender("binary", url, query, " (format binary)", file);
    }

    private static Contender contender(String form, String url, String query, String with, Path file)
            throws SQLException {
        if (!isByPsql()) {
            return JvmContender.warm(
                    "the driver's COPY " + form + ", as there is no psql here",
                    "64m",
                    Job.COPY,
                    url,
                    "copy (" + query + ") to stdout" + with,
                    file);
        }
        return new CommandContender(
                "psql \\copy " + form,
                LedgerDatabase.count(url, query),
                List.of(psql(url, "\\copy (" + query + ") to stdout" + with).to(file)));
    }

    private static Command psql(String url, String command) {
        URI address = URI.create(url.substring("jdbc:".length()));
        return Command.of(
                "psql",
                "-X",
                "-q",
                "-h",
                address.getHost(),
                "-p",
                Integer.toString(address.getPort()),
                "-U",
                LedgerDatabase.USER,
                "-d",
                address.getPath().substring(1),
                "-c",
                command);
    }

    /** The driver's COPY. */
    static final class Driver extends FileWork {
        private final String url;
        private final String statement;

        Driver(String url, String statement, Path file) {
            super(file);
            this.url = url;
            this.statement = statement;
        }

        @Override
        public long once() throws IOException, SQLException {
            try (Connection connection = LedgerDatabase.connect(url);
                    OutputStream out = Files.newOutputStream(file())) {
                return connection.unwrap(PGConnection.class).getCopyAPI().copyOut(statement, out);
            }
        }
    }
}
