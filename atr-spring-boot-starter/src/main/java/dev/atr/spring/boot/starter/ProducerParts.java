package dev.atr.spring.boot.starter;

import dev.atr.auth.SigningKey;
import dev.atr.auth.audit.AuditTrail;
import dev.atr.auth.server.AccessTokens;
import dev.atr.auth.server.AuthorizationServer;
import dev.atr.auth.server.ClientRegistry;
import dev.atr.auth.server.IntrospectedTokens;
import dev.atr.auth.server.IssuedTokens;
import dev.atr.auth.server.ReplayMemory;
import dev.atr.auth.server.SigningKeys;
import dev.atr.core.fhir.FhirVersion;
import dev.atr.http.client.OutgoingClient;
import dev.atr.producer.AtrProducer;
import dev.atr.producer.DirectoryExportFiles;
import dev.atr.producer.spi.ExportFiles;
import dev.atr.producer.spi.ExportJobStore;
import dev.atr.producer.spi.ProducerBackend;
import dev.atr.producer.spi.TaskRunner;
import dev.atr.producer.spi.reconcile.AttributionPolicy;
import dev.atr.producer.spi.subscription.SubscriptionService;
import dev.atr.servlet.FhirServlet;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.boot.web.servlet.ServletRegistrationBean;

/** Makes the parts of a Producer from settings and the host's beans, the same way for each base. */
final class ProducerParts {
    private static final String PRODUCER = "atr.producer";
    private static final String ISSUER = "atr.producer.issuer";
    private static final String INTROSPECTION = "atr.producer.issuer.introspection";

    private final ProducerProperties settings;
    private final BeanFactory beans;

    ProducerParts(ProducerProperties settings, BeanFactory beans) {
        this.settings = settings;
        this.beans = beans;
        if (settings.stu3() != null && settings.fhirVersion() != FhirVersion.R4) {
            throw new SetupException(
                    "atr.producer.fhir-version and atr.producer.stu3 name the same FHIR version.",
                    "Leave one of them out.",
                    null);
        }
    }

    ExportFiles exportFiles(FhirVersion version) {
        Path folder = SetupException.require(
                settings.exportFolder(),
                "atr.producer.export-folder",
                "Set it to a folder for the files of exports, or add an ExportFiles bean.");
        try {
            return DirectoryExportFiles.open(folder.resolve(version.name().toLowerCase(Locale.ROOT)));
        } catch (UncheckedIOException e) {
            Throwable cause = Objects.requireNonNullElse(e.getCause(), e);
            throw new SetupException(
                    "atr.producer.export-folder can't be used: " + cause.getMessage() + ".",
                    "Name a folder that belongs to this process alone, or one that is not there yet.",
                    e);
        }
    }

    AuthorizationServer authorizationServer(URI base) {
        return SetupException.from(PRODUCER, () -> {
            AuthorizationServer.Builder server = AuthorizationServer.builder(base, clients());
            ifPresent(ReplayMemory.class, server::replayMemory);
            ifPresent(SigningKeys.class, server::signingKeys);
            ifPresent(AuditTrail.class, server::auditTrail);
            return server.build();
        });
    }

    AccessTokens accessTokens(URI base, ProducerProperties.Issuer issuer) {
        String audience = Objects.requireNonNullElse(issuer.audience(), base.toString());
        OutgoingClient egress = beans.getBean(OutgoingClient.class);
        ProducerProperties.Introspection introspection = issuer.introspection();
        if ((introspection == null) == (issuer.jwksUrl() == null)) {
            throw new SetupException(
                    introspection == null
                            ? ISSUER + " does not say how tokens are checked."
                            : ISSUER + " says in two ways how tokens are checked.",
                    "Set " + ISSUER + ".jwks-url for signed tokens, or " + INTROSPECTION
                            + ".endpoint to have each token introspected.",
                    null);
        }
        return introspection == null
                ? issuedTokens(issuer, Objects.requireNonNull(issuer.jwksUrl()), audience, egress)
                : introspectedTokens(issuer, introspection, audience, egress);
    }

    private AccessTokens issuedTokens(
            ProducerProperties.Issuer issuer, URI jwksUrl, String audience, OutgoingClient egress) {
        String name = issuerName(issuer);
        return SetupException.from(ISSUER, () -> {
            IssuedTokens.Builder tokens = IssuedTokens.builder(name, jwksUrl, audience, clients(), egress)
                    .clientIdClaim(issuer.clientIdClaim())
                    .scopeClaim(issuer.scopeClaim());
            return issuer.anyType() ? tokens.anyType().build() : tokens.build();
        });
    }

