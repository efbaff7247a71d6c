package conduit;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.netty.channel.ChannelPipeline;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Holds the layout that ARCHITECTURE.md describes. */
class ArchitectureTest {

    private static final JavaClasses CLASSES =
            new ClassFileImporter()
                    .withImportOption(new ImportOption.DoNotIncludeTests())
                    .importPackages("conduit");

    /** What each package may see of the others; itself and its subpackages aside. */
    private static final Map<String, Set<String>> MAY_SEE =
            Map.ofEntries(
                    Map.entry("address", Set.of()),
                    Map.entry("admin", Set.of("address", "config", "metrics", "relay", "tunnel")),
                    Map.entry("config", Set.of("address")),
                    Map.entry("doctor", Set.of("address", "config", "linux", "program", "tproxy")),
                    Map.entry("explain", Set.of("address", "config", "outbound", "policy")),
                    Map.entry("limits", Set.of("address", "config")),
                    Map.entry("linux", Set.of()),
                    Map.entry("metrics", Set.of("address", "config", "tunnel")),
                    Map.entry("relay", Set.of("config", "linux")),
                    Map.entry("systemd", Set.of("linux")),
                    Map.entry("transport", Set.of("config", "linux")),
                    Map.entry("policy", Set.of("address", "config")),
                    Map.entry("program", Set.of()),
                    Map.entry("tproxy", Set.of("address", "config", "program")),
                    Map.entry("tunnel", Set.of("address", "config", "limits", "policy", "relay")),
                    Map.entry("observe", Set.of("address", "config", "relay", "tunnel")),
                    Map.entry(
                            "inbound",
                            Set.of(
                                    "address",
                                    "config",
                                    "limits",
                                    "relay",
                                    "transport",
                                    "tunnel",
                                    "users")),
                    Map.entry("users", Set.of("address", "config")),
                    Map.entry("outbound", Set.of("address", "config", "transport", "tunnel")));

    @Test
    void packagesSeeOnlyWhatTheLayoutAllows() {
        for (String from : MAY_SEE.keySet()) {
            for (String to : MAY_SEE.keySet()) {
                if (!from.equals(to) && !MAY_SEE.getOrDefault(from, Set.of()).contains(to)) {
                    noClasses()
                            .that()
                            .resideInAPackage("conduit." + from + "..")
                            .should()
                            .dependOnClassesThat()
                            .resideInAPackage("conduit." + to + "..")
                            .allowEmptyShould(true)
                            .check(CLASSES);
                }
            }
        }
    }

    @Test
    void everyPackageHasItsPlaceInTheLayout() {
        String[] known =
                MAY_SEE.keySet().stream()
                        .map(name -> "conduit." + name + "..")
                        .toArray(String[]::new);
        classes()
                .that()
                .resideOutsideOfPackage("conduit")
                .should()
                .resideInAnyPackage(known)
                .check(CLASSES);
    }

    @Test
    void noPackagesDependOnEachOtherInACircle() {
        slices().matching("conduit.(*)..").should().beFreeOfCycles().check(CLASSES);
    }

    @Test
    void onlyTheComposingClassesPutHandlersIntoPipelines() {
        DescribedPredicate<JavaMethodCall> composing =
                DescribedPredicate.describe(
                        "adds to a pipeline",
                        call ->
                                call.getTargetOwner().isAssignableTo(ChannelPipeline.class)
                                        && call.getName().matches("(add|replace).*"));
        noClasses()
                .that()
                .doNotHaveFullyQualifiedName("conduit.admin.AdminListener")
                .and()
                .doNotHaveFullyQualifiedName("conduit.inbound.Listeners")
                .and()
                .doNotHaveFullyQualifiedName("conduit.inbound.http.HttpPipeline")
                .and()
                .doNotHaveFullyQualifiedName("conduit.inbound.http.forward.OriginPipeline")
                .and()
                .doNotHaveFullyQualifiedName("conduit.outbound.parent.ParentAttempt")
                .and()
                .doNotHaveFullyQualifiedName("conduit.outbound.tls.TlsAttempt")
                .and()
                .doNotHaveFullyQualifiedName("conduit.transport.LingeringClose")
                .and()
                .resideOutsideOfPackage("conduit.relay")
                .should()
                .callMethodWhere(composing)
                .check(CLASSES);
    }

    @Test
    void onlyTheProgramReadsTheCommandLine() {
        noClasses()
                .that()
                .resideOutsideOfPackages("conduit", "conduit.config.flags")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("conduit.config.flags")
                .check(CLASSES);
    }

    @Test
    void onlyLinuxUsesForeignFunctions() {
        noClasses()
                .that()
                .resideOutsideOfPackage("conduit.linux")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("java.lang.foreign..")
                .check(CLASSES);
    }

    @Test
    void onlyTheProgramExitsAndPrints() {
        noClasses()
                .that()
                .doNotHaveFullyQualifiedName("conduit.Conduit")
                .should()
                .callMethod(System.class, "exit", int.class)
                .orShould()
                .accessField(System.class, "out")
                .orShould()
                .accessField(System.class, "err")
                .check(CLASSES);
    }
}
