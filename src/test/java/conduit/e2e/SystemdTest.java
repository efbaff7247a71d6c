package conduit.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import conduit.e2e.kit.Finished;
import conduit.e2e.kit.Installed;
import conduit.e2e.kit.Launch;
import conduit.e2e.kit.NetworkNamespace;
import conduit.e2e.kit.Origin;
import conduit.e2e.kit.Peer;
import conduit.e2e.kit.ServiceManager;
import conduit.e2e.kit.Strace;
import conduit.e2e.kit.TestProxy;
import conduit.e2e.kit.Wiring;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What systemd and conduit say to each other: sd_notify(3), sd_listen_fds(3). */
class SystemdTest {

    private static final long O_NONBLOCK = 0x800;

    /**
     * Listens on the addresses in front of {@code --}, puts their ports where the command behind it
     * says PORT0, PORT1 and so on, and becomes that command with the sockets as systemd passes
     * them: from descriptor 3 on, and blocking.
     */
    private static final String PASSING_ON =
            """
            import os, socket, sys
            end = sys.argv.index('--')
            command = sys.argv[end + 1:]
            passed = []
            for address in sys.argv[1:end]:
                six = ':' in address
                listener = socket.socket(socket.AF_INET6 if six else socket.AF_INET)
                listener.bind((address, 0))
                listener.listen()
                passed.append(os.dup(listener.fileno()))
                port = str(listener.getsockname()[1])
                name = 'PORT%d' % (len(passed) - 1)
                command = [word.replace(name, port) for word in command]
            aside = [os.dup2(fd, 50 + i) for i, fd in enumerate(passed)]
            for i, fd in enumerate(aside):
                os.dup2(fd, 3 + i)
                os.close(fd)
            os.environ['LISTEN_FDS'] = str(len(aside))
            os.environ['LISTEN_PID'] = str(os.getpid())
            os.execvp(command[0], command)
            """;

    /**
     * Listens, connects to itself, says what its first argument is, and only then starts the
     * command behind it, with PORT replaced and the socket passed on. Says what the client hears
     * first, and has the command stop; or, where it ends before, where the client is. Ends as the
     * command does.
     */
    private static final String QUEUED =
            """
            import os, select, signal, socket, sys
            listener = socket.create_server(('127.0.0.1', 0))
            client = socket.create_connection(listener.getsockname())
            client.sendall(sys.argv[1].encode())
            port = str(listener.getsockname()[1])
            command = [word.replace('PORT', port) for word in sys.argv[2:]]
            child = os.fork()
            if child == 0:
                os.dup2(listener.fileno(), 50)
                os.dup2(50, 3)
                os.close(50)
                os.environ['LISTEN_FDS'] = '1'
                os.environ['LISTEN_PID'] = str(os.getpid())
                os.execvp(command[0], command)
            running = os.pidfd_open(child)
            if client in select.select([client, running], [], [])[0]:
                print(client.makefile().readline(), end='')
                os.kill(child, signal.SIGTERM)
            elif select.select([listener], [], [], 0)[0]:
                print('waiting')
            else:
                print('accepted')
            sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
            """;

    private static Finished queued(String said, Launch launch) throws InterruptedException {
        return launch.under(Installed.program("python3"), "-c", QUEUED, said).run();
    }

    /** Or each of systemd's tries to start it would cost those who wait. */
    @Test
    void acceptsNobodyWhereTheAdminListenerCannotBeHad() throws Exception {
        try (Origin taken = Origin.listen()) {
            Launch launch =
                    Launch.withOnly(
                            "--http-listen=127.0.0.1:PORT",
                            "--admin-listen=" + taken.target().authority());
            Finished finished = queued("GET / HTTP/1.1\r\n", launch);
            assertThat(finished.errors()).singleElement().asString().contains("(--admin-listen)");
            assertThat(finished.exitCode()).isEqualTo(1);
            assertThat(finished.output()).isEqualTo("waiting\n");
        }
    }

