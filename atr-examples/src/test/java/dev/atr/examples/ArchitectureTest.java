package dev.atr.examples;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.SimpleConditionEvent.violated;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.AccessTarget.CodeUnitAccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaConstructor;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.domain.JavaType;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import java.time.Clock;
import java.util.Calendar;
import java.util.Comparator;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/** What the poms cannot hold: the rules of the house, over the main classes of every module. */
class ArchitectureTest {
    private static final JavaClasses MAIN = new ClassFileImporter()
            .withImportOption(location -> !location.contains("/test-classes/") && !location.contains("-tests.jar"))
            .importPackages("dev.atr");

    /** Each room by its root package, and the rooms it may use; {@code CONTRIBUTING.md}, "Rooms". */
    private static final Map<String, Set<String>> ARROWS = Map.ofEntries(
            Map.entry("dev.atr.core", Set.of()),
            Map.entry("dev.atr.hapi.r4", Set.of("dev.atr.core")),
            Map.entry("dev.atr.hapi.dstu3", Set.of("dev.atr.core")),
            Map.entry("dev.atr.http", Set.of("dev.atr.core")),
            Map.entry("dev.atr.servlet", Set.of("dev.atr.core", "dev.atr.http")),
            Map.entry("dev.atr.auth", Set.of("dev.atr.core", "dev.atr.http")),
            Map.entry("dev.atr.egress", Set.of("dev.atr.core", "dev.atr.http")),
            Map.entry("dev.atr.producer.spi", Set.of("dev.atr.core")),
            Map.entry(
                    "dev.atr.producer.tck",
                    Set.of("dev.atr.core", "dev.atr.auth", "dev.atr.producer.spi", "dev.atr.requirements")),
            Map.entry(
                    "dev.atr.producer", Set.of("dev.atr.core", "dev.atr.http", "dev.atr.auth", "dev.atr.producer.spi")),
            Map.entry("dev.atr.producer.jdbc", Set.of("dev.atr.core", "dev.atr.auth", "dev.atr.producer.spi")),
            Map.entry("dev.atr.subscriptions", Set.of("dev.atr.core", "dev.atr.http", "dev.atr.producer.spi")),
            Map.entry("dev.atr.consumer", Set.of("dev.atr.core", "dev.atr.http", "dev.atr.auth")),
            Map.entry(
                    "dev.atr.spring.boot.starter",
                    Set.of(
                            "dev.atr.core",
                            "dev.atr.http",
                            "dev.atr.servlet",
                            "dev.atr.auth",
                            "dev.atr.egress",
                            "dev.atr.producer.spi",
                            "dev.atr.producer",
                            "dev.atr.consumer")),
            Map.entry("dev.atr.requirements", Set.of()),
            Map.entry("dev.atr.cli", Set.of("dev.atr")),
            Map.entry("dev.atr.examples", Set.of("dev.atr")));

    /** Programs and test kits: what they show or use is not an embedder's dependency. */
    private static final Set<String> NOT_EMBEDDED =
            Set.of("dev.atr.cli", "dev.atr.examples", "dev.atr.producer.tck", "dev.atr.requirements");

    /** What the rooms that are adapters to somebody else's types show of these, beside ours and the JDK's. */
    private static final Map<String, List<String>> ADAPTED = Map.of(
            "dev.atr.servlet", List.of("jakarta.servlet."),
            "dev.atr.hapi.r4", List.of("ca.uhn.fhir.", "org.hl7.fhir."),
            "dev.atr.spring.boot.starter", List.of("org.springframework."));

