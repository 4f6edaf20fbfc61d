package dev.atr.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atr.producer.jdbc.Ledger;
import dev.atr.producer.jdbc.LedgerOptions;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A database that can't be used is told in a sentence that says what to do, and never its password. */
class ServeDatabaseTest {
    @TempDir
    private Path work;

    @Test
    void saysThatAnotherProducerHasTheFolderOpen() throws IOException {
        Path data = work.resolve("data");
        Ledger.open(LedgerOptions.ofDirectory(data)).close();
        Path file = data.resolve("ledger.mv.db");

        // What the database of another process does as long as it is open.
        try (FileChannel other = FileChannel.open(file, StandardOpenOption.WRITE);
                FileLock held = other.lock()) {
            Shell.Result result = serve();

            assertThat(held.isValid()).isTrue();
            result.isRefusal(ExitCode.DATA, "another 'atr serve' has " + data + " open");
        }
    }

    @Test
    void saysThatNoDatabaseAnswers() throws IOException {
        String url = "jdbc:postgresql://127.0.0.1:" + freePort() + "/atr?user=atr&password=hunter2";

        Shell.Result result = serve("--jdbc-url", url);

        result.isRefusal(ExitCode.DATA, "no database answers at jdbc:postgresql://127.0.0.1:");
        assertThat(result.err()).doesNotContain("hunter2");
    }

    @Test
    void saysThatTheAddressIsNone() {
        Shell.Result result = serve("--jdbc-url", "jdbc:postgresql://127.0.0.1:port/atr?password=hunter2");

        result.isRefusal(ExitCode.DATA, "is the address right?");
        assertThat(result.err()).doesNotContain("hunter2");
    }

    @ParameterizedTest
    @CsvSource({
        "28P01, the password is wrong",
        "28000, knows no such user",
        "3D000, there is no such database",
        "42501, may not create",
        "53300, SQL state 53300"
    })
    void saysWhyPostgresqlTurnsItAway(String state, String words) throws Exception {
        try (TurningAway postgresql = new TurningAway(state)) {
            Shell.Result result =
                    serve("--jdbc-url", "jdbc:postgresql://127.0.0.1:" + postgresql.port() + "/atr?password=hunter2");

            result.isRefusal(ExitCode.DATA, words);
            assertThat(result.err()).doesNotContain("hunter2", "member Smith");
        }
    }

    @Test
    void saysThatTheUserOfAnH2DatabaseIsWrong() {
        Path file = work.resolve("ledger");
        LedgerOptions options = LedgerOptions.ofUrl("jdbc:h2:file:" + file).credentials("right", "secret");
        Ledger.open(options).close();

        Shell.Result result = serve("--jdbc-url", "jdbc:h2:file:" + file, "--db-user", "wrong");

        result.isRefusal(ExitCode.DATA, "--db-user and ATR_DB_PASSWORD");
    }

    @Test
    void saysThatThereIsNoSuchH2Database() {
        Shell.Result result = serve("--jdbc-url", "jdbc:h2:file:" + work.resolve("ledger") + ";IFEXISTS=TRUE");

        result.isRefusal(ExitCode.DATA, "there is no such database");
    }

    private Shell.Result serve(String... options) {
        String data = work.resolve("data").toString();
        return Shell.run(Stream.concat(Stream.of("serve", "--port", "0", "--data", data), Stream.of(options))
                .toArray(String[]::new));
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    /** Speaks as much of PostgreSQL's protocol as it takes to turn a client away with an SQL state. */
    private static final class TurningAway implements AutoCloseable {
        private static final int SSL_REQUEST = 80_877_103;
        private static final int GSS_REQUEST = 80_877_104;

        private final ServerSocket socket = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());

        TurningAway(String state) throws IOException {
            new Thread(() -> serve(state)).start();
        }

        int port() {
            return socket.getLocalPort();
        }

        private void serve(String state) {
            while (!socket.isClosed()) {
                try (Socket client = socket.accept()) {
                    DataInputStream in = new DataInputStream(client.getInputStream());
                    DataOutputStream out = new DataOutputStream(client.getOutputStream());
                    while (wantsEncryption(in)) {
                        out.writeByte('N');
                        out.flush();
                    }
                    byte[] fields =
                            ("SFATAL\0C" + state + "\0Mmember Smith may not\0\0").getBytes(StandardCharsets.US_ASCII);
                    out.writeByte('E');
                    out.writeInt(fields.length + Integer.BYTES);
                    out.write(fields);
                    out.flush();
                } catch (IOException e) {
                    // The client has gone, or the test has ended.
                }
            }
        }

        private static boolean wantsEncryption(DataInputStream in) throws IOException {
            int length = in.readInt();
            int request = in.readInt();
            in.readNBytes(length - 2 * Integer.BYTES);
            return request == SSL_REQUEST || request == GSS_REQUEST;
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