    /**
     * In a network of its own, where the port is free. There is time for a client before the admin
     * listener is bound, if it were accepted by then.
     */
    @Test
    void dialsTheAdminListenerForNobodyFromTheFirstClientOn() throws Exception {
        String toAdmin = "CONNECT 127.0.0.1:9000 HTTP/1.1\r\nHost: 127.0.0.1:9000\r\n\r\n";
        Launch launch =
                Launch.withOnly(
                        "--http-listen=127.0.0.1:PORT",
                        "--admin-listen=127.0.0.1:9000",
                        "--guard=off",
                        "--drain-timeout=0s");
        try (NetworkNamespace network = NetworkNamespace.open()) {
            Launch slow = Strace.tampering(launch, "listen:delay_enter=1s");
            Finished finished = network.call(() -> queued(toAdmin, slow));
            assertThat(finished.output())
                    .as("%s", finished)
                    .isEqualTo("HTTP/1.1 508 Loop Detected\n");
            assertThat(finished.exitCode()).isEqualTo(0);
        }
    }

    private static Launch passing(Launch launch, String... addresses) {
        List<String> program = new ArrayList<>();
        program.addAll(List.of(Installed.program("python3"), "-c", PASSING_ON));
        program.addAll(List.of(addresses));
        program.add("--");
        return launch.under(program.toArray(String[]::new));
    }

    @Test
    void tellsThatItIsReadyAndThatItStops(@TempDir Path folder) throws Exception {
        try (ServiceManager systemd = ServiceManager.at(folder.resolve("notify").toString());
                TestProxy proxy = systemd.starts(Launch.withBothListeners()).start()) {
            String ready = systemd.await(message -> message.startsWith("READY=1\n"));
            assertThat(ready)
                    .contains("STATUS=serving http 127.0.0.1:" + proxy.http().getPort())
                    .contains(", socks5 127.0.0.1:" + proxy.socks5().getPort())
                    .contains(" connections, 0 accepted so far");
            assertThat(proxy.terminate()).isEqualTo(0);
            systemd.await(message -> message.startsWith("STOPPING=1\n"));
        }
    }

    /**
     * Or systemd would kill it in the middle of a long drain: TimeoutStopSec= knows nothing of it.
     */
    @Test
    void saysHowLongItMayTakeToStop(@TempDir Path folder) throws Exception {
        try (ServiceManager systemd = ServiceManager.at(folder.resolve("notify").toString());
                TestProxy proxy =
                        systemd.starts(
                                        Launch.withBothListeners(
                                                "--shutdown-delay=10ms", "--drain-timeout=1h"))
                                .start()) {
            assertThat(proxy.terminate()).isEqualTo(0);
            String stopping = systemd.await(message -> message.startsWith("STOPPING=1\n"));
            long micros = 10_000 + 3_600_000_000L + 15_000_000;
            assertThat(stopping.lines()).contains("EXTEND_TIMEOUT_USEC=" + micros);
        }
    }

    /** {@code journalctl --priority=warning} has the warnings then, and nothing else. */
    @Test
    void tellsTheJournalTheLevelOfEachLine() throws Exception {
        String[] journal = {
            "sh", "-c", "JOURNAL_STREAM=$(stat -Lc %d:%i /proc/$$/fd/2) exec \"$0\" \"$@\""
        };
        try (TestProxy proxy = Launch.withBothListeners().under(journal).start()) {
            assertThat(proxy.awaitLog("listening: http")).startsWith("<6>20");
            assertThat(proxy.reload()).startsWith("<6>20");
            assertThat(proxy.log()).isNotEmpty().allMatch(line -> line.matches("<[346]>20.*"));
        }
        assertThat(Launch.withOnly("--no-such-flag").under(journal).run().errors())
                .first()
                .asString()
                .startsWith("<3>conduit: ");
    }

    @Test
    void tellsAnAbstractSocketToo() throws Exception {
        try (ServiceManager systemd = ServiceManager.at("@conduit-test-" + UUID.randomUUID());
                TestProxy proxy = systemd.starts(Launch.withBothListeners()).start()) {
            systemd.await(message -> message.startsWith("READY=1\n"));
            assertThat(proxy.terminate()).isEqualTo(0);
        }
    }

