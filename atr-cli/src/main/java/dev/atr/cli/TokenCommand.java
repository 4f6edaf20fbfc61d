package dev.atr.cli;

import dev.atr.auth.Scopes;
import dev.atr.auth.client.BackendServices;
import dev.atr.core.json.JsonValue;
import dev.atr.http.client.OutgoingClient;
import java.io.IOException;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code atr token}: an access token, for trying things out with other tools. */
@Command(
        name = "token",
        description = "Prints an access token of the Producer, and nothing else.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class TokenCommand implements Callable<Integer> {
    @Mixin
    private final PeerOptions peer = new PeerOptions();

    @Option(names = "--json", description = "Print JSON: access_token, token_type, expires_at, scope.")
    private boolean json;

    private final Console console;

    TokenCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        try (OutgoingClient egress = OutgoingClient.builder().build()) {
            BackendServices credentials = peer.credentials(egress);
            String token = credentials.token();
            if (json) {
                console.json(JsonValue.object()
                        .put("access_token", token)
                        .put("token_type", "bearer")
                        .putIfPresent(
                                "expires_at",
                                credentials
                                        .expires()
                                        .map(end -> end.truncatedTo(ChronoUnit.SECONDS)
                                                .toString())
                                        .orElse(null))
                        .putIfPresent(
                                "scope",
                                credentials
                                        .grantedScopes()
                                        .map(Scopes::toString)
                                        .orElse(null))
                        .build());
            } else {
                console.out().println(token);
            }
        }
        return ExitCode.DONE;
    }
}
