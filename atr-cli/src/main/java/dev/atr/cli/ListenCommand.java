package dev.atr.cli;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code atr listen}: an endpoint of notifications. */
@Command(
        name = "listen",
        description = {
            "Says when lists have a new version; prints 'Listening at URL' once it does.",
            "With --fhir-url it subscribes by itself, goes on where it was stopped, and looks at the lists now and then"
                    + " where no notifications come. Without, it prints the notifications that others asked for, such as"
                    + " 'atr subscribe' with the same --secret-file."
        },
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footerHeading = "%nEnvironment:%n",
        footer = {
            "  ATR_TLS_KEYSTORE_PASSWORD  password for --tls-keystore",
            "  ATR_DB_PASSWORD            password for --db-user"
        })
final class ListenCommand implements Callable<Integer> {
    @Option(
            names = "--port",
            paramLabel = "N",
            defaultValue = "8090",
            description = "Port to listen on (default: ${DEFAULT-VALUE}; 0 takes a free one).")
    int port = 8090;

    @Option(
            names = "--address",
            paramLabel = "URL",
            description = "Where Producers reach this endpoint (default: this machine and port, /notify). Its path is"
                    + " kept by a web server in front.")
    @Nullable
    URI address;

    @Option(
            names = "--tls-keystore",
            paramLabel = "FILE",
            description = "PKCS#12 key store: take https on all addresses. Without it, http on the loopback address.")
    @Nullable
    Path tlsKeystore;

    @ArgGroup(exclusive = false, heading = "%nTo subscribe:%n")
    @Nullable
    Watched watched;

    @Option(
            names = "--secret-file",
            paramLabel = "FILE",
            defaultValue = NotifySecret.USUAL,
            description = "Without --fhir-url: holds what notifications must bring; made when it is not there"
                    + " (default: ${DEFAULT-VALUE}).")
    Path secretFile = Path.of(NotifySecret.USUAL);

    @Option(names = "--json", description = "Print JSON, a line each.")
    boolean json;

    private final Console console;

    ListenCommand(Console console) {
        this.console = console;
    }

    /** What is watched, and at which Producer. */
    static final class Watched {
        @ArgGroup(exclusive = false, multiplicity = "1")
        PeerOptions peer = new PeerOptions();

        @Option(
                names = "--list",
                paramLabel = "ID",
                description = "A list to watch (default: every list we may see). May be given several times.")
        List<String> lists = new ArrayList<>();

        @ArgGroup(exclusive = false)
        @Nullable
        Synced synced;

        @Option(
                names = "--state",
                paramLabel = "DIR",
                defaultValue = "atr-listen",
                description = "What is remembered of Subscriptions, secrets too (default: ${DEFAULT-VALUE}).")
        Path state = Path.of("atr-listen");

        @Option(
                names = "--heartbeat",
                paramLabel = "SECONDS",
                defaultValue = "900",
                description = "Longest silence of the Producer; after two the watch asks (default: ${DEFAULT-VALUE}).")
        int heartbeat = 900;

        @Option(
                names = "--poll",
                paramLabel = "SECONDS",
                defaultValue = "900",
                description = "How often to look where no notifications come (default: ${DEFAULT-VALUE}).")
        int poll = 900;
    }

    /** What is done for each new version, beside saying so. */
    static final class Synced {
        @Option(
                names = "--sync",
                required = true,
                description = "Bring a local copy up to date for each new version, as 'atr sync' does, and print what"
                        + " has changed.")
        boolean sync;

        @ArgGroup(exclusive = false, multiplicity = "1")
        CopyOptions copies = new CopyOptions();
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        return new ListenProcess(this, console).untilStopped();
    }
}
