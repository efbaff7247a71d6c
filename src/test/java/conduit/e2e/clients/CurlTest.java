package conduit.e2e.clients;

import static org.assertj.core.api.Assertions.assertThat;

import conduit.e2e.kit.Certificate;
import conduit.e2e.kit.Family;
import conduit.e2e.kit.Finished;
import conduit.e2e.kit.Installed;
import conduit.e2e.kit.Load;
import conduit.e2e.kit.Target;
import conduit.e2e.kit.TestProxy;
import conduit.e2e.kit.WebServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The client everybody has: curl, each of its ways to use a proxy, http and https. */
class CurlTest {

    private static final Load LOAD = Load.ofMegabytes(5, 1);

    @AutoClose private static final TestProxy proxy = TestProxy.with();

    @TempDir private static Path directory;

    private static SSLContext certificate;

    /** How curl is told to use a proxy. */
    enum Via {
        FORWARD_OR_CONNECT {
            @Override
            List<String> options() {
                return List.of("-x", "http://" + Target.of(proxy.http()));
            }
        },
        CONNECT {
            @Override
            List<String> options() {
                return List.of("--proxytunnel", "-x", "http://" + Target.of(proxy.http()));
            }
        },
        SOCKS5_WITH_OWN_LOOKUP {
            @Override
            List<String> options() {
                return List.of("--socks5", Target.of(proxy.socks5()).authority());
            }
        },
        SOCKS5_WITH_OUR_LOOKUP {
            @Override
            List<String> options() {
                return List.of("--socks5-hostname", Target.of(proxy.socks5()).authority());
            }
        };

        abstract List<String> options();
    }

    record Visit(Via via, Family family) {}

    static Stream<Visit> visits() {
        return Arrays.stream(Via.values())
                .flatMap(via ->
                        Arrays.stream(Family.values()).map(family -> new Visit(via, family)));
    }

    @BeforeAll
    static void prepare() throws Exception {
        Installed.program("curl");
        certificate = Certificate.selfSigned(directory).context();
    }

    @ParameterizedTest
    @MethodSource("visits")
    void downloadsOverHttp(Visit visit) throws Exception {
        try (WebServer web = WebServer.plain(visit.family(), LOAD)) {
            expectLoad(curl(visit.via(), web.url("/load")));
        }
    }

    @ParameterizedTest
    @MethodSource("visits")
    void downloadsOverHttps(Visit visit) throws Exception {
        try (WebServer web = WebServer.tls(visit.family(), LOAD, certificate)) {
            expectLoad(curl(visit.via(), "-k", web.url("/load")));
        }
    }

    @ParameterizedTest
    @EnumSource
    void uploads(Via via) throws Exception {
        Path file = Files.write(directory.resolve("upload"), LOAD.bytes());
        try (WebServer web = WebServer.plain(Family.IPV4, LOAD)) {
            expectLoad(curl(via, "--data-binary", "@" + file, web.url("/echo")));
        }
    }

    @ParameterizedTest
    @EnumSource
    void uploadsInChunks(Via via) throws Exception {
        Path file = Files.write(directory.resolve("upload"), LOAD.bytes());
        try (WebServer web = WebServer.tls(Family.IPV4, LOAD, certificate)) {
            expectLoad(
                    curl(
                            via,
                            "-k",
                            "-H",
                            "Transfer-Encoding: chunked",
                            "-T",
                            file.toString(),
                            web.url("/echo")));
        }
    }

    @ParameterizedTest
    @EnumSource
    void reusesItsConnection(Via via) throws Exception {
        try (WebServer web = WebServer.plain(Family.IPV4, new Load(10, 1))) {
            Finished curl =
                    curl(via, "-w", "[%{num_connects}]", web.url("/load"), web.url("/load"));
            assertThat(curl.exitCode()).as("%s", curl.errors()).isEqualTo(0);
            String load = WebServer.text(new Load(10, 1));
            assertThat(curl.output()).isEqualTo(load + "[1]" + load + "[0]");
        }
    }

    @Test
    void isToldThatTheConnectionWasRefused() throws Exception {
        Target closed = Target.closed(Family.IPV4);
        Finished forward = curl(Via.FORWARD_OR_CONNECT, "-w", "%{http_code}", closed.url("/"));
        assertThat(forward.output()).endsWith("502");
        Finished connect = curl(Via.CONNECT, "-w", "%{http_connect}", closed.url("/"));
        assertThat(connect.exitCode()).isEqualTo(56);
        assertThat(connect.output()).isEqualTo("502");
        Finished socks = curl(Via.SOCKS5_WITH_OUR_LOOKUP, "-w", "%{proxy_error}", closed.url("/"));
        assertThat(socks.errors()).isNotEmpty();
        assertThat(socks.exitCode()).as("CURLE_PROXY").isEqualTo(97);
    }

    private static void expectLoad(Finished curl) throws IOException {
        assertThat(curl.exitCode()).as("%s", curl.errors()).isEqualTo(0);
        assertThat(curl.output().equals(WebServer.text(LOAD)))
                .as("the body, %d bytes, is what was sent", curl.output().length())
                .isTrue();
    }

    private static Finished curl(Via via, String... options)
            throws IOException, InterruptedException {
        // The environment or a .curlrc must not decide what is tested.
        List<String> command =
                new ArrayList<>(List.of("curl", "-q", "-sS", "--noproxy", "", "--max-time", "50"));
        command.addAll(via.options());
        command.addAll(List.of(options));
        return Finished.of(new ProcessBuilder(command).start());
    }
}
