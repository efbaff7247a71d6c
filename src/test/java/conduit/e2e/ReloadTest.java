package conduit.e2e;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import conduit.e2e.kit.Family;
import conduit.e2e.kit.Finished;
import conduit.e2e.kit.Head;
import conduit.e2e.kit.Launch;
import conduit.e2e.kit.Origin;
import conduit.e2e.kit.Passwords;
import conduit.e2e.kit.Peer;
import conduit.e2e.kit.Socks5;
import conduit.e2e.kit.Target;
import conduit.e2e.kit.TestProxy;
import conduit.e2e.kit.Wiring;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A program that is given another configuration while it runs. */
class ReloadTest {

    private static final String BOTH =
            """
            http-listen = "127.0.0.1:0"
            socks5-listen = "127.0.0.1:0"
            """;

    private static final String DENY_ALL = "default = \"deny\"\n";

    @TempDir Path folder;

    /** In the place of what was there, at once. */
    private Path file(String toml) throws IOException {
        Path fresh = Files.writeString(folder.resolve("fresh"), toml);
        return Files.move(
                fresh, folder.resolve("conduit.toml"), StandardCopyOption.REPLACE_EXISTING);
    }

    private TestProxy start(String toml, String... flags) throws IOException {
        String[] all = new String[flags.length + 1];
        all[0] = "--config=" + file(toml);
        System.arraycopy(flags, 0, all, 1, flags.length);
        TestProxy proxy = Launch.withOnly(all).start();
        proxy.awaitLog("listening: ", (int) toml.lines().filter(ReloadTest::listens).count());
        return proxy;
    }

    private static boolean listens(String line) {
        return line.contains("-listen = ");
    }

    @Test
    void putsNewRulesInForceAndLeavesTunnelsAlone() throws Exception {
        try (TestProxy proxy = start(BOTH);
                Origin origin = Origin.listen().serving(Origin::echo);
                Origin web = Origin.listen().serving(ReloadTest::answer);
                Peer tunnel = Wiring.CONNECT.open(proxy, origin.target());
                Peer kept = Wiring.FORWARD.ask(proxy, web.target());
                Peer greeted = Peer.to(proxy.socks5())) {
            assertThat(status(kept)).isEqualTo(200);
            greeted.write(Socks5.greeting(Socks5.NO_AUTHENTICATION));
            Socks5.expectNoAuthenticationChosen(greeted);
            file(BOTH + DENY_ALL);
            assertThat(proxy.reload()).endsWith("reloaded: rules 0, others than before");
            kept.write(Wiring.FORWARD.request(web.target()));
            assertThat(status(kept)).isEqualTo(403);
            greeted.write(Socks5.connect(origin.target()));
            assertThat(Socks5.Reply.read(greeted).code()).isEqualTo(2);
            assertThat(tunnel.write("still").readText(5)).isEqualTo("still");
            file(BOTH);
            proxy.reload();
            Wiring.CONNECT.open(proxy, origin.target()).close();
        }
    }

    @Test
    void keepsEverythingAndNamesThePlaceOfAMistake() throws Exception {
        try (TestProxy proxy = start(BOTH);
                Origin origin = Origin.listen().serving(Origin::echo)) {
            Path config = file(BOTH + "dial-timeout = \"soon\"\n");
            Finished check = Launch.withOnly("check", "--config=" + config).run();
            String mistake = check.errors().getFirst().substring("conduit: ".length());
            assertThat(mistake).contains("conduit.toml:3:");
            assertThat(proxy.reload()).endsWith("not reloaded, all stays as it was: " + mistake);
            Files.delete(config);
            assertThat(proxy.reload()).contains("not reloaded", config.toString());
            Wiring.SOCKS5.open(proxy, origin.target()).close();
        }
    }

    @Test
    void bindsNewListenersAndLetsGoOfOthers() throws Exception {
        try (TestProxy proxy = start(BOTH);
                Origin origin = Origin.listen().serving(Origin::echo)) {
            InetSocketAddress kept = proxy.http();
            InetSocketAddress removed = proxy.socks5();
            Peer tunnel = Wiring.SOCKS5.open(proxy, origin.target());
            file("http-listen = ['127.0.0.1:0', '127.0.0.1:0']");
            assertThat(proxy.reload()).endsWith("reloaded: listeners 1 added, 1 removed, 1 kept");
            assertThat(proxy.awaitLog("no longer listening: "))
                    .endsWith("socks5 " + Target.of(removed).authority());
            assertThat(tunnel.write("still").readText(5)).isEqualTo("still");
            InetSocketAddress added = proxy.listener("http").getLast();
            assertThat(added).isNotEqualTo(kept);
            for (InetSocketAddress listener : new InetSocketAddress[] {kept, added}) {
                try (Peer client = Peer.to(listener)) {
                    client.write(Wiring.CONNECT.request(origin.target()));
                    Wiring.CONNECT.expectAccepted(client);
                }
            }
            await().untilAsserted(() -> Peer.expectNobodyAt(removed));
            tunnel.close();
        }
    }

