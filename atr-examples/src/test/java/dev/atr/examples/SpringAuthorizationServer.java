package dev.atr.examples;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jose.jwk.source.ImmutableJWKSet;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.proc.SecurityContext;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.ServletContext;
import jakarta.servlet.http.HttpServlet;
import java.net.URI;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.apache.catalina.Context;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.startup.Tomcat;
import org.springframework.context.annotation.Bean;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configuration.EnableWebSecurity;
import org.springframework.security.config.annotation.web.configurers.oauth2.server.authorization.OAuth2AuthorizationServerConfigurer;
import org.springframework.security.oauth2.jose.jws.SignatureAlgorithm;
import org.springframework.security.oauth2.server.authorization.client.InMemoryRegisteredClientRepository;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClient;
import org.springframework.security.oauth2.server.authorization.settings.AuthorizationServerSettings;
import org.springframework.security.oauth2.server.authorization.token.JwtEncodingContext;
import org.springframework.security.oauth2.server.authorization.token.OAuth2TokenCustomizer;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.web.context.support.AnnotationConfigWebApplicationContext;

/**
 * Somebody else's authorization server: Spring's, in Tomcat, as a payer might run it already. Its access tokens are
 * JWTs for one FHIR base.
 */
final class SpringAuthorizationServer implements AutoCloseable {
    private final Tomcat tomcat = new Tomcat();
    private final AnnotationConfigWebApplicationContext spring = new AnnotationConfigWebApplicationContext();

    /**
     * Starts it on a free port of the loopback address.
     *
     * @param folder where the web server may write
     * @param audience what its tokens are for
     * @param clients who may ask for them
     */
    SpringAuthorizationServer(Path folder, URI audience, RegisteredClient... clients) throws LifecycleException {
        spring.addBeanFactoryPostProcessor(beans -> {
            beans.registerSingleton("clients", new InMemoryRegisteredClientRepository(List.of(clients)));
            beans.registerSingleton("audience", new Audience(audience));
        });
        spring.register(Settings.class);
        tomcat.setBaseDir(folder.toString());
        Connector connector = new Connector();
        connector.setPort(0);
        connector.setProperty("address", "127.0.0.1");
        tomcat.setConnector(connector);
        Context context = tomcat.addContext("", folder.toString());
        context.addServletContainerInitializer((classes, servlets) -> secure(servlets), Set.of());
        // Filters run in front of a servlet only.
        Tomcat.addServlet(context, "nothing", new HttpServlet() {}).addMapping("/");
        tomcat.start();
    }

    private void secure(ServletContext servlets) {
        spring.setServletContext(servlets);
        spring.refresh();
        servlets.addFilter("security", spring.getBean("springSecurityFilterChain", Filter.class))
                .addMappingForUrlPatterns(EnumSet.of(DispatcherType.REQUEST), false, "/*");
    }

    URI issuer() {
        return URI.create("http://127.0.0.1:" + tomcat.getConnector().getLocalPort());
    }

    URI tokenEndpoint() {
        return URI.create(issuer() + "/oauth2/token");
    }

    URI jwksUrl() {
        return URI.create(issuer() + "/oauth2/jwks");
    }

    @Override
    public void close() throws LifecycleException {
        tomcat.stop();
        tomcat.destroy();
        spring.close();
    }

    record Audience(URI fhirBase) {}

    /** The wiring, as Spring's own guide shows it. */
    @EnableWebSecurity
    static class Settings {
        @Bean
        SecurityFilterChain security(HttpSecurity http) {
            return http.with(new OAuth2AuthorizationServerConfigurer(), configurer -> {})
                    .authorizeHttpRequests(requests -> requests.anyRequest().authenticated())
                    .build();
        }

        @Bean
        AuthorizationServerSettings settings() {
            return AuthorizationServerSettings.builder().build();
        }

        @Bean
        JWKSource<SecurityContext> keys() throws JOSEException {
            return new ImmutableJWKSet<>(
                    new JWKSet(new RSAKeyGenerator(2048).keyID("spring-1").generate()));
        }

        @Bean
        OAuth2TokenCustomizer<JwtEncodingContext> accessTokens(Audience audience) {
            return token -> {
                token.getJwsHeader().algorithm(SignatureAlgorithm.RS384).type("at+jwt");
                token.getClaims().audience(List.of(audience.fhirBase().toString()));
                token.getClaims().claim("client_id", token.getRegisteredClient().getClientId());
            };
        }
    }
}
