package dev.ssoportal;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.Architectures;
import dev.ssoportal.http.Endpoint;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The house: three tiers, arrows only down, every library behind its wall (docs/architecture.md). */
class ArchitectureTest {
    private static final String ROOT = "dev.ssoportal";
    private static final List<String> BASE = List.of("config", "store", "crypto", "audit", "http");

    /** What each package may use, beside itself. */
    private static final Map<String, List<String>> ARROWS = Map.ofEntries(
            Map.entry("config", List.of()),
            Map.entry("store", List.of("config")),
            Map.entry("audit", List.of("config")),
            Map.entry("crypto", List.of("config", "store")),
            Map.entry("http", List.of("config", "crypto")),
            Map.entry("directory", BASE),
            Map.entry("session", with(BASE, "directory")),
            Map.entry("token", with(BASE, "directory")),
            Map.entry("logout", with(BASE, "directory", "session", "token")),
            Map.entry("login", with(BASE, "directory", "session", "logout")),
            Map.entry("oidc", with(BASE, "directory", "session", "token", "logout")),
            Map.entry("account", with(BASE, "directory", "session", "token", "logout")),
            Map.entry("launcher", with(BASE, "directory", "session", "token", "logout")));

    private static List<String> with(List<String> some, String... more) {
        return Stream.concat(some.stream(), Stream.of(more)).toList();
    }

    @Test
    void arrowsPointDown() {
        check(arrows());
    }

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages(ROOT);

    private static void check(ArchRule rule) {
        rule.check(CLASSES);
    }

    private static ArchRule arrows() {
        Architectures.LayeredArchitecture layers =
                Architectures.layeredArchitecture().consideringOnlyDependenciesInLayers();
        for (String name : ARROWS.keySet()) {
            layers = layers.layer(name).definedBy(ROOT + "." + name + "..");
        }
        layers = layers.layer("root").definedBy(ROOT);
        for (Map.Entry<String, List<String>> entry : ARROWS.entrySet()) {
            Architectures.LayeredArchitecture.LayerDependencySpecification layer = layers.whereLayer(entry.getKey());
            layers = entry.getValue().isEmpty()
                    ? layer.mayNotAccessAnyLayer()
                    : layer.mayOnlyAccessLayers(entry.getValue().toArray(String[]::new));
        }
        return layers.whereLayer("root").mayNotBeAccessedByAnyLayer();
    }

    @Test
    void noCycles() {
        check(slices().matching(ROOT + ".(*)..").should().beFreeOfCycles());
    }

    @Test
    void everyPackageHasAPlace() {
        Set<String> packages = CLASSES.stream()
                .map(JavaClass::getPackageName)
                .filter(name -> !name.equals(ROOT))
                .map(name -> name.substring(ROOT.length() + 1).split("\\.")[0])
                .collect(Collectors.toSet());

        assertThat(ARROWS.keySet()).containsExactlyInAnyOrderElementsOf(packages);
    }

    private static ArchRule fence(String library, String... inside) {
        return noClasses()
                .that(resideOutsideOfPackages(inside))
                .should()
                .dependOnClassesThat(resideInAPackage(library))
                .because("that library stays behind its wall");
    }

    @Test
    void pac4jInLogin() {
        check(fence("org.pac4j..", "..login.."));
    }

    @Test
    void openSamlInLogin() {
        check(fence("org.opensaml..", "..login.saml.."));
    }

    @Test
    void hazelcastInStore() {
        check(fence("com.hazelcast..", "..store.."));
    }

    @Test
    void jettyInHttp() {
        check(fence("org.eclipse.jetty..", "..http.."));
    }

    @Test
    void thymeleafInHttp() {
        check(fence("org.thymeleaf..", "..http.."));
    }

    @Test
    void servletsInHttp() {
        check(fence("jakarta.servlet..", "..http.."));
    }

    @Test
    void sqlInStores() {
        check(noClasses()
                .that(resideOutsideOfPackages("..store.."))
                .and()
                .haveSimpleNameNotEndingWith("Store")
                .should()
                .dependOnClassesThat(resideInAPackage("org.jdbi..").or(resideInAPackage("java.sql..")))
                .because("SQL is in the classes named Store"));
    }

    @Test
    void theClockIsInjected() {
        check(noClasses()
                .that()
                .haveNameNotMatching("dev\\.ssoportal\\.Main.*")
                .and(resideOutsideOfPackages("..login.saml.."))
                .should()
                .callMethod(java.time.Instant.class, "now")
                .orShould()
                .callMethod(Clock.class, "systemUTC")
                .orShould()
                .callMethod(System.class, "currentTimeMillis"));
    }

    @Test
    void randomnessIsInCrypto() {
        check(noClasses()
                .that(resideOutsideOfPackages("..crypto.."))
                .should()
                .dependOnClassesThat()
                .areAssignableTo(java.util.Random.class));
    }

    @Test
    void endpointsAreFinalAndSayWhatTheyAre() {
        check(classes()
                .that()
                .haveSimpleNameEndingWith("Endpoint")
                .and()
                .areNotInterfaces()
                .should()
                .implement(Endpoint.class)
                .andShould()
                .haveModifier(com.tngtech.archunit.core.domain.JavaModifier.FINAL));
    }

    @Test
    void fewThrowables() {
        check(classes()
                .that()
                .areAssignableTo(Throwable.class)
                .should()
                .haveNameMatching(".*\\.(ConfigException|PageError|OAuthError|SamlError)"));
    }

    @Test
    void namesSaySomething() {
        check(noClasses()
                .should()
                .haveSimpleNameEndingWith("Manager")
                .orShould()
                .haveSimpleNameEndingWith("Helper")
                .orShould()
                .haveSimpleNameEndingWith("Util")
                .orShould()
                .haveSimpleNameEndingWith("Impl")
                .orShould()
                .haveSimpleNameStartingWith("Abstract")
                .orShould()
                .haveSimpleNameStartingWith("Default"));
    }
}
