package dev.atr.spring.boot.starter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atr.auth.server.AccessTokens;
import dev.atr.auth.server.AuthorizationServer;
import dev.atr.auth.server.ClientRegistry;
import dev.atr.auth.server.IntrospectedTokens;
import dev.atr.auth.server.IssuedTokens;
import dev.atr.core.fhir.FhirVersion;
import dev.atr.egress.GuardedEgress;
import dev.atr.http.FhirRequest;
import dev.atr.http.HttpHeaders;
import dev.atr.http.client.OutgoingClient;
import dev.atr.producer.AtrProducer;
import dev.atr.producer.DirectoryExportFiles;
import dev.atr.producer.spi.ProducerBackend;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.boot.web.servlet.ServletRegistrationBean;

/** When a Producer is made, of what, and what is said when it can't be. */
class AtrProducerAutoConfigurationTest {
    private static final String[] ISSUER = {
        "atr.producer.issuer.name=https://login.payer.example",
        "atr.producer.issuer.jwks-url=https://login.payer.example/jwks",
        "atr.producer.issuer.token-endpoint=https://login.payer.example/token"
    };

    @TempDir
    private Path folder;

    /** An application with all that a Producer wants. */
    private WebApplicationContextRunner whole;

    @BeforeEach
    void setUp() {
        whole = application()
                .withUserConfiguration(PayersSystem.Lists.class, PayersSystem.Clients.class, PayersSystem.Policy.class)
                .withPropertyValues(
                        "atr.producer.base-url=https://fhir.payer.example/fhir/r4",
                        "atr.producer.export-folder=" + folder.resolve("exports"));
    }

