package dev.atr.cli;

import dev.atr.core.fhir.FhirVersion;
import dev.atr.core.fhir.ResourceKey;
import dev.atr.core.fhir.ResourceType;
import dev.atr.producer.jdbc.LedgerOptions;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
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
            converter = SampleSize.class,
            description = "Fill an empty store with a synthetic payer whose open list has N members.")
    @Nullable
    Integer sample;

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
            names = "--payer",
            paramLabel = "ORGANIZATION_ID",
            description = "Organization that stands for the payer in lists that Consumers create, beside those that"
                    + " manage a list of the payer's own. May be given several times.")
    List<String> payers = new ArrayList<>();

    @Option(
            names = "--time-zone",
            paramLabel = "ZONE",
            description =
                    "Where attributions end at midnight, such as America/Chicago (default: that of this machine).")
    ZoneId timeZone = ZoneId.systemDefault();

    @Option(
            names = "--client",
            paramLabel = "ID=JWKS_FILE_OR_URL[;scopes][;lists]",
            converter = ClientSpec.Converter.class,
            description =
                    "Register a Consumer. Scopes default to system/*.read, lists to all. May be given several times.")
    List<ClientSpec> clients = new ArrayList<>();

    @Option(
            names = "--allow-loopback-notifications",
            description = "Let notifications go to loopback addresses, by http too, to try things out.")
    boolean allowLoopbackNotifications;

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

    /**
     * Checks what can be told from the options alone.
     *
     * @throws UsageException when something can't be
     */
    void check() {
        WebPort.check(port);
        if (baseUrl != null) {
            baseUrl = WebAddress.base("--base-url", baseUrl);
        }
        if (Files.exists(data) && !Files.isDirectory(data)) {
            throw new UsageException("--data: " + data + " is a file; name a folder.");
        }
        place().check();
        if (load.isEmpty() && (keepGoing || loadFhir != FhirVersion.R4)) {
            throw new UsageException("--keep-going and --load-fhir go with --load.");
        }
        load.forEach(path -> NamedFile.requireReadable("--load", path));
        if (!payers.stream().allMatch(ResourceKey::isId)) {
            throw new UsageException("--payer: give the id of an Organization alone, such as payer-1.");
        }
        Set<String> ids = new HashSet<>();
        for (ClientSpec client : clients) {
            if (!ids.add(client.id())) {
                throw new UsageException(
                        "--client: " + client.id() + " is there twice; give each client one --client.");
            }
        }
    }

    LedgerPlace place() {
        return new LedgerPlace(data, jdbcUrl, dbUser);
    }

    /** Tells the ledger whose contracts it holds, who the payer is, and where midnight is. */
    LedgerOptions settings(LedgerOptions options) {
        LedgerOptions own = options.zone(timeZone)
                .payers(payers.stream()
                        .map(id -> new ResourceKey(ResourceType.ORGANIZATION, id))
                        .collect(Collectors.toSet()));
        return contractSystem == null ? own : own.contractSystem(contractSystem);
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        return new ProducerProcess(this, console).untilStopped();
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