    private AccessTokens introspectedTokens(
            ProducerProperties.Issuer issuer,
            ProducerProperties.Introspection introspection,
            String audience,
            OutgoingClient egress) {
        URI endpoint = SetupException.require(
                introspection.endpoint(), INTROSPECTION + ".endpoint", "Set it to where tokens are introspected.");
        String clientId = SetupException.require(
                introspection.clientId(),
                INTROSPECTION + ".client-id",
                "Set it to the id under which the authorization server knows this Producer.");
        return SetupException.from(INTROSPECTION, () -> {
            IntrospectedTokens.Builder tokens = IntrospectedTokens.builder(endpoint, audience, clients(), egress)
                    .clientIdClaim(issuer.clientIdClaim());
            if (introspection.keyFile() != null) {
                SigningKey key = KeyFiles.open(INTROSPECTION + ".key-file", introspection.keyFile(), false)
                        .current();
                tokens.signer(clientId, key, issuerName(issuer));
            } else {
                tokens.secret(
                        clientId,
                        SetupException.require(
                                introspection.clientSecret(),
                                INTROSPECTION + ".client-secret",
                                "Set it, or " + INTROSPECTION + ".key-file."));
            }
            return tokens.build();
        });
    }

    private static String issuerName(ProducerProperties.Issuer issuer) {
        return SetupException.require(
                issuer.name(), ISSUER + ".name", "Set it to what stands as \"iss\" in the tokens.");
    }

    private ClientRegistry clients() {
        ClientRegistry clients = beans.getBeanProvider(ClientRegistry.class).getIfAvailable();
        if (clients == null) {
            throw nobodyMayRead();
        }
        return clients;
    }

    static SetupException nobodyMayRead() {
        return new SetupException(
                "Nothing says who may read the lists.",
                "Add a ClientRegistry bean with the clients that may come; or a ClientStore bean, and atr-egress to the"
                        + " class path. Tokens are then issued by the Producer itself, unless atr.producer.issuer"
                        + " names your authorization server.",
                null);
    }

    /** Builds a Producer of what has been set, and of what all bases have in common. */
    AtrProducer producer(FhirVersion version, AtrProducer.Builder producer) {
        producer.fhirVersion(version);
        if (settings.issuer() != null && settings.issuer().tokenEndpoint() != null) {
            producer.tokenEndpoint(settings.issuer().tokenEndpoint());
        }
        ifPresent(AuditTrail.class, producer::auditTrail);
        if (settings.readOnly()) {
            producer.readOnly();
        } else {
            decideBy(producer);
        }
        if (version == settings.fhirVersion()) {
            // Each belongs to one Producer; a second one is given its own by a customizer
            ifPresent(ExportJobStore.class, producer::exportJobs);
            ifPresent(TaskRunner.class, producer::taskRunner);
            ifPresent(SubscriptionService.class, producer::subscriptions);
        }
        beans.getBeanProvider(AtrProducerCustomizer.class)
                .orderedStream()
                .forEach(customizer -> customizer.customize(version, producer));
        return SetupException.from(PRODUCER, producer::build);
    }

    private void decideBy(AtrProducer.Builder producer) {
        AttributionPolicy policy =
                beans.getBeanProvider(AttributionPolicy.class).getIfAvailable();
        if (policy != null) {
            producer.attributionPolicy(policy);
        } else if (beans.getBean(ProducerBackend.class).reconciliation().isPresent()) {
            throw SetupException.missing(
                    "An AttributionPolicy bean",
                    "The backend takes changes, and the policy decides on what Consumers ask for. Add one, or set"
                            + " atr.producer.read-only to true.");
        }
    }

    private <T> void ifPresent(Class<T> type, Consumer<T> setter) {
        beans.getBeanProvider(type).ifAvailable(setter);
    }

    static ServletRegistrationBean<FhirServlet> servlet(AtrProducer producer, String name, String mapping) {
        ServletRegistrationBean<FhirServlet> servlet =
                new ServletRegistrationBean<>(new FhirServlet(producer), mapping);
        servlet.setName(name);
        return servlet;
    }

    /**
     * Returns the mapping of a servlet. A base without a path would take what the host serves beside it, so the root must be
     * asked for.
     */
    static String mapping(@Nullable String path, Supplier<URI> base, String setting) {
        String mount = path == null ? base.get().getPath() : path;
        if (!mount.startsWith("/") || (path == null && mount.equals("/"))) {
            throw new SetupException(
                    setting + (path == null ? " is missing, and the base has none." : " does not begin with a slash."),
                    "Set it to where the Producer is mounted, for example /r4.",
                    null);
        }
        return (mount.endsWith("/") ? mount : mount + "/") + "*";
    }
}
