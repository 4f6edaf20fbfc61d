package dev.atr.spring.boot.starter;

import dev.atr.auth.client.BackendServices;
import dev.atr.consumer.ProducerConnection;
import dev.atr.consumer.peer.PeerProfile;
import dev.atr.http.client.OutgoingClient;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;

/**
 * The Consumer: a {@link PayerConnections} of the payers in {@code atr.consumer.payers}. Nothing is sent before somebody
 * asks.
 */
@AutoConfiguration
@ConditionalOnSettings("atr.consumer.payers")
@EnableConfigurationProperties(ConsumerProperties.class)
@Import(WayOut.class)
public final class AtrConsumerAutoConfiguration {
    /** Is called by Spring. */
    public AtrConsumerAutoConfiguration() {}

    @Bean
    @ConditionalOnMissingBean
    PayerConnections atrPayerConnections(ConsumerProperties settings, OutgoingClient egress) {
        Map<String, ProducerConnection> connections = new TreeMap<>();
        settings.payers().forEach((name, payer) -> connections.put(name, connection(name, payer, egress)));
        return new PayerConnections(connections);
    }

    private static ProducerConnection connection(String name, ConsumerProperties.Payer payer, OutgoingClient egress) {
        String prefix = "atr.consumer.payers." + name;
        URI base = SetupException.require(
                payer.fhirBase(),
                prefix + ".fhir-base",
                "Set it to the payer's FHIR base, for example https://fhir.payer.example/r4.");
        String clientId = SetupException.require(
                payer.clientId(), prefix + ".client-id", "Set it to the id under which the payer registered us.");
        return SetupException.from(prefix, () -> {
            PeerProfile profile = PeerProfile.of(payer.profile());
            BackendServices.Builder credentials = profile.tokens()
                    .applyTo(credentials(prefix, payer, base, clientId))
                    .egress(egress);
            payer.trustedTokenOrigins().forEach(credentials::trustTokenEndpointAt);
            payer.sendTokensTo().forEach(credentials::sendTokensTo);
            return ProducerConnection.of(base, credentials.build(), egress).withProfile(profile);
        });
    }

    private static BackendServices.Builder credentials(
            String prefix, ConsumerProperties.Payer payer, URI base, String clientId) {
        Path keyFile = payer.keyFile();
        @Nullable String secret = payer.clientSecret();
        if ((keyFile == null) == (secret == null)) {
            throw new SetupException(
                    prefix + (keyFile == null ? " has no credentials." : " has two kinds of credentials."),
                    "Set " + prefix + ".key-file to our private key, or " + prefix
                            + ".client-secret where the payer takes no keys.",
                    null);
        }
        return keyFile == null
                ? BackendServices.withSecret(base, clientId, Objects.requireNonNull(secret))
                : BackendServices.builder(
                        base, clientId, KeyFiles.open(prefix + ".key-file", keyFile, payer.keyFileOpenToOthers()));
    }
}