    @Test
    void bindsNothingWhereOneListenerCannotBeHad() throws Exception {
        try (TestProxy proxy = start(BOTH);
                Origin taken = Origin.listen();
                Origin origin = Origin.listen().serving(Origin::echo)) {
            Target free = Target.closed(Family.IPV4);
            int descriptors = proxy.descriptorsAtRest();
            file(
                    BOTH.replace("socks5", "#")
                            + "socks5-listen = ['%s', '%s']\n".formatted(free, taken.target()));
            assertThat(proxy.reload())
                    .contains("not reloaded", taken.target().authority(), "already in use");
            Peer.expectNobodyAt(free.address());
            Wiring.SOCKS5.open(proxy, origin.target()).close();
            proxy.awaitDescriptors(descriptors);
        }
    }

    @Test
    void acceptsWhoeverWaitsInTheQueueOfAListenerThatIsRemoved() throws Exception {
        try (TestProxy proxy = start(BOTH, "--max-connections=1");
                Origin origin = Origin.listen().serving(Origin::echo)) {
            InetSocketAddress removed = proxy.http();
            Peer seated = Wiring.CONNECT.open(proxy, origin.target());
            Peer queued = Peer.to(removed);
            queued.write(Wiring.CONNECT.request(origin.target()));
            file("socks5-listen = \"127.0.0.1:0\"");
            assertThat(proxy.reload()).contains("0 added, 1 removed, 1 kept");
            seated.close();
            Wiring.CONNECT.expectAccepted(queued);
            await().untilAsserted(() -> Peer.expectNobodyAt(removed));
            queued.close();
        }
    }

    @Test
    void waitsNoLongerThanSecondsForSeatsOfThoseInTheQueue() throws Exception {
        try (TestProxy proxy = start(BOTH, "--max-connections=1");
                Origin origin = Origin.listen().serving(Origin::echo)) {
            InetSocketAddress removed = proxy.http();
            try (Peer seated = Wiring.CONNECT.open(proxy, origin.target());
                    Peer queued = Peer.to(removed)) {
                file("socks5-listen = \"127.0.0.1:0\"");
                assertThat(proxy.reload()).contains("0 added, 1 removed, 1 kept");
                queued.expectClosed();
                Peer.expectNobodyAt(removed);
                assertThat(seated.write("still").readText(5)).isEqualTo("still");
            }
        }
    }

    @Test
    void refusesUsersWhoAreGoneAtTheirNextRequest() throws Exception {
        String users = Passwords.flag(folder);
        Path file = folder.resolve("users");
        try (TestProxy proxy = start(BOTH, users);
                Origin web = Origin.listen().serving(ReloadTest::answer)) {
            Peer alice = Peer.to(proxy.http());
            Peer bob = Peer.to(proxy.http());
            Peer eve = Peer.to(proxy.socks5());
            assertThat(status(alice, "alice", web)).isEqualTo(200);
            assertThat(status(bob, "bob", web)).isEqualTo(200);
            eve.write(Socks5.greeting(2));
            assertThat(eve.read(2)).containsExactly(5, 2);
            eve.write(Passwords.message("eve l", Passwords.RIGHT));
            assertThat(eve.read(2)).containsExactly(1, 0);
            Files.write(
                    file,
                    Files.readAllLines(file).stream()
                            .filter(line -> !line.startsWith("alice") && !line.startsWith("eve"))
                            .toList());
            assertThat(proxy.reload()).endsWith("reloaded: users 2, 4 before");
            assertThat(status(alice, "alice", web)).isEqualTo(407);
            assertThat(status(bob, "bob", web)).isEqualTo(200);
            eve.write(Socks5.connect(web.target()));
            assertThat(Socks5.Reply.read(eve).code()).isEqualTo(1);
            Files.writeString(file, "bob:$2y$\n");
            assertThat(proxy.reload()).contains("not reloaded", file + ":1:");
            assertThat(status(bob, "bob", web)).isEqualTo(200);
            for (Peer each : new Peer[] {alice, bob, eve}) {
                each.close();
            }
        }
    }

    private static int status(Peer client, String user, Origin web) throws IOException {
        String request = new String(Wiring.FORWARD.request(web.target()), ISO_8859_1);
        client.write(
                request.replace(
                        "\r\n\r\n", "\r\n" + Passwords.field(user, Passwords.RIGHT) + "\r\n"));
        return status(client);
    }

    private static int status(Peer client) throws IOException {
        Head head = Head.read(client.in());
        client.read(Integer.parseInt(head.values("Content-Length").getFirst()));
        return head.status();
    }