    @Test
    void feedsTheWatchdogAndKeepsTheStatusUpToDate() throws Exception {
        try (ServiceManager systemd = ServiceManager.at("@conduit-test-" + UUID.randomUUID());
                TestProxy proxy =
                        systemd.starts(Launch.withBothListeners(), "WATCHDOG_USEC=100000").start();
                Origin origin = Origin.listen();
                Peer client = Wiring.CONNECT.open(proxy, origin.target());
                Peer remote = origin.accept()) {
            client.write("x");
            assertThat(remote.readText(1)).isEqualTo("x");
            systemd.await(_ -> systemd.told().stream().filter("WATCHDOG=1"::equals).count() >= 10);
            systemd.await(message ->
                    message.startsWith("STATUS=serving")
                            && message.contains("; 1 of ")
                            && message.endsWith(" 1 accepted so far"));
        }
    }

    @Test
    void servesWithoutAServiceManagerThatItWasPromised() throws Exception {
        try (TestProxy proxy =
                Launch.withBothListeners().under("env", "NOTIFY_SOCKET=@nobody-is-here").start()) {
            expectToServe(proxy.http(), proxy);
            assertThat(proxy.log())
                    .anyMatch(line -> line.contains("the service manager cannot be told for now"));
        }
    }

    /** More clients than event loops, at a time. */
    private static void expectToServe(InetSocketAddress listener, TestProxy proxy)
            throws Exception {
        Wiring wiring = listener.equals(proxy.http()) ? Wiring.CONNECT : Wiring.SOCKS5;
        List<Peer> ends = new ArrayList<>();
        try (Origin origin = Origin.listen()) {
            for (int i = 0; i < 4 * Runtime.getRuntime().availableProcessors(); i++) {
                Peer client = wiring.open(proxy, origin.target());
                Peer remote = origin.accept();
                ends.addAll(List.of(client, remote));
                client.write("both ways");
                assertThat(remote.readText(9)).isEqualTo("both ways");
            }
        } finally {
            for (Peer end : ends) {
                end.close();
            }
        }
    }

    @Test
    void takesTheSocketWithTheAddressOfAListener() throws Exception {
        Launch launch =
                Launch.withOnly("--http-listen=127.0.0.1:PORT1", "--socks5-listen=[::]:PORT0");
        try (TestProxy proxy = passing(launch, "::", "127.0.0.1").start()) {
            expectToServe(proxy.http(), proxy);
            expectToServe(proxy.socks5(), proxy);
            assertThat(proxy.log()).noneMatch(line -> line.contains("inherited"));
        }
    }

    /** Or a client that has left before it is accepted would stop the event loop. */
    @Test
    void neverWaitsInAnAccept() throws Exception {
        Launch launch = Launch.withOnly("--http-listen=127.0.0.1:PORT0");
        try (TestProxy proxy = passing(launch, "127.0.0.1").start()) {
            Path passed = Path.of("/proc", Long.toString(proxy.pid()), "fdinfo", "3");
            String flags =
                    Files.readString(passed).replaceFirst("(?s).*flags:\\s+([0-7]+)\\s.*", "$1");
            assertThat(Long.parseLong(flags, 8) & O_NONBLOCK).as("O_NONBLOCK").isNotZero();
        }
    }

    @Test
    void closesASocketThatNoListenerWants() throws Exception {
        Launch launch =
                Launch.withOnly("--http-listen=127.0.0.1:0", "--socks5-listen=127.0.0.1:PORT0");
        try (TestProxy proxy = passing(launch, "127.0.0.1", "0.0.0.0").start()) {
            List<String> warnings =
                    proxy.log().stream().filter(line -> line.contains("inherited")).toList();
            assertThat(warnings).singleElement().asString().contains("WARN").contains("0.0.0.0:");
            int port =
                    Integer.parseInt(
                            warnings.getFirst().replaceFirst(".*0\\.0\\.0\\.0:(\\d+) .*", "$1"));
            Peer.expectNobodyAt(new InetSocketAddress(proxy.http().getAddress(), port));
        }
    }
}
