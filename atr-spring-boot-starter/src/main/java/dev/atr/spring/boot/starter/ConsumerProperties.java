package dev.atr.spring.boot.starter;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings of the Consumer.
 *
 * @param payers The payers whose lists are received, by a name of ours.
 */
@ConfigurationProperties("atr.consumer")
record ConsumerProperties(@DefaultValue Map<String, Payer> payers) {

    /**
     * One payer.
     *
     * @param fhirBase FHIR base of its Producer.
     * @param clientId Id under which it registered us.
     * @param keyFile Our private key, as atr keygen writes it; a change of the file is noticed.
     * @param keyFileOpenToOthers Whether the key file may be one that others than its owner may touch, as platforms mount secrets.
     * @param clientSecret A secret, for payers that take no keys.
     * @param trustedTokenOrigins Origins, beside its own, where its SMART configuration may send us for tokens.
     * @param sendTokensTo Origins, beside its own, that get our token, for example its file server.
     * @param profile How this Producer differs from others: the settings of docs/peers.md.
     */
    record Payer(
            @Nullable URI fhirBase,
            @Nullable String clientId,
            @Nullable Path keyFile,
            @DefaultValue("false") boolean keyFileOpenToOthers,
            @Nullable String clientSecret,
            @DefaultValue List<URI> trustedTokenOrigins,
            @DefaultValue List<URI> sendTokensTo,
            @DefaultValue Map<String, String> profile) {
        /** Returns nothing secret. */
        @Override
        public String toString() {
            return "Payer[" + fhirBase + "]";
        }
    }
}
