package conduit.outbound.dns;

import static conduit.outbound.dns.Asking.addresses;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import conduit.outbound.FakeNameServer;
import conduit.outbound.FakeNameServer.Reply;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The hosts file and the search domains hold, also where the operator named the name server. */
class LocalFilesTest {

    private static final Duration FOR_EVER = Duration.ofDays(1);

    @TempDir private Path directory;
    private FakeNameServer server;

    @BeforeEach
    void start() throws IOException {
        server =
                new FakeNameServer(
                        Map.of(
                                "www.corp.test.", Reply.Addresses.of("192.0.2.1"),
                                "www.", Reply.Addresses.of("192.0.2.2"),
                                "silent.lab.test.", new Reply.Silence(),
                                "silent.corp.test.", Reply.Addresses.of("192.0.2.4"),
                                "broken.lab.test.", new Reply.Code(2),
                                "broken.corp.test.", Reply.Addresses.of("192.0.2.3")));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void takesTheHostsFileBeforeTheServers() throws Exception {
        hosts("192.0.2.7 www.test WWW", "2001:db8::7 www.test", "192.0.2.8 www.test", "nonsense");
        try (Asking asking = Asking.reading(files(FOR_EVER), server)) {
            for (String name : new String[] {"www.test", "www.test."}) {
                assertThat(asking.ask(name))
                        .isEqualTo(
                                new Answer.Found(
                                        addresses("192.0.2.7", "192.0.2.8", "2001:db8::7"),
                                        Duration.ZERO));
            }
            assertThat(server.asked()).isEmpty();
        }
    }

    @Test
    void neverAsksAnybodyForLocalhost() throws Exception {
        hosts("127.0.0.3 api.localhost");
        try (Asking asking = Asking.reading(files(FOR_EVER), server)) {
            for (String name : new String[] {"localhost", "localhost.", "some.localhost"}) {
                assertThat(asking.ask(name))
                        .isEqualTo(new Answer.Found(addresses("127.0.0.1", "::1"), Duration.ZERO));
            }
            assertThat(asking.ask("api.localhost"))
                    .isEqualTo(new Answer.Found(addresses("127.0.0.3"), Duration.ZERO));
            assertThat(server.asked()).isEmpty();
        }
    }

    @Test
    void searchesTheDomainsForAShortName() throws Exception {
        resolvConf("search lab.test corp.test");
        try (Asking asking = Asking.reading(files(FOR_EVER), server)) {
            assertThat(asking.ask("www")).isEqualTo(found("192.0.2.1"));
            assertThat(asking.ask("www.")).isEqualTo(found("192.0.2.2"));
            assertThat(asking.ask("broken")).isEqualTo(found("192.0.2.3"));
            assertThat(asking.ask("unknown")).isEqualTo(new Answer.NotFound());
        }
    }

    @Test
    void searchesNoFurtherOnceTheServersAreSilent() throws Exception {
        resolvConf("search lab.test corp.test");
        try (Asking asking = Asking.reading(files(FOR_EVER), server)) {
            assertThat(asking.ask("silent"))
                    .isEqualTo(new Answer.Failed(Answer.Why.SERVERS_SILENT));
        }
    }

    /** Otherwise each domain of a search would take as long as the first. */
    @Test
    void waitsForASilentServerOnlyOnceInASearch() throws Exception {
        resolvConf("search a.test b.test c.test lab.test corp.test");
        try (FakeNameServer silent = new FakeNameServer(_ -> new Reply.Silence());
                Asking asking =
                        Asking.reading(files(FOR_EVER), Duration.ofSeconds(3), silent, server)) {
            assertThat(asking.ask("www")).isEqualTo(found("192.0.2.1"));
            assertThat(silent.asked()).as("both families of the first name").hasSize(2);
        }
    }

    @Test
    void readsTheFilesAgainWhenTheyAreOld() throws Exception {
        hosts("192.0.2.7 www.test");
        try (Asking asking = Asking.reading(files(Duration.ZERO), server)) {
            assertThat(asking.ask("www.test"))
                    .isEqualTo(new Answer.Found(addresses("192.0.2.7"), Duration.ZERO));
            hosts("192.0.2.8 www.test");
            await().untilAsserted(() ->
                    assertThat(asking.ask("www.test"))
                            .isEqualTo(new Answer.Found(addresses("192.0.2.8"), Duration.ZERO)));
        }
    }

    private LocalFiles files(Duration goodFor) {
        return new LocalFiles(
                directory.resolve("hosts"), directory.resolve("resolv.conf"), goodFor);
    }

    private void hosts(String... lines) throws IOException {
        Files.writeString(directory.resolve("hosts"), String.join("\n", lines));
    }

    private void resolvConf(String line) throws IOException {
        Files.writeString(directory.resolve("resolv.conf"), line);
    }

    private static Answer found(String address) {
        return new Answer.Found(addresses(address), Duration.ofSeconds(60));
    }
}
