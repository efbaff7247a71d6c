package conduit.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import conduit.launcher.Installation.Run;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What {@code ./conduit} does until it is the JVM. Each test has an installation of its own. */
@Timeout(value = 60, threadMode = SEPARATE_THREAD) // a read from a process cannot be interrupted
final class LauncherTest {
    private static final String BUILDING = "conduit: building (first start or sources changed) ...";
    private static final String WAITING = "conduit: waiting for another start to finish building";

    @TempDir Path folder;
    private Installation installation;

    @BeforeAll
    static void needsBash() {
        needs("bash");
    }

    @BeforeEach
    void install() throws IOException {
        installation = new Installation(folder, "checkout");
    }

    @AfterEach
    void uninstall() throws IOException {
        installation.close();
    }

    // Which JVM

    @Test
    void prefersTheJvmInJavaHome() throws Exception {
        installation.build();
        Path jvm = Installation.jdk(installation.hiddenFolder(), "25.0.3");
        installation.setVariable("JAVA_HOME", jvm.toString());
        installation.linkOnPath(Installation.jdk(installation.hiddenFolder(), "26"));
        Installation.jdk(installation.usualFolder(), "27");

        assertThat(installation.run().jvm()).isEqualTo(jvm);
    }

    @Test
    void hasTheJvmOutliveTheSignalToOpenLogsAnewBeforeItHandlesIt() throws Exception {
        installation.build();
        Path jvm = Installation.jdk(installation.hiddenFolder(), "25.0.3");
        Files.writeString(
                jvm.resolve("bin/java"),
                """
                #!/usr/bin/env bash
                kill -USR1 $$
                printf '%s\\0' 'still there'
                """);
        installation.setVariable("JAVA_HOME", jvm.toString());

        assertThat(installation.run().output()).containsExactly("still there");
    }

    @Test
    void passesOverAJavaHomeThatIsTooOld() throws Exception {
        installation.build();
        Path old = Installation.jdk(installation.hiddenFolder(), "17.0.15");
        installation.setVariable("JAVA_HOME", old.toString());
        Path jvm = Installation.jdk(installation.usualFolder(), "25.0.3");

        Run run = installation.run();

        assertThat(run.jvm()).isEqualTo(jvm);
        assertThat(run.complaints()).isEmpty();
    }

    @Test
    void passesOverAJavaHomeThatIsEmptyOrNotThere() throws Exception {
        installation.build();
        Path jvm = Installation.jdk(installation.usualFolder(), "25.0.3");

        installation.setVariable("JAVA_HOME", "");
        assertThat(installation.run().jvm()).isEqualTo(jvm);
        installation.setVariable("JAVA_HOME", folder.resolve("nothing here").toString());
        assertThat(installation.run().jvm()).isEqualTo(jvm);
    }

    @Test
    void prefersTheJvmOnThePathToTheUsualFolders() throws Exception {
        installation.build();
        Path jvm = Installation.jdk(installation.hiddenFolder(), "25");
        installation.linkOnPath(jvm);
        Installation.jdk(installation.usualFolder(), "26");

        assertThat(installation.run().jvm()).isEqualTo(jvm);
    }

    @Test
    void findsTheJvmBehindAStubOnThePath() throws Exception {
        installation.build();
        Path jvm = Installation.jdk(installation.hiddenFolder(), "25.0.3");
        installation.stubOnPath(jvm);

        assertThat(installation.run().jvm()).isEqualTo(jvm);
    }

    @Test
    void passesOverAJavaOnThePathThatIsTooOldOrBroken() throws Exception {
        installation.build();
        Path jvm = Installation.jdk(installation.usualFolder(), "25.0.3");

        installation.stubOnPath(Installation.jdk(installation.hiddenFolder(), "1.8.0_452"));
        assertThat(installation.run().jvm()).isEqualTo(jvm);
        installation.stubOnPath(folder.resolve("nothing here"));
        assertThat(installation.run().jvm()).isEqualTo(jvm);
    }

    @Test
    void searchesTheUsualFoldersForOneThatIsNewEnough() throws Exception {
        installation.build();
        Installation.jdk(installation.usualFolder(), "11.0.27");
        Installation.jdk(installation.usualFolder(), "21.0.7");
        Path jvm = Installation.jdk(installation.usualFolder(), "26-ea");

        assertThat(installation.run().jvm()).isEqualTo(jvm);
    }

    @Test
    void asksJavaItselfWhereThereIsNoReleaseFile() throws Exception {
        installation.build();
        Files.delete(Installation.jdk(installation.usualFolder(), "17.0.15").resolve("release"));
        Path jvm = Installation.jdk(installation.usualFolder(), "25.0.3");
        Files.delete(jvm.resolve("release"));

        assertThat(installation.run().jvm()).isEqualTo(jvm);
    }

