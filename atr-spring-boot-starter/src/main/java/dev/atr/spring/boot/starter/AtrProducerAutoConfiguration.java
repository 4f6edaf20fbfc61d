package dev.atr.spring.boot.starter;

import dev.atr.auth.server.ClientRegistry;
import dev.atr.auth.server.ClientStore;
import dev.atr.producer.AtrProducer;
import dev.atr.producer.spi.ProducerBackend;
import dev.atr.servlet.FhirServlet;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.web.servlet.ServletRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;

/**
 * The Producer: where a servlet application has a {@link ProducerBackend} bean, its lists are served at
 * {@code atr.producer.base-url}. Tokens come from the authorization server of {@code atr.producer.issuer}, or else from one
 * of our own, which wants a {@link ClientStore} or {@link ClientRegistry} bean.
 */
@AutoConfiguration
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
@ConditionalOnBean(ProducerBackend.class)
@ConditionalOnBooleanProperty(name = "atr.producer.enabled", matchIfMissing = true)
@EnableConfigurationProperties(ProducerProperties.class)
@Import({WayOut.class, StoredClientsConfiguration.class, ProducerConfiguration.class, Stu3ProducerConfiguration.class})
public final class AtrProducerAutoConfiguration {
    /** Is called by Spring. */
    public AtrProducerAutoConfiguration() {}

    @Bean
    ProducerParts atrProducerParts(ProducerProperties settings, BeanFactory beans) {
        return new ProducerParts(settings, beans);
    }

    @Bean
    @ConditionalOnBean(AtrProducer.class)
    @ConditionalOnMissingBean(name = "atrProducerServlet")
    ServletRegistrationBean<FhirServlet> atrProducerServlet(ProducerProperties settings, AtrProducer producer) {
        return ProducerParts.servlet(
                producer, "atrProducer", ProducerParts.mapping(settings.path(), settings::base, "atr.producer.path"));
    }
}