    private static WebApplicationContextRunner application() {
        return new WebApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(AtrProducerAutoConfiguration.class));
    }

    @Test
    void servesTheBackendAtThePathOfItsBaseAndIssuesItsOwnTokens() {
        whole.run(application -> {
            assertThat(application).hasSingleBean(AtrProducer.class).hasSingleBean(AuthorizationServer.class);
            assertThat(mappings(application.getBean("atrProducerServlet"))).containsExactly("/fhir/r4/*");
            assertThat(document(application.getBean(AtrProducer.class), "/.well-known/smart-configuration"))
                    .contains("https://fhir.payer.example/fhir/r4/auth/token");
        });
    }

    @Test
    void isMountedElsewhereWhereAProxyStandsInFront() {
        whole.withPropertyValues("atr.producer.path=/lists")
                .run(application -> assertThat(mappings(application.getBean("atrProducerServlet")))
                        .containsExactly("/lists/*"));
    }

    @Test
    void takesTokensOfAnotherIssuerAndIssuesNone() {
        whole.withPropertyValues(ISSUER).run(application -> {
            assertThat(application).hasSingleBean(IssuedTokens.class).doesNotHaveBean(AuthorizationServer.class);
            assertThat(document(application.getBean(AtrProducer.class), "/.well-known/smart-configuration"))
                    .contains("https://login.payer.example/token");
        });
    }

    @Test
    void hasTokensIntrospected() {
        whole.withPropertyValues(
                        "atr.producer.issuer.introspection.endpoint=https://login.payer.example/introspect",
                        "atr.producer.issuer.introspection.client-id=producer",
                        "atr.producer.issuer.introspection.client-secret=secret")
                .run(application -> assertThat(application).hasSingleBean(IntrospectedTokens.class));
    }

    @Test
    void readOnlyProducerWantsNoPolicyAndTakesNoChanges() {
        application()
                .withUserConfiguration(PayersSystem.Lists.class, PayersSystem.Clients.class)
                .withPropertyValues(
                        "atr.producer.base-url=https://fhir.payer.example/r4",
                        "atr.producer.export-folder=" + folder.resolve("exports"),
                        "atr.producer.read-only=true")
                .run(application -> assertThat(document(application.getBean(AtrProducer.class), "/metadata"))
                        .contains("davinci-data-export")
                        .doesNotContain("member-add"));
    }

    @Test
    void serves2VersionsAt2BasesAndTheFirstIsTheOneThatIsInjected() {
        whole.withPropertyValues("atr.producer.stu3.base-url=https://fhir.payer.example/stu3")
                .run(application -> {
                    AtrProducer stu3 = application.getBean("atrStu3Producer", AtrProducer.class);

                    assertThat(mappings(application.getBean("atrStu3ProducerServlet")))
                            .containsExactly("/stu3/*");
                    assertThat(document(stu3, "/metadata")).contains("\"fhirVersion\":\"3.0.2\"");
                    assertThat(document(stu3, "/.well-known/smart-configuration"))
                            .contains("https://fhir.payer.example/stu3/auth/token");
                    assertThat(document(
                                    application
                                            .getBeanProvider(AtrProducer.class)
                                            .getObject(),
                                    "/metadata"))
                            .contains("\"fhirVersion\":\"4.0.1\"");
                });
    }

    @Test
    void customizerHasTheLastWord() {
        List<FhirVersion> asked = new ArrayList<>();
        AtrProducerCustomizer noPlainExport = (version, producer) -> {
            asked.add(version);
            producer.plainExport(false);
        };

        whole.withBean(AtrProducerCustomizer.class, () -> noPlainExport).run(application -> {
            assertThat(asked).containsExactly(FhirVersion.R4);
            assertThat(document(application.getBean(AtrProducer.class), "/metadata"))
                    .doesNotContain("OperationDefinition/group-export");
        });
    }

    @Test
    void beansOfTheHostTakeThePlaceOfOurs() {
        DirectoryExportFiles files = DirectoryExportFiles.open(folder.resolve("elsewhere"));
        AccessTokens tokens = token -> Optional.empty();

        whole.withPropertyValues("atr.producer.export-folder=")
                .withBean(DirectoryExportFiles.class, () -> files)
                .withBean(AccessTokens.class, () -> tokens)
                .run(application -> {
                    assertThat(application).hasSingleBean(AtrProducer.class).doesNotHaveBean(AuthorizationServer.class);
                    assertThat(application.getBean(AccessTokens.class)).isSameAs(tokens);
                });
    }

    @Test
    void producerOfTheHostIsServedAsItIs() {
        try (DirectoryExportFiles files = DirectoryExportFiles.open(folder.resolve("elsewhere"));
                AtrProducer own = AtrProducer.builder(new NoLists())
                        .baseUrl(URI.create("https://fhir.payer.example/own"))
                        .accessTokens(token -> Optional.empty())
                        .exportFiles(files)
                        .build()) {
            application()
                    .withUserConfiguration(PayersSystem.Lists.class)
                    .withPropertyValues("atr.producer.path=/own")
                    .withBean(AtrProducer.class, () -> own)
                    .run(application -> {
                        assertThat(application.getBean(AtrProducer.class)).isSameAs(own);
                        assertThat(mappings(application.getBean("atrProducerServlet")))
                                .containsExactly("/own/*");
                    });
        }
    }

    @Test
    void whatWasOpenedIsClosedWithTheContext() {
        whole.run(application -> assertThat(application).hasNotFailed());

        DirectoryExportFiles.open(folder.resolve("exports/r4")).close(); // in use, it would be refused
    }

    @Test
    void backendIsClosedWhenTheProducerHasEnded() {
        List<Path> free = new ArrayList<>();
        class ClosedBackend extends NoLists implements AutoCloseable {
            @Override
            public void close() {
                // Refused while the Producer has it
                DirectoryExportFiles.open(folder.resolve("exports/r4")).close();
                free.add(folder);
            }
        }

        application()
                .withPropertyValues(
                        "atr.producer.base-url=https://fhir.payer.example/r4",
                        "atr.producer.export-folder=" + folder.resolve("exports"))
                .withBean(AccessTokens.class, () -> token -> Optional.empty())
                .withBean(ProducerBackend.class, ClosedBackend::new)
                .run(application -> assertThat(application).hasSingleBean(AtrProducer.class));

        assertThat(free).hasSize(1);
    }

    @Test
    void callsNobodyWhereTokensAreItsOwn() {
        whole.run(application -> assertThat(application.getBeanFactory().containsSingleton("atrOutgoingClient"))
                .isFalse());
    }

    @Test
    void makesNothingWithoutABackend() {
        application().run(application -> assertThat(application).doesNotHaveBean(AtrProducer.class));
    }

    @Test
    void makesNothingWhenSwitchedOff() {
        whole.withPropertyValues("atr.producer.enabled=false")
                .run(application -> assertThat(application)
                        .doesNotHaveBean(AtrProducer.class)
                        .doesNotHaveBean(ServletRegistrationBean.class));
    }

    @Test
    void makesNothingInAnApplicationWithoutWeb() {
        new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(AtrProducerAutoConfiguration.class))
                .withUserConfiguration(PayersSystem.Lists.class)
                .run(application -> assertThat(application).doesNotHaveBean(AtrProducer.class));
    }

    static Stream<Arguments> mistakes() {
        return Stream.of(
                mistake("no base", "atr.producer.base-url is missing.", "atr.producer.base-url="),
                mistake(
                        "base without TLS",
                        "baseUrl must be an https address",
                        "atr.producer.base-url=http://fhir.payer.example/r4",
                        ISSUER),
                mistake(
                        "base without TLS, own tokens",
                        "atr.producer can't be used",
                        "atr.producer.base-url=http://fhir.payer.example/r4"),
                mistake(
                        "base without path",
                        "atr.producer.path is missing, and the base has none.",
                        "atr.producer.base-url=https://fhir.payer.example"),
                mistake("path", "atr.producer.path does not begin with a slash.", "atr.producer.path=r4"),
                mistake("no folder", "atr.producer.export-folder is missing.", "atr.producer.export-folder="),
                mistake(
                        "issuer without a way to check",
                        "atr.producer.issuer does not say how tokens are checked.",
                        "atr.producer.issuer.name=https://login.payer.example"),
                mistake(
                        "issuer without a name",
                        "atr.producer.issuer.name is missing.",
                        "atr.producer.issuer.jwks-url=https://login.payer.example/jwks"),
                mistake(
                        "issuer without TLS",
                        "atr.producer.issuer can't be used: key set address",
                        "atr.producer.issuer.name=x",
                        "atr.producer.issuer.jwks-url=http://login.payer.example/jwks"),
                mistake(
                        "two ways to check",
                        "atr.producer.issuer says in two ways how tokens are checked.",
                        "atr.producer.issuer.introspection.client-id=producer",
                        ISSUER),
                mistake(
                        "introspection without endpoint",
                        "atr.producer.issuer.introspection.endpoint is missing.",
                        "atr.producer.issuer.introspection.client-id=producer"),
                mistake(
                        "introspection without secret",
                        "atr.producer.issuer.introspection.client-secret is missing.",
                        "atr.producer.issuer.introspection.endpoint=https://login.payer.example/introspect",
                        "atr.producer.issuer.introspection.client-id=producer"),
                mistake(
                        "one version twice",
                        "name the same FHIR version",
                        "atr.producer.fhir-version=stu3",
                        "atr.producer.stu3.base-url=https://fhir.payer.example/stu3"),
                mistake(
                        "second base without address",
                        "atr.producer.stu3.base-url is missing.",
                        "atr.producer.stu3.path=/stu3"));
    }

    private static Arguments mistake(String name, String said, String setting, String... others) {
        List<String> settings = new ArrayList<>(List.of(others));
        settings.add(0, setting);
        return Arguments.argumentSet(name, said, settings.toArray(String[]::new));
    }

    @ParameterizedTest
    @MethodSource("mistakes")
    void saysWhatIsWrong(String said, String[] settings) {
        whole.withPropertyValues(settings)
                .run(application ->
                        assertThat(Said.of(application.getStartupFailure())).contains(said));
    }

    @Test
    void saysThatThePolicyIsMissing() {
        application()
                .withUserConfiguration(PayersSystem.Lists.class, PayersSystem.Clients.class)
                .withPropertyValues(
                        "atr.producer.base-url=https://fhir.payer.example/r4",
                        "atr.producer.export-folder=" + folder.resolve("exports"))
                .run(application -> assertThat(Said.of(application.getStartupFailure()))
                        .contains("An AttributionPolicy bean is missing.", "atr.producer.read-only"));
    }

    @Test
    void saysThatNobodyMayReadAndSpringBootPrintsIt() {
        application()
                .withUserConfiguration(PayersSystem.Lists.class, PayersSystem.Policy.class)
                .withPropertyValues(
                        "atr.producer.base-url=https://fhir.payer.example/r4",
                        "atr.producer.export-folder=" + folder.resolve("exports"))
                .run(application -> {
                    FailureAnalysis printed =
                            new SetupFailureAnalyzer().analyze(Objects.requireNonNull(application.getStartupFailure()));

                    assertThat(printed.getDescription()).isEqualTo("Nothing says who may read the lists.");
                    assertThat(printed.getAction()).contains("ClientRegistry bean", "atr.producer.issuer");
                });
    }

    @Test
    void registrationsInAStoreWantTheGuardedWayOut() {
        whole.run(application ->
                assertThat(application).hasSingleBean(ClientRegistry.class).hasSingleBean(GuardedEgress.class));
        whole.withClassLoader(new FilteredClassLoader(GuardedEgress.class))
                .run(application ->
                        assertThat(Said.of(application.getStartupFailure())).contains("atr-egress"));
    }

    @Test
    void saysThatTheFolderIsOpenToOthers() throws Exception {
        Path open = Files.createDirectories(folder.resolve("open/r4"));
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxr-xr-x"));

        whole.withPropertyValues("atr.producer.export-folder=" + folder.resolve("open"))
                .run(application -> assertThat(Said.of(application.getStartupFailure()))
                        .contains("atr.producer.export-folder can't be used", "is open to others"));
    }

    @Test
    void wayOutOfTheHostIsTaken() {
        try (OutgoingClient own = OutgoingClient.builder().build()) {
            Supplier<OutgoingClient> theirs = () -> own;
            whole.withPropertyValues(ISSUER)
                    .withBean("proxied", OutgoingClient.class, theirs)
                    .run(application -> assertThat(application.getBeansOfType(OutgoingClient.class))
                            .isEqualTo(Map.of("proxied", own)));
        }
    }

    private static List<String> mappings(Object servlet) {
        return List.copyOf(((ServletRegistrationBean<?>) servlet).getUrlMappings());
    }

    private static String document(AtrProducer producer, String path) throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        producer.handle(new FhirRequest("GET", path, null, HttpHeaders.of(), InputStream.nullInputStream()))
                .body()
                .writeTo(out);
        return out.toString(StandardCharsets.UTF_8);
    }
}