    @Test
    void coreKnowsNoOtherRoom() {
        classes()
                .that()
                .resideInAPackage("dev.atr.core..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "dev.atr.core..", "java..", "com.fasterxml.jackson.core..", "org.jspecify..", "org.slf4j..")
                .check(MAIN);
    }

    @Test
    void everyRoomUsesOnlyTheRoomsItsArrowsPointTo() {
        classes()
                .should(notDependOn("a room that no arrow points to", (from, to) -> {
                    Set<String> allowed = ARROWS.getOrDefault(room(from), Set.of());
                    return !room(from).equals(room(to)) && !allowed.contains("dev.atr") && !allowed.contains(room(to));
                }))
                .check(MAIN);
    }

    @Test
    void producerAndConsumerNeverTouch() {
        noClasses()
                .that()
                .resideInAnyPackage("dev.atr.producer..", "dev.atr.subscriptions..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("dev.atr.consumer..")
                .allowEmptyShould(true)
                .check(MAIN);
        noClasses()
                .that()
                .resideInAPackage("dev.atr.consumer..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("dev.atr.producer..")
                .allowEmptyShould(true)
                .check(MAIN);
    }

    @Test
    void internalPackagesStayInsideTheirModule() {
        classes()
                .should(notDependOn(
                        "another room's internal package",
                        (from, to) -> isInternal(to) && !room(from).equals(room(to))))
                .check(MAIN);
    }

    @Test
    void packagesAreNamedAfterASubjectAndNeverAfterAKind() {
        noClasses()
                .should()
                .resideInAnyPackage("..util..", "..common..", "..model..", "..dto..", "..impl..")
                .check(MAIN);
    }

    @Test
    void noClassIsNamedImpl() {
        noClasses().should().haveSimpleNameEndingWith("Impl").check(MAIN);
    }

    @Test
    void everyPackageIsNullMarked() {
        List<String> unmarked = MAIN.stream()
                .filter(type -> !room(type).equals("dev.atr.requirements"))
                .map(JavaClass::getPackage)
                .filter(home -> !home.isAnnotatedWith(NullMarked.class))
                .map(JavaPackage::getName)
                .distinct()
                .sorted()
                .toList();

        assertThat(unmarked).isEmpty();
    }

    @Test
    void timeComesFromAnInjectedClock() {
        noClasses()
                .should()
                .accessTargetWhere(
                        describe("the machine's time is read past the Clock", ArchitectureTest::readsTheTime))
                .check(MAIN);
    }

    @Test
    void onlyASleeperSleeps() {
        noClasses()
                .that(describe(
                        "are no Sleeper",
                        type -> type.getAllClassesSelfIsAssignableTo().stream()
                                .noneMatch(each -> each.getSimpleName().equals("Sleeper"))))
                .should()
                .accessTargetWhere(describe(
                        "a thread is put to sleep",
                        access -> access.getTarget().getName().equals("sleep")
                                && (isOwnedBy(access, Thread.class) || isOwnedBy(access, TimeUnit.class))))
                .check(MAIN);
    }

    @Test
    void wiringIsExplicitAndNeverAServiceLoader() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .areAssignableTo(ServiceLoader.class)
                .check(MAIN);
    }

    @Test
    void onlyProgramsWriteToTheConsole() {
        noClasses()
                .that()
                .resideOutsideOfPackages("dev.atr.cli..", "dev.atr.examples..", "dev.atr.requirements..")
                .should(ACCESS_STANDARD_STREAMS)
                .check(MAIN);
    }

    @Test
    void publicSignaturesShowOnlyOurTypesAndTheJdks() {
        classes()
                .that(describe(
                        "are public API of an embedded room",
                        type -> isPublicApi(type) && !NOT_EMBEDDED.contains(room(type))))
                .should(showOnlyOurTypesAndTheJdks())
                .check(MAIN);
    }

    /** The room with the longest root package that holds the class; for classes of others, no room. */
    private static String room(JavaClass type) {
        String name = type.getPackageName();
        return ARROWS.keySet().stream()
                .filter(root -> name.equals(root) || name.startsWith(root + '.'))
                .max(Comparator.comparingInt(String::length))
                .orElse(name);
    }

    private static boolean isOurs(JavaClass type) {
        return type.getPackageName().startsWith("dev.atr");
    }

    private static boolean isInternal(JavaClass type) {
        return List.of(type.getPackageName().split("\\.", -1)).contains("internal");
    }

    private interface Forbidden {
        boolean test(JavaClass from, JavaClass to);
    }

    private static ArchCondition<JavaClass> notDependOn(String what, Forbidden forbidden) {
        return new ArchCondition<>("not depend on " + what) {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                type.getDirectDependenciesFromSelf().stream()
                        .filter(dependency -> isOurs(dependency.getTargetClass().getBaseComponentType()))
                        .filter(dependency ->
                                forbidden.test(type, dependency.getTargetClass().getBaseComponentType()))
                        .forEach(dependency -> events.add(violated(dependency, dependency.getDescription())));
            }
        };
    }

    private static boolean isOwnedBy(JavaAccess<?> access, Class<?> type) {
        return access.getTargetOwner().isEquivalentTo(type);
    }

    private static boolean readsTheTime(JavaAccess<?> access) {
        List<String> parameters = access.getTarget() instanceof CodeUnitAccessTarget target
                ? target.getRawParameterTypes().stream().map(JavaClass::getName).toList()
                : List.of();
        return switch (access.getTarget().getName()) {
            case "now" ->
                access.getTargetOwner().getPackageName().startsWith("java.time")
                        && !parameters.contains(Clock.class.getName());
            case "currentTimeMillis" -> isOwnedBy(access, System.class);
            case "getInstance" -> isOwnedBy(access, Calendar.class);
            case JavaConstructor.CONSTRUCTOR_NAME -> isOwnedBy(access, Date.class) && parameters.isEmpty();
            default -> false;
        };
    }

    private static boolean isPublicApi(JavaClass type) {
        return type.getModifiers().contains(JavaModifier.PUBLIC)
                && !isInternal(type)
                && type.getEnclosingClass().map(ArchitectureTest::isPublicApi).orElse(true);
    }

    private static ArchCondition<JavaClass> showOnlyOurTypesAndTheJdks() {
        return new ArchCondition<>("show only our types and the JDK's") {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                Stream.concat(type.getSuperclass().stream(), type.getInterfaces().stream())
                        .flatMap(supertype -> supertype.getAllInvolvedRawTypes().stream())
                        .filter(shown -> !mayBeShown(type, shown))
                        .forEach(shown -> events.add(violated(type, type.getName() + " extends " + shown.getName())));
                type.getMembers().stream()
                        .filter(ArchitectureTest::isShown)
                        .forEach(member -> shownBy(member)
                                .flatMap(shown -> shown.getAllInvolvedRawTypes().stream())
                                .filter(shown -> !mayBeShown(type, shown))
                                .forEach(shown -> events.add(
                                        violated(member, member.getFullName() + " shows " + shown.getName()))));
            }
        };
    }

    private static boolean isShown(JavaMember member) {
        Set<JavaModifier> modifiers = member.getModifiers();
        return (modifiers.contains(JavaModifier.PUBLIC) || modifiers.contains(JavaModifier.PROTECTED))
                && !modifiers.contains(JavaModifier.SYNTHETIC);
    }

    private static Stream<JavaType> shownBy(JavaMember member) {
        if (member instanceof JavaField field) {
            return Stream.of(field.getType());
        }
        JavaCodeUnit code = (JavaCodeUnit) member;
        return Stream.of(
                        Stream.of(code.getReturnType()),
                        code.getParameterTypes().stream(),
                        code.getExceptionTypes().stream().map(JavaType.class::cast))
                .flatMap(types -> types);
    }

    private static boolean mayBeShown(JavaClass by, JavaClass shown) {
        JavaClass type = shown.getBaseComponentType();
        List<String> adapted = ADAPTED.getOrDefault(room(by), List.of());
        return type.isPrimitive()
                || isOurs(type)
                || Stream.concat(
                                adapted.stream(),
                                Stream.of("java.", "javax.net.", "javax.sql", "javax.crypto.", "javax.security."))
                        .anyMatch((type.getPackageName() + '.')::startsWith);
    }
}
