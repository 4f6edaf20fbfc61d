package dev.atr.spring.boot.starter;

import dev.atr.auth.server.AccessTokens;
import dev.atr.core.fhir.FhirVersion;
import dev.atr.producer.AtrProducer;
import dev.atr.producer.spi.ExportFiles;
import dev.atr.producer.spi.ProducerBackend;
import dev.atr.servlet.FhirServlet;
import java.util.Objects;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.web.servlet.ServletRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The second base. What is made here is found by its name alone. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnSettings("atr.producer.stu3")
class Stu3ProducerConfiguration {
    private static final String PRODUCER = "atrStu3Producer";
    private static final String FILES = "atrStu3ExportFiles";

    @Bean(name = FILES, defaultCandidate = false)
    @ConditionalOnMissingBean(name = FILES)
    ExportFiles exportFiles(ProducerParts parts) {
        return parts.exportFiles(FhirVersion.STU3);
    }

    @Bean(name = PRODUCER, defaultCandidate = false)
    @ConditionalOnMissingBean(name = PRODUCER)
    AtrProducer producer(
            ProducerParts parts,
            ProducerProperties settings,
            ProducerBackend backend,
            @Qualifier(FILES) ExportFiles files,
            ObjectProvider<AccessTokens> accessTokens) {
        ProducerProperties.Stu3 stu3 = Objects.requireNonNull(settings.stu3());
        AtrProducer.Builder producer = AtrProducer.builder(backend)
                .baseUrl(stu3.base())
                .fhirVersion(FhirVersion.STU3)
                .exportFiles(files);
        AccessTokens tokensOfTheHost = accessTokens.getIfAvailable();
        if (settings.issuer() != null) {
            producer.accessTokens(parts.accessTokens(stu3.base(), settings.issuer()));
        } else if (tokensOfTheHost != null) {
            producer.accessTokens(tokensOfTheHost);
        } else {
            producer.authorizationServer(parts.authorizationServer(stu3.base()));
        }
        return parts.producer(FhirVersion.STU3, producer);
    }

    @Bean
    @ConditionalOnMissingBean(name = "atrStu3ProducerServlet")
    ServletRegistrationBean<FhirServlet> atrStu3ProducerServlet(
            ProducerProperties settings, @Qualifier(PRODUCER) AtrProducer producer) {
        ProducerProperties.Stu3 stu3 = Objects.requireNonNull(settings.stu3());
        return ProducerParts.servlet(
                producer, PRODUCER, ProducerParts.mapping(stu3.path(), stu3::base, "atr.producer.stu3.path"));
    }
}
