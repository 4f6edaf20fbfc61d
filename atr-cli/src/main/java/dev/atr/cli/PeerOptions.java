package dev.atr.cli;

import dev.atr.auth.client.BackendServices;
import dev.atr.auth.client.KeyRing;
import dev.atr.consumer.ProducerConnection;
import dev.atr.consumer.peer.PeerProfile;
import dev.atr.consumer.peer.TokenOptions;
import dev.atr.http.client.Egress;
import dev.atr.http.client.OutgoingClient;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options by which a Consumer command names the Producer and itself. */
final class PeerOptions {
    @Option(
            names = "--fhir-url",
            required = true,
            paramLabel = "URL",
            description = "FHIR base of the Producer, e.g. https://payer.example/r4.")
    @SuppressWarnings("NullAway.Init") // required
    private URI fhirUrl;

    @Option(names = "--client-id", required = true, paramLabel = "ID", description = "Our client id at the Producer.")
    @SuppressWarnings("NullAway.Init") // required
    private String clientId;

    @Option(
            names = "--key",
            required = true,
            paramLabel = "KEY.json",
            description = "Our private key, from 'atr keygen'.")
    @SuppressWarnings("NullAway.Init") // required
    private Path key;

    @Option(
            names = KeyFile.SHARED,
            description = "Take a private key that others than its owner may read, as some platforms mount files.")
    private boolean sharedKey;

    @Option(
            names = "--scope",
            paramLabel = "S",
            description = "Scopes to ask for, separated by spaces (default: what the command needs).")
    private @Nullable String scope;

    @Option(
            names = "--token-endpoint",
            paramLabel = "URL",
            description =
                    "Token endpoint, where the Producer's authorization server is at another address than its FHIR"
                            + " server (default: what the Producer says, at its own address).")
    private @Nullable URI tokenEndpoint;

    @Option(
            names = "--audience",
            paramLabel = "A",
            description = "For whom our assertion is made out (default: the token endpoint, or what the Producer is"
                    + " found to want in its place).")
    private @Nullable String audience;

    @Option(
            names = "--client-id-in-form",
            description = "Send our client id beside the assertion too, as some authorization servers want it.")
    private boolean clientIdInForm;

    @Option(
            names = PeerSettings.OPTION,
            paramLabel = "NAME=VALUE|FILE",
            description =
                    "What this Producer wants otherwise than others, where it can't be found out: a setting such as"
                            + " method=post, or a file with one a line (docs/peers.md). May be given several times.")
    private List<String> settings = new ArrayList<>();

    /** Returns the FHIR base, without a slash at its end. */
    URI fhirUrl() {
        return WebAddress.base("--fhir-url", fhirUrl);
    }

    /** Returns how to get to the Producer. */
    ProducerConnection producer(OutgoingClient egress) throws IOException {
        return producer(egress, null);
    }

    /**
     * Returns how to get to the Producer.
     *
     * @param usual the scopes to ask for when none are given; absent for those of reading
     */
    ProducerConnection producer(OutgoingClient egress, @Nullable String usual) throws IOException {
        PeerProfile profile = profile(usual);
        return ProducerConnection.of(fhirUrl(), credentials(egress, profile), egress)
                .withProfile(profile);
    }

    /** Returns a source of tokens for the Producer. */
    BackendServices credentials(OutgoingClient egress) throws IOException {
        return credentials(egress, profile(null));
    }

    /** Returns what is said of the Producer: by an option of its own, else by a setting, else as usual. */
    private PeerProfile profile(@Nullable String usual) throws IOException {
        PeerProfile profile = PeerSettings.read(settings);
        TokenOptions tokens = profile.tokens();
        if (tokenEndpoint != null) {
            WebAddress.requireSafe("--token-endpoint", tokenEndpoint);
            tokens = tokens.withTokenEndpoint(tokenEndpoint);
        }
        if (audience != null) {
            tokens = tokens.withAudience(audience);
        }
        if (scope != null || (usual != null && tokens.scope() == null)) {
            try {
                tokens = tokens.withScope(scope != null ? scope : String.valueOf(usual));
            } catch (IllegalArgumentException e) {
                throw new UsageException("--scope: " + e.getMessage() + ".");
            }
        }
        return profile.withTokens(clientIdInForm ? tokens.withClientIdInForm(true) : tokens);
    }

    private BackendServices credentials(Egress egress, PeerProfile profile) throws IOException {
        return credentials(profile).apply(egress);
    }

    /** Returns what makes a source of tokens for the Producer, over whatever way out. */
    Function<Egress, BackendServices> anyCredentials() throws IOException {
        return credentials(profile(null));
    }

    private Function<Egress, BackendServices> credentials(PeerProfile profile) throws IOException {
        KeyRing ours = sharedKey ? KeyFile.openShared("--key", key) : KeyFile.open("--key", key);
        URI base = fhirUrl();
        return egress -> {
            try {
                return profile.tokens()
                        .applyTo(BackendServices.builder(base, clientId, ours).egress(egress))
                        .build();
            } catch (IllegalArgumentException e) {
                throw new UsageException("--fhir-url, --client-id and --peer: " + e.getMessage() + ".");
            }
        };
    }
}
