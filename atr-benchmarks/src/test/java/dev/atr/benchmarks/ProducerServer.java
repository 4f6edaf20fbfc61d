package dev.atr.benchmarks;

import dev.atr.auth.SigningKey;
import dev.atr.auth.client.AccessTokenSource;
import dev.atr.auth.client.BackendServices;
import dev.atr.cli.Atr;
import dev.atr.core.file.OwnerOnly;
import dev.atr.http.client.Egress;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** {@code atr serve} over a ledger that is there, in a JVM of its own. */
final class ProducerServer implements AutoCloseable {
    private static final String READY = "Producer ready at ";
    private static final String SCOPES = "system/*.read system/*.write";
    private static final long PATIENCE_SECONDS = 60;

    private final Process process;
    private final BufferedReader output;
    private final URI base;
    private final Path key;

    private ProducerServer(Process process, BufferedReader output, URI base, Path key) {
        this.process = process;
        this.output = output;
        this.base = base;
        this.key = key;
    }

    /**
     * Starts it.
     *
     * @param url the ledger
     * @param heap its largest heap
     * @param folder where its files go
     */
    static ProducerServer start(String url, String heap, Path folder) throws IOException {
        SigningKey made = SigningKey.generate("RS384");
        Path key = Files.createFile(folder.resolve("key.json"), OwnerOnly.file(folder));
        Files.writeString(key, made.jwk());
        Path publicKey = Files.writeString(folder.resolve("key.public.json"), made.publicJwks());
        Path errors = folder.resolve("serve.err");
        ProcessBuilder jvm = JvmContender.jvm(
                        heap,
                        List.of(
                                Atr.class.getName(),
                                "serve",
                                "--port",
                                "0",
                                "--data",
                                folder.resolve("data").toString(),
                                "--jdbc-url",
                                url,
                                "--db-user",
                                LedgerDatabase.USER,
                                "--client",
                                LedgerDatabase.CLIENT + "=" + publicKey + ";" + SCOPES))
                .redirectError(errors.toFile());
        jvm.environment().put("ATR_DB_PASSWORD", LedgerDatabase.PASSWORD);
        Process process = jvm.start();
        BufferedReader output = process.inputReader();
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            if (line.startsWith(READY)) {
                return new ProducerServer(process, output, URI.create(line.substring(READY.length())), key);
            }
        }
        throw new IOException("the Producer did not start: " + Files.readString(errors));
    }

    /** Returns its FHIR base. */
    URI base() {
        return base;
    }

    /** Returns the file with the key of the registered client. */
    Path key() {
        return key;
    }

    /** Returns tokens of the registered client. */
    AccessTokenSource credentials(Egress egress) throws IOException {
        return credentials(base, key, egress);
    }

    static AccessTokenSource credentials(URI base, Path key, Egress egress) throws IOException {
        return BackendServices.builder(base, LedgerDatabase.CLIENT, SigningKey.parse(Files.readString(key)))
                .egress(egress)
                .scope(SCOPES)
                .build();
    }

    /** Returns its processor time so far. */
    long cpuNanos() throws IOException {
        return ProcessTime.own(process.toHandle());
    }

    /** Returns its largest resident set so far. */
    long peakKilobytes() throws IOException {
        return Worker.peakKilobytes(Long.toString(process.pid()));
    }

    @Override
    public void close() throws IOException {
        process.toHandle().destroy();
        process.onExit()
                .completeOnTimeout(process, PATIENCE_SECONDS, TimeUnit.SECONDS)
                .join();
        process.destroyForcibly();
        output.close();
    }
}
