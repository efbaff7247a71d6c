package conduit.e2e.upstream;

import static conduit.e2e.kit.ExpectedRefusal.CONNECTION_REFUSED;
import static conduit.e2e.kit.ExpectedRefusal.PARENT_CREDENTIALS_REFUSED;
import static conduit.e2e.kit.ExpectedRefusal.PARENT_REFUSED;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import conduit.e2e.kit.AccessLine;
import conduit.e2e.kit.Background;
import conduit.e2e.kit.Body;
import conduit.e2e.kit.ExpectedRefusal;
import conduit.e2e.kit.Family;
import conduit.e2e.kit.Head;
import conduit.e2e.kit.Launch;
import conduit.e2e.kit.Load;
import conduit.e2e.kit.Message;
import conduit.e2e.kit.Origin;
import conduit.e2e.kit.Peer;
import conduit.e2e.kit.Target;
import conduit.e2e.kit.TestProxy;
import conduit.e2e.kit.Upstream;
import conduit.e2e.kit.Wiring;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The parents people have: each takes what conduit sends, and is understood when it says no. */
class RealParentTest {

    private static final Load UP = Load.ofMegabytes(4, 1);
    private static final Load DOWN = Load.ofMegabytes(4, 2);

    private static final List<Wiring> TUNNELS = List.of(Wiring.CONNECT, Wiring.SOCKS5);

    @TempDir private static Path folder;

    private static final Map<ParentProgram, Pair> running = new EnumMap<>(ParentProgram.class);

    /** A parent, and a conduit that knows its password if it has one. */
    private record Pair(RealParent parent, TestProxy proxy) {
        static Pair start(ParentProgram program) throws IOException {
            Path own = Files.createDirectory(folder.resolve(program.name()));
            RealParent parent = RealParent.start(program, own);
            return new Pair(parent, childOf(parent, program, ParentProgram.PASSWORD).start());
        }

        static Launch childOf(RealParent parent, ParentProgram program, String password)
                throws IOException {
            Launch launch = Launch.withBothListeners(program.kind().flag(parent.target()));
            return program.wantsPassword()
                    ? launch.with(AuthFile.flag(folder, ParentProgram.USER, password))
                    : launch;
        }
    }

    private static Pair pair(ParentProgram program) throws IOException {
        Pair known = running.get(program);
        Pair pair = known == null ? Pair.start(program) : known;
        running.put(program, pair);
        return pair;
    }