    @Test
    void saysInOneSentenceThatThereIsNoJava() throws Exception {
        installation.build();
        Installation.jdk(installation.usualFolder(), "17.0.15");

        Run run = installation.run();

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.output()).isEmpty();
        assertThat(run.complaints())
                .singleElement()
                .asString()
                .contains("25", "install", "JAVA_HOME");
    }

    @Test
    void runsOnAJreButBuildsWithAJdk() throws Exception {
        Path jre = Installation.jre(installation.hiddenFolder(), "25.0.3");
        installation.setVariable("JAVA_HOME", jre.toString());
        Path jdk = Installation.jdk(installation.usualFolder(), "25.0.1");

        assertThat(installation.run().jvm()).isEqualTo(jre);
        assertThat(installation.mavenCalls()).singleElement().asString().startsWith(jdk.toString());
    }

    @Test
    void saysInOneSentenceThatAJreCannotBuild() throws Exception {
        Installation.jre(installation.usualFolder(), "25.0.3");

        Run run = installation.run();

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.complaints()).singleElement().asString().contains("javac");
        assertThat(installation.mavenCalls()).isEmpty();
    }

    // When to build

    @Test
    void buildsWhenNothingIsBuilt() throws Exception {
        Path jdk = Installation.jdk(installation.usualFolder(), "25.0.3");

        Run run = installation.run();

        assertThat(run.exitCode()).isZero();
        assertThat(run.complaints()).containsExactly(BUILDING);
        assertThat(installation.mavenCalls())
                .containsExactly(jdk + " -B -q -Dmaven.test.skip=true package");
    }

    @Test
    void isQuietAndLeavesMavenAloneWhenTheBuildIsCurrent() throws Exception {
        installation.build();
        Installation.jre(installation.usualFolder(), "25.0.3");
        Files.delete(installation.maven());

        Run run = installation.run();

        assertThat(run.exitCode()).isZero();
        assertThat(run.complaints()).isEmpty();
    }

    @Test
    void takesItsOwnBuildAsCurrent() throws Exception {
        Installation.jdk(installation.usualFolder(), "25.0.3");

        installation.run();
        Run second = installation.run();

        assertThat(second.complaints()).isEmpty();
        assertThat(installation.mavenCalls()).hasSize(1);
    }

    @Test
    void rebuildsWhenASourceIsNewer() throws Exception {
        installation.build();
        Files.setLastModifiedTime(installation.source(), Installation.when(1));

        assertRebuildsOnce();
    }

    @Test
    void rebuildsWhenThePomIsNewer() throws Exception {
        installation.build();
        Files.setLastModifiedTime(installation.pom(), Installation.when(1));

        assertRebuildsOnce();
    }

    @Test
    void rebuildsWhenASourceWasDeleted() throws Exception {
        installation.build();
        Files.delete(installation.source());

        assertRebuildsOnce();
    }

    @Test
    void rebuildsWhenASourceWasRenamed() throws Exception {
        installation.build();
        Files.move(installation.source(), installation.source().resolveSibling("Other.java"));

        assertRebuildsOnce();
    }

    @Test
    void rebuildsWhenTheJarIsGone() throws Exception {
        installation.build();
        Files.delete(installation.jar());

        assertRebuildsOnce();
    }

    @Test
    void countsAnEditDuringTheBuildAsNewer() throws Exception {
        Installation.jdk(installation.usualFolder(), "25.0.3");
        try (FileChannel gate = installation.gateMaven()) {
            Process first = installation.start(installation.launcher().toString());
            assertThat(first.errorReader().readLine()).isEqualTo(BUILDING);
            installation.editDuringTheBuild(installation.source());
            Installation.openGate(gate);
            assertThat(first.waitFor()).isZero();

            Installation.openGate(gate);
            installation.run();
        }
        assertThat(installation.mavenCalls()).hasSize(2);
    }

    @Test
    void buildsOnceForTwoStartsAtTheSameMoment() throws Exception {
        needs("flock");
        Installation.jdk(installation.usualFolder(), "25.0.3");
        try (FileChannel gate = installation.gateMaven()) {
            Process first = installation.start(installation.launcher().toString());
            assertThat(first.errorReader().readLine()).isEqualTo(BUILDING);
            Process second = installation.start(installation.launcher().toString());
            assertThat(second.errorReader().readLine()).isEqualTo(WAITING);
            Installation.openGate(gate);

            assertThat(first.waitFor()).isZero();
            assertThat(Installation.finish(second).exitCode()).isZero();
        }
        assertThat(installation.mavenCalls()).hasSize(1);
    }

    @Test
    void reportsAFailingBuildAndBuildsAgainNextTime() throws Exception {
        installation.build();
        Files.setLastModifiedTime(installation.source(), Installation.when(1));
        Installation.jdk(installation.usualFolder(), "25.0.3");
        installation.breakMaven();

        Run run = installation.run();

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.output()).isEmpty();
        assertThat(run.complaints())
                .containsExactly(
                        BUILDING,
                        "[ERROR] what Maven says",
                        "conduit: the build failed, Maven's output is above");
        assertThat(installation.run().exitCode()).isEqualTo(1);
    }

    @Test
    void saysInOneSentenceThatMavenIsMissing() throws Exception {
        Installation.jdk(installation.usualFolder(), "25.0.3");
        Files.delete(installation.maven());

        Run run = installation.run();

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.complaints()).singleElement().asString().contains("mvn", "install");
    }

    // Becoming the JVM

    @Test
    void becomesTheJvm() throws Exception {
        Installation.jdk(installation.usualFolder(), "25.0.3");

        Process process = installation.start(installation.launcher().toString());

        assertThat(Installation.finish(process).pidOfTheJvm()).isEqualTo(process.pid());
    }

    @Test
    void passesItsArgumentsOnUnchanged() throws Exception {
        installation.build();
        Installation.jre(installation.usualFolder(), "25.0.3");
        String[] arguments = {
            "--flag=a  b", "", "*", "$HOME", "\\", "'\"", "two\nlines", "-version"
        };

        Run run = installation.run(arguments);

        assertThat(run.jvmArguments())
                .containsSubsequence("-jar", installation.jar().toString())
                .endsWith(arguments);
    }

    @Test
    void givesTheJvmItsOptionsBeforeTheJar() throws Exception {
        installation.build();
        Installation.jre(installation.usualFolder(), "25.0.3");
        installation.setVariable("CONDUIT_JAVA_OPTS", "-Xmx64m  -cp /*");

        assertThat(installation.run().jvmArguments())
                .containsExactly(
                        "--enable-native-access=ALL-UNNAMED",
                        "-XX:+UseCompactObjectHeaders",
                        "-XX:+ExitOnOutOfMemoryError",
                        "-Dio.netty.leakDetection.level=disabled",
                        "-Xmx64m",
                        "-cp",
                        "/*",
                        "-jar",
                        installation.jar().toString());
    }

    @Test
    void worksThroughAChainOfSymbolicLinks() throws Exception {
        installation.build();
        Installation.jre(installation.usualFolder(), "25.0.3");
        Path links = Files.createDirectories(folder.resolve("links"));
        Files.createSymbolicLink(links.resolve("absolute"), installation.launcher());
        Files.createSymbolicLink(links.resolve("relative"), Path.of("absolute"));
        Path link = Files.createSymbolicLink(folder.resolve("link"), Path.of("links/relative"));

        Run run = Installation.finish(installation.start(link.toString()));

        assertThat(run.jvmArguments()).endsWith("-jar", installation.jar().toString());
    }

    @Test
    void worksFromAnyDirectory() throws Exception {
        Installation.jdk(installation.usualFolder(), "25.0.3");
        Path elsewhere = Files.createDirectories(folder.resolve("elsewhere"));

        Run run = Installation.finish(installation.start(elsewhere, "../checkout/conduit"));

        assertThat(run.jvmArguments()).endsWith("-jar", installation.jar().toString());
        assertThat(elsewhere).isEmptyDirectory();
    }

    @Test
    void worksInAFolderWithSpaces() throws Exception {
        try (Installation spaced = new Installation(folder.resolve("a  folder"), "my checkout")) {
            Installation.jdk(spaced.usualFolder(), "25.0.3");

            Run run = spaced.run();

            assertThat(run.complaints()).containsExactly(BUILDING);
            assertThat(run.jvmArguments()).endsWith("-jar", spaced.jar().toString());
        }
    }

    /** Says aloud what is skipped: Maven's summary counts skipped tests but hides the reason. */
    private static void needs(String program) {
        if (Installation.onPath(program).isEmpty()) {
            String reason = "no " + program + " on this machine: the launcher is not fully tested";
            System.err.println(reason);
            abort(reason);
        }
    }

    private void assertRebuildsOnce() throws IOException, InterruptedException {
        Installation.jdk(installation.usualFolder(), "25.0.3");

        assertThat(installation.run().complaints()).isEqualTo(List.of(BUILDING));
        assertThat(installation.run().complaints()).isEmpty();
        assertThat(installation.mavenCalls()).hasSize(1);
    }
}
