package dev.atr.cli;

import dev.atr.core.fhir.FhirVersion;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code atr serve}: a Producer over the ledger. */
@Command(
        name = "serve",
        description = "Serves member attribution lists; prints 'Producer ready at URL' once it answers.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footerHeading = "%nEnvironment:%n",
        footer = {
            "  ATR_DB_PASSWORD            password for --jdbc-url",
            "  ATR_TLS_KEYSTORE_PASSWORD  password for --tls-keystore"
        })
final class ServeCommand implements Callable<Integer> {
    @Option(
            names = "--port",
            paramLabel = "N",
            defaultValue = "8080",
            description = "Port to listen on (default: ${DEFAULT-VALUE}; 0 takes a free one).")
    int port = 8080;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            defaultValue = "atr-data",
            description = "Folder for the embedded database and for export files (default: ${DEFAULT-VALUE}).")
    Path data = Path.of("atr-data");

    @Option(
            names = "--base-url",
            paramLabel = "URL",
            description = "Address at which clients reach this server, without /r4 (default: this machine and port).")
    @Nullable
    URI baseUrl;

    @Option(
            names = "--jdbc-url",
            paramLabel = "URL",
            description = "PostgreSQL or H2 database to use in place of the embedded one.")
    @Nullable
    String jdbcUrl;

    @Option(names = "--db-user", paramLabel = "U", description = "User for --jdbc-url.")
    @Nullable
    String dbUser;

    @Option(
            names = "--fhir",
            paramLabel = "r4|stu3|both",
            defaultValue = "r4",
            description = "FHIR version to speak (default: ${DEFAULT-VALUE}).")
    Versions fhir = Versions.R4;

    @Option(
            names = "--sample",
            paramLabel = "small|N",
            description = "Fill an empty store with a synthetic payer whose open list has N members.")
    @Nullable
    String sample;

    @Option(
            names = "--load",
            paramLabel = "PATH",
            description = "Load FHIR JSON, XML, Bundles or NDJSON: a file or a folder. May be given several times.")
    List<Path> load = new ArrayList<>();

    @Option(
            names = "--load-fhir",
            paramLabel = "r4|stu3",
            defaultValue = "r4",
            description = "FHIR version of what --load reads (default: ${DEFAULT-VALUE}).")
    FhirVersion loadFhir = FhirVersion.R4;

    @Option(names = "--keep-going", description = "Skip files that break a rule instead of giving up.")
    boolean keepGoing;

    @Option(
            names = "--contract-system",
            paramLabel = "URI",
            description = "System of contract identifiers (default: any identifier that is no NPI or TIN counts).")
    @Nullable
    String contractSystem;

    @Option(
            names = "--client",
            paramLabel = "ID=JWKS_FILE_OR_URL[;scopes][;lists]",
            description =
                    "Register a Consumer. Scopes default to system/*.read, lists to all. May be given several times.")
    List<String> clients = new ArrayList<>();

    @Option(
            names = "--tls-keystore",
            paramLabel = "FILE",
            description = "PKCS#12 key store: serve https on all addresses. Without it, http on the loopback address.")
    @Nullable
    Path tlsKeystore;

    @Option(names = "--json", description = "Print JSON.")
    boolean json;

    private final Console console;

    ServeCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws Exception {
        ProducerProcess producer = ProducerProcess.start(this, console);
        Thread onSigterm = new Thread(
                () -> {
                    producer.close();
                    // Told to stop and stopped: that is success, which the JVM would report as 143.
                    Runtime.getRuntime().halt(ExitCode.DONE);
                },
                "atr-stop");
        Runtime.getRuntime().addShutdownHook(onSigterm);
        new CountDownLatch(1).await();
        return ExitCode.DONE;
    }

    /** Which FHIR versions are served. */
    enum Versions {
        /** FHIR R4 at /r4. */
        R4,
        /** FHIR STU3 at /stu3. */
        STU3,
        /** Both. */
        BOTH;

        List<FhirVersion> list() {
            return switch (this) {
                case R4 -> List.of(FhirVersion.R4);
                case STU3 -> List.of(FhirVersion.STU3);
                case BOTH -> List.of(FhirVersion.R4, FhirVersion.STU3);
            };
        }
    }
}
