package dev.atr.examples;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.support.DefaultProfileValidationSupport;
import ca.uhn.fhir.context.support.IValidationSupport;
import ca.uhn.fhir.validation.FhirValidator;
import ca.uhn.fhir.validation.ResultSeverityEnum;
import ca.uhn.fhir.validation.ValidationOptions;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Stream;
import org.hl7.fhir.common.hapi.validation.support.CommonCodeSystemsTerminologyService;
import org.hl7.fhir.common.hapi.validation.support.InMemoryTerminologyServerValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.PrePopulatedValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.SnapshotGeneratingValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.UnknownCodeSystemWarningValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.ValidationSupportChain;
import org.hl7.fhir.common.hapi.validation.validator.FhirInstanceValidator;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r5.utils.validation.constants.BestPracticeWarningLevel;
import org.hl7.fhir.utilities.npm.NpmPackage;

/**
 * The guide's own profiles with one US Core package, as a validator. The packages are read from beside the project; a
 * test that needs them is skipped where they are absent.
 */
final class OfficialProfiles {
    static final Path GUIDES = Path.of("..", "..", "shared", "ig").normalize();

    private static final String ATR = "http://hl7.org/fhir/us/davinci-atr/StructureDefinition/atr-";

    private final FhirValidator validator;

    private OfficialProfiles(FhirValidator validator) {
        this.validator = validator;
    }

    static boolean areHere() {
        return Files.isDirectory(GUIDES.resolve("davinci-atr/resources"));
    }

    /**
     * Builds the validator; takes seconds, so build it once.
     *
     * @param usCore name of the US Core package file, for example {@code us_core_311.tgz}
     */
    static OfficialProfiles withUsCore(String usCore) throws IOException {
        FhirContext context = FhirContext.forR4();
        return of(
                context,
                guide(context),
                npmPackage(context, GUIDES.resolve(usCore)),
                npmPackage(context, GUIDES.resolve("plan_net_110.tgz")));
    }

    /** Builds a validator of base STU3, for which no profiles of the guide exist; needs no package. */
    static OfficialProfiles baseStu3() {
        return of(FhirContext.forDstu3());
    }

    private static OfficialProfiles of(FhirContext context, IValidationSupport... profiles) {
        ValidationSupportChain chain = new ValidationSupportChain(profiles);
        chain.addValidationSupport(new DefaultProfileValidationSupport(context));
        chain.addValidationSupport(new CommonCodeSystemsTerminologyService(context));
        chain.addValidationSupport(new InMemoryTerminologyServerValidationSupport(context));
        chain.addValidationSupport(new SnapshotGeneratingValidationSupport(context));
        chain.addValidationSupport(unknownCodeSystemsWarn(context));
        FhirInstanceValidator instances = new FhirInstanceValidator(chain);
        instances.setBestPracticeWarningLevel(BestPracticeWarningLevel.Ignore);
        instances.setErrorForUnknownProfiles(true);
        instances.setAnyExtensionsAllowed(true);
        instances.setNoBindingMsgSuppressed(true);
        instances.setAssumeValidRestReferences(true);
        return new OfficialProfiles(context.newValidator().registerValidatorModule(instances));
    }

    /** Returns what the ATR profile of a resource type finds wrong, one sentence an error; empty when it is valid. */
    List<String> errorsIn(String resourceType, String json) {
        // Base R4 is checked in any case; the options name the profile whatever meta.profile says.
        return errors(json, new ValidationOptions().addProfile(ATR + resourceType.toLowerCase(Locale.ROOT)));
    }

    /** Returns what the base of its FHIR version finds wrong with a resource, and the profiles that it names itself. */
    List<String> errorsIn(String json) {
        return errors(json, new ValidationOptions());
    }

    private List<String> errors(String json, ValidationOptions options) {
        return validator.validateWithResult(json, options).getMessages().stream()
                .filter(message -> message.getSeverity() == ResultSeverityEnum.ERROR
                        || message.getSeverity() == ResultSeverityEnum.FATAL)
                .map(message -> message.getLocationString() + ": " + message.getMessage())
                .toList();
    }

    private static IValidationSupport guide(FhirContext context) throws IOException {
        PrePopulatedValidationSupport support = new PrePopulatedValidationSupport(context);
        for (String folder : List.of("davinci-atr/resources", "subscriptions-backport")) {
            try (Stream<Path> files = Files.list(GUIDES.resolve(folder))) {
                for (Path file : files.sorted().toList()) {
                    // A base with a pinned version can't be resolved beside unpinned ones (C-92).
                    String text = Files.readString(file).replaceAll("\\|7\\.0\\.0", "");
                    add(
                            support,
                            file.toString().endsWith(".xml")
                                    ? context.newXmlParser().parseResource(text)
                                    : context.newJsonParser().parseResource(text));
                }
            }
        }
        return support;
    }

    private static IValidationSupport npmPackage(FhirContext context, Path file) throws IOException {
        PrePopulatedValidationSupport support = new PrePopulatedValidationSupport(context);
        try (InputStream in = Files.newInputStream(file)) {
            NpmPackage npm = NpmPackage.fromPackage(in);
            NpmPackage.NpmPackageFolder folder =
                    Objects.requireNonNull(npm.getFolders().get("package"), "a package has a folder of that name");
            for (String name : folder.listFiles()) {
                if (name.matches("(StructureDefinition|ValueSet|CodeSystem)-.*\\.json")) {
                    byte[] json = folder.fetchFile(name);
                    add(support, context.newJsonParser().parseResource(new String(json, StandardCharsets.UTF_8)));
                }
            }
        }
        return support;
    }

    private static void add(PrePopulatedValidationSupport support, IBaseResource resource) {
        switch (resource.fhirType()) {
            case "StructureDefinition" -> support.addStructureDefinition(resource);
            case "ValueSet" -> support.addValueSet(resource);
            case "CodeSystem" -> support.addCodeSystem(resource);
            default -> {
                // Operations and capability statements say nothing about instances.
            }
        }
    }

    @SuppressWarnings("deprecation") // the only support that keeps an unknown code system from being an error
    private static IValidationSupport unknownCodeSystemsWarn(FhirContext context) {
        UnknownCodeSystemWarningValidationSupport support = new UnknownCodeSystemWarningValidationSupport(context);
        support.setNonExistentCodeSystemSeverity(IValidationSupport.IssueSeverity.WARNING);
        return support;
    }
}