    /** As often as it is asked. */
    private static void answer(Peer peer) throws IOException {
        while (peer.in().available() >= 0) {
            Head.read(peer.in());
            peer.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        }
    }

    @Test
    void takesNoIdleConnectionOfAnUpstreamThatHasChanged() throws Exception {
        try (TestProxy parent = TestProxy.with();
                TestProxy proxy = start(BOTH);
                Origin web = Origin.listen().serving(ReloadTest::answer);
                Peer client = Wiring.FORWARD.ask(proxy, web.target())) {
            assertThat(status(client)).isEqualTo(200);
            String upstream = "upstream = 'socks5://" + Target.of(parent.socks5()) + "'\n";
            file(BOTH + upstream);
            assertThat(proxy.reload()).endsWith("reloaded: upstream");
            client.write(Wiring.FORWARD.request(web.target()));
            assertThat(status(client)).isEqualTo(200);
            // That of the parent waits for the next exchange, and is closed.
            file(BOTH);
            proxy.reload();
            parent.awaitAccessLine(line -> line.outcome().equals("completed"));
        }
    }

    @Test
    void saysWhatTakesARestart() throws Exception {
        try (TestProxy proxy = start(BOTH)) {
            file(BOTH + "threads = 7\nfwmark = 7\ndial-timeout = '3s'\nmax-connections = 77\n");
            assertThat(proxy.reload()).endsWith("reloaded: dial-timeout, max-connections");
            assertThat(proxy.awaitLog("until a restart")).endsWith(": fwmark, threads");
            assertThat(proxy.reload()).endsWith("reloaded: nothing has changed");
        }
    }

    @Test
    void readsTheFilesAgainThatFlagsName() throws Exception {
        String users = Passwords.flag(folder);
        try (TestProxy proxy = TestProxy.with(users)) {
            Passwords.flag(
                    folder, "bob:$2y$04$qKUB/ph7sjZJV3bd0JQNcOauz0ZpFGtgJgtfeDfPL9O/kMQY3ktHu");
            assertThat(proxy.reload()).endsWith("reloaded: users 1, 4 before");
            assertThat(proxy.awaitLog("SIGHUP")).contains("there is no --config");
        }
    }

    /** A user may have some thousands of them (fs.inotify.max_user_watches). */
    @Test
    void watchesNoFolderThatTheFileIsNotIn() throws Exception {
        Path config = folder.resolve("conduit.toml");
        Files.createSymbolicLink(config, Path.of("..data/conduit.toml"));
        linkTo(1);
        try (TestProxy proxy = Launch.withOnly("--config=" + config, "--watch-config").start()) {
            await().until(() -> proxy.watches() == 2);
            for (int i = 2; i < 7; i++) {
                linkTo(i);
                proxy.awaitLog(" reloaded: ", i - 1);
            }
            await().until(() -> proxy.watches() == 2);
        }
    }

    private void linkTo(int version) throws IOException {
        Path next = Files.createDirectory(folder.resolve(".." + version));
        Files.writeString(
                next.resolve("conduit.toml"), BOTH + "dial-timeout = '" + version + "s'\n");
        Path link = Files.createSymbolicLink(folder.resolve("..next"), next.getFileName());
        Files.move(
                link,
                folder.resolve("..data"),
                StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
    }

    @Test
    void noticesALinkThatIsSetAnewAsKubernetesDoes() throws Exception {
        Path first = Files.createDirectory(folder.resolve("..1"));
        Path second = Files.createDirectory(folder.resolve("..2"));
        Files.writeString(first.resolve("conduit.toml"), BOTH);
        Files.writeString(second.resolve("conduit.toml"), BOTH + "dial-timeout = '3s'\n");
        Path data = Files.createSymbolicLink(folder.resolve("..data"), Path.of("..1"));
        Path config =
                Files.createSymbolicLink(
                        folder.resolve("conduit.toml"), Path.of("..data/conduit.toml"));
        try (TestProxy proxy = Launch.withOnly("--config=" + config, "--watch-config").start()) {
            proxy.awaitLog("listening: ", 2);
            // The folder changes, and the file does not.
            Files.writeString(folder.resolve("other"), "");
            Path next = Files.createSymbolicLink(folder.resolve("..next"), Path.of("..2"));
            Files.move(
                    next,
                    data,
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
            assertThat(proxy.awaitLog(" reloaded: ")).endsWith("reloaded: dial-timeout");
            // Where the link leads to now.
            Files.writeString(second.resolve("conduit.toml"), "nonsense");
            assertThat(proxy.awaitLog("not reloaded")).contains("conduit.toml:1:");
            // The first one twice, if it came between the first reading and the watch's.
            assertThat(proxy.log().stream().filter(line -> line.contains("has changed: ")))
                    .hasSizeBetween(2, 3);
        }
    }
}
