package dev.atr.spring.boot.starter;

import dev.atr.core.fhir.FhirVersion;
import java.net.URI;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings of the Producer.
 *
 * @param enabled Whether the lists of the backend are served.
 * @param baseUrl FHIR base as clients see it, for example https://fhir.payer.example/r4.
 * @param path Where the Producer is mounted, below the context path; by default the path of the base.
 * @param fhirVersion FHIR version that is spoken at the base.
 * @param readOnly Whether nothing is changed, created or deleted by Consumers, whatever the backend takes.
 * @param exportFolder Folder for the files of exports; each FHIR version has a folder in it.
 * @param stu3 A second base, that speaks STU3.
 * @param issuer The authorization server whose tokens open the Producer.
 */
@ConfigurationProperties("atr.producer")
record ProducerProperties(
        @DefaultValue("true") boolean enabled,
        @Nullable URI baseUrl,
        @Nullable String path,
        @DefaultValue("r4") FhirVersion fhirVersion,
        @DefaultValue("false") boolean readOnly,
        @Nullable Path exportFolder,
        @Nullable Stu3 stu3,
        @Nullable Issuer issuer) {

    /** Returns the base. */
    URI base() {
        return SetupException.require(
                baseUrl,
                "atr.producer.base-url",
                "Set it to the FHIR base as clients see it, for example https://fhir.payer.example/r4.");
    }

    /**
     * A second base.
     *
     * @param baseUrl FHIR base as clients see it, for example https://fhir.payer.example/stu3.
     * @param path Where the second Producer is mounted, below the context path; by default the path of its base.
     */
    record Stu3(@Nullable URI baseUrl, @Nullable String path) {
        /** Returns the base. */
        URI base() {
            return SetupException.require(
                    baseUrl,
                    "atr.producer.stu3.base-url",
                    "Set it to the base that speaks STU3, for example https://fhir.payer.example/stu3.");
        }
    }

    /**
     * Where tokens come from.
     *
     * @param name What stands as "iss" in its tokens, to the letter.
     * @param jwksUrl Address of its key set, for tokens that are signed JWTs.
     * @param tokenEndpoint Where Consumers get tokens, by SMART Backend Services; published in the SMART configuration.
     * @param audience What tokens must be for ("aud"); by default the FHIR base.
     * @param clientIdClaim Claim that names the client.
     * @param scopeClaim Claim that holds the scopes of a signed token.
     * @param anyType Whether signed tokens count whose "typ" is JWT or absent, in place of at+jwt.
     * @param introspection Has the authorization server itself say whether a token is good.
     */
    record Issuer(
            @Nullable String name,
            @Nullable URI jwksUrl,
            @Nullable URI tokenEndpoint,
            @Nullable String audience,
            @DefaultValue("client_id") String clientIdClaim,
            @DefaultValue("scope") String scopeClaim,
            @DefaultValue("false") boolean anyType,
            @Nullable Introspection introspection) {}

    /**
     * How tokens are introspected.
     *
     * @param endpoint Address of the introspection endpoint.
     * @param clientId Id under which the authorization server knows this Producer.
     * @param clientSecret Secret that it knows; or give a key file.
     * @param keyFile Private key (JWK) that it knows; the assertion is made out to the issuer's name.
     */
    record Introspection(
            @Nullable URI endpoint,
            @Nullable String clientId,
            @Nullable String clientSecret,
            @Nullable Path keyFile) {
        /** Returns nothing secret. */
        @Override
        public String toString() {
            return "Introspection[" + clientId + "]";
        }
    }
}
