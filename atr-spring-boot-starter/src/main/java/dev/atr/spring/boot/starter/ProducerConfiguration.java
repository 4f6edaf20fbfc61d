package dev.atr.spring.boot.starter;

import dev.atr.auth.server.AccessTokens;
import dev.atr.auth.server.AuthorizationServer;
import dev.atr.auth.server.ClientRegistry;
import dev.atr.producer.AtrProducer;
import dev.atr.producer.spi.ExportFiles;
import dev.atr.producer.spi.ProducerBackend;
import java.util.Objects;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The Producer, unless the host makes it. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnMissingBean(AtrProducer.class)
class ProducerConfiguration {
    @Bean
    @ConditionalOnMissingBean
    ExportFiles atrExportFiles(ProducerParts parts, ProducerProperties settings) {
        return parts.exportFiles(settings.fhirVersion());
    }

    @Bean
    @ConditionalOnSettings("atr.producer.issuer")
    @ConditionalOnMissingBean({AccessTokens.class, AuthorizationServer.class})
    AccessTokens atrAccessTokens(ProducerParts parts, ProducerProperties settings) {
        return parts.accessTokens(settings.base(), Objects.requireNonNull(settings.issuer()));
    }

    @Bean
    @ConditionalOnBean(ClientRegistry.class)
    @ConditionalOnMissingBean({AccessTokens.class, AuthorizationServer.class})
    AuthorizationServer atrAuthorizationServer(ProducerParts parts, ProducerProperties settings) {
        return parts.authorizationServer(settings.base());
    }

    @Bean
    AtrProducer atrProducer(
            ProducerParts parts,
            ProducerProperties settings,
            ProducerBackend backend,
            ExportFiles files,
            ObjectProvider<AuthorizationServer> authorizationServer,
            ObjectProvider<AccessTokens> accessTokens) {
        AtrProducer.Builder producer =
                AtrProducer.builder(backend).baseUrl(settings.base()).exportFiles(files);
        authorizationServer.ifAvailable(producer::authorizationServer);
        accessTokens.ifAvailable(producer::accessTokens);
        if (authorizationServer.getIfAvailable() == null && accessTokens.getIfAvailable() == null) {
            throw ProducerParts.nobodyMayRead();
        }
        return parts.producer(settings.fhirVersion(), producer);
    }
}