    /** Squid and tinyproxy give up being root and must read their files all the same. */
    @BeforeAll
    static void letEverybodyRead() throws IOException {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    @AfterAll
    static void end() throws Exception {
        for (Pair pair : running.values()) {
            pair.parent().close();
            pair.proxy().close();
        }
    }

    @ParameterizedTest
    @EnumSource
    void carriesATunnelBothWays(ParentProgram program) throws Exception {
        TestProxy proxy = pair(program).proxy();
        for (Wiring wiring : TUNNELS) {
            try (Origin origin = Origin.on(Family.NAME);
                    Peer client = wiring.open(proxy, origin.target())) {
                Peer remote = origin.accept();
                carries(DOWN, remote, client);
                carries(UP, client, remote);
            }
        }
    }

    /** Without an end of stream: not every parent passes one on and keeps the other direction. */
    private static void carries(Load load, Peer from, Peer to) throws Exception {
        Background<Boolean> sending = Background.doing(() -> load.writeTo(from.out()));
        byte[] arrived = to.read(Math.toIntExact(load.size()));
        assertThat(Load.Seen.in(new ByteArrayInputStream(arrived))).isEqualTo(load.seen());
        sending.result();
    }

    @ParameterizedTest
    @EnumSource
    void forwardsARequest(ParentProgram program) throws Exception {
        TestProxy proxy = pair(program).proxy();
        try (Origin origin = Origin.on(Family.NAME);
                Peer client = Wiring.FORWARD.connect(proxy)) {
            client.write(
                    "POST %s HTTP/1.1\r\nHost: %s\r\nContent-Length: %d\r\n\r\n"
                            .formatted(
                                    origin.target().url("/x?y"),
                                    origin.target().authority(),
                                    UP.size()));
            Background<Boolean> uploading = Background.doing(() -> UP.writeTo(client.out()));
            Peer remote = origin.accept();
            Head request = Head.read(remote.in());
            assertThat(request.startLine()).startsWith("POST /x?y HTTP/1.");
            assertThat(request.has("Proxy-Authorization")).as("%s", request).isFalse();
            assertThat(Load.Seen.in(Body.ofRequest(request, remote.in()))).isEqualTo(UP.seen());
            uploading.result();
            remote.write("HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n".formatted(DOWN.size()));
            Background<Boolean> downloading = Background.doing(() -> DOWN.writeTo(remote.out()));
            Head reply = Head.read(client.in());
            assertThat(Load.Seen.in(Body.ofReply(reply, client.in()))).isEqualTo(DOWN.seen());
            downloading.result();
            assertThat(proxy.accessLineOf(client).outcome()).isEqualTo("completed");
        }
    }

    @ParameterizedTest
    @EnumSource
    void saysThatTheDestinationRefused(ParentProgram program) throws Exception {
        Target closed = Target.closed(Family.IPV4);
        for (Wiring wiring : TUNNELS) {
            // Of the HTTP parents, none says in a way for programs what went wrong.
            ExpectedRefusal refusal =
                    program.kind() == Upstream.HTTP ? PARENT_REFUSED : CONNECTION_REFUSED;
            expectRefusal(pair(program).proxy(), wiring, closed, refusal);
        }
    }

    @ParameterizedTest
    @EnumSource(names = "MICROSOCKS", mode = EnumSource.Mode.EXCLUDE)
    void saysThatTheParentForbidsIt(ParentProgram program) throws Exception {
        Target forbidden = new Target(ParentProgram.FORBIDDEN, 80);
        for (Wiring wiring : TUNNELS) {
            expectRefusal(pair(program).proxy(), wiring, forbidden, PARENT_REFUSED);
        }
    }

    /** Such an answer belongs to the exchange: the client gets the parent's own words. */
    @ParameterizedTest
    @EnumSource(names = {"SQUID", "TINYPROXY"})
    void passesOnThatTheParentForbidsARequest(ParentProgram program) throws Exception {
        Target forbidden = new Target(ParentProgram.FORBIDDEN, 80);
        try (Peer client = Wiring.FORWARD.ask(pair(program).proxy(), forbidden)) {
            Message reply = Message.reply(client);
            assertThat(reply.status()).as("%s", reply).isEqualTo(403);
            assertThat(reply.body()).as("its own page").containsIgnoringCase("<html");
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"SQUID", "MICROSOCKS"})
    void saysThatTheParentDoesNotTakeTheCredentials(ParentProgram program) throws Exception {
        RealParent parent = pair(program).parent();
        Target anywhere = Target.closed(Family.IPV4);
        try (TestProxy proxy = Pair.childOf(parent, program, "wrong password").start()) {
            for (Wiring wiring : Wiring.values()) {
                AccessLine line =
                        expectRefusal(proxy, wiring, anywhere, PARENT_CREDENTIALS_REFUSED);
                assertThat(line.by()).as("%s", line).isEqualTo("parent");
            }
            expectNowhereInTheLog(proxy, "wrong password");
        }
        expectNowhereInTheLog(pair(program).proxy(), ParentProgram.PASSWORD);
    }

    private static void expectNowhereInTheLog(TestProxy proxy, String password) {
        String basic =
                Base64.getEncoder()
                        .encodeToString((ParentProgram.USER + ":" + password).getBytes(US_ASCII));
        assertThat(proxy.log())
                .noneMatch(line -> line.contains(password))
                .noneMatch(line -> line.contains(basic));
    }

    private static AccessLine expectRefusal(
            TestProxy proxy, Wiring wiring, Target target, ExpectedRefusal refusal)
            throws IOException {
        try (Peer client = wiring.ask(proxy, target)) {
            wiring.expectRefusal(client, refusal);
            AccessLine line = proxy.accessLineOf(client);
            assertThat(line.refusal()).as("%s", line).isEqualTo(refusal.name());
            return line;
        }
    }
}
