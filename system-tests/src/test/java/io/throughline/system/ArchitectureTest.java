package io.throughline.system;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The rules of the house, read off the class files of all modules. */
class ArchitectureTest {

    private static final List<String> SERVICES = List.of("campaign", "enrollment", "analytics", "chat", "jobs");
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .importPaths(Stream.of(
                            "event-contracts",
                            "platform",
                            "campaign-service",
                            "enrollment-service",
                            "analytics-service",
                            "chat-service",
                            "job-worker",
                            "deploy/local")
                    .map(module -> Path.of(System.getProperty("throughline.root"), module, "target", "classes"))
                    .toList());

    private static String packageOf(String name) {
        return "io.throughline." + name + "..";
    }

    @Test
    void seesTheClassesOfEveryModule() {
        for (String name : Stream.concat(SERVICES.stream(), Stream.of("platform", "events", "local"))
                .toList()) {
            assertThat(CLASSES).as(name).anyMatch(each -> each.getPackageName().startsWith("io.throughline." + name));
        }
    }

    @Test
    void featuresOfAServiceDependOnEachOtherInOneDirection() {
        for (String service :
                Stream.concat(SERVICES.stream(), Stream.of("platform")).toList()) {
            slices().matching("io.throughline." + service + ".(*)..")
                    .should()
                    .beFreeOfCycles()
                    .check(CLASSES);
        }
    }

    @Test
    void servicesKnowNoOtherService() {
        for (String service : SERVICES) {
            noClasses()
                    .that()
                    .resideInAPackage(packageOf(service))
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(SERVICES.stream()
                            .filter(other -> !other.equals(service))
                            .map(ArchitectureTest::packageOf)
                            .toArray(String[]::new))
                    .check(CLASSES);
        }
    }

    @Test
    void thePlatformKnowsNoService() {
        noClasses()
                .that()
                .resideInAPackage(packageOf("platform"))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        SERVICES.stream().map(ArchitectureTest::packageOf).toArray(String[]::new))
                .check(CLASSES);
    }

    @Test
    void contractsDependOnNothing() {
        classes()
                .that()
                .resideInAPackage(packageOf("events"))
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage("java..", packageOf("events"), "com.fasterxml.jackson.annotation..")
                .check(CLASSES);
    }

    @Test
    void packagesAreNamedByWhatTheyAreAbout() {
        noClasses()
                .should()
                .resideInAnyPackage(Stream.of(
                                "util", "utils", "common", "helper", "manager", "impl", "dto", "mapper", "config",
                                "service")
                        .map(name -> "io.throughline.." + name + "..")
                        .toArray(String[]::new))
                .check(CLASSES);
    }
}
