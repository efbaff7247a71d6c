package conduit.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import conduit.e2e.kit.Launch;
import conduit.e2e.kit.Message;
import conduit.e2e.kit.Origin;
import conduit.e2e.kit.Passwords;
import conduit.e2e.kit.Peer;
import conduit.e2e.kit.Target;
import conduit.e2e.kit.TestProxy;
import conduit.e2e.kit.Wiring;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A reload that comes while passwords are being compared, which takes long. */
class ReloadedUsersTest {

    private static final String WITH_USERS = "users-file = 'FILE'\n";

    /** What the reload brings, and what the clients are told that had asked before. */
    enum Brings {
        NOTHING("", "", WITH_USERS, 200),
        A_RULE("", "", WITH_USERS + "default = 'deny'\n", 403),
        OTHER_USERS("(?m)^(alice|slow):.*\n", "", WITH_USERS, 407),
        /** One character of the digest. */
        OTHER_PASSWORDS("(?m)^((?:alice|slow):.{40}).", "$1/", WITH_USERS, 407),
        NO_USERS("", "", "", 200);

        private final String line;
        private final String instead;
        private final String toml;
        private final int status;

        Brings(String line, String instead, String toml, int status) {
            this.line = line;
            this.instead = instead;
            this.toml = toml;
            this.status = status;
        }

        private String users(String before) {
            return line.isEmpty() ? before : before.replaceAll(line, instead);
        }
    }

    @TempDir private Path folder;

    private Path users() {
        return folder.resolve("users");
    }

    private Path configuration(String toml) throws IOException {
        return Files.writeString(
                folder.resolve("conduit.toml"),
                "http-listen = '127.0.0.1:0'\nnegotiation-timeout = '1m'\nthreads = 1\n"
                        + toml.replace("FILE", users().toString()));
    }

    @ParameterizedTest
    @EnumSource
    void answersByTheUsersAndRulesThatAreInForceThen(Brings brings) throws Exception {
        Passwords.flagWithSlow(folder);
        Path config = configuration(WITH_USERS);
        List<Peer> clients = new ArrayList<>();
        try (TestProxy proxy = Launch.withOnly("--config=" + config).start();
                Origin web = Origin.listen().serving(ReloadedUsersTest::answer)) {
            proxy.awaitLog("listening: ");
            Target target = web.target();
            for (int i = 0; i < 6; i++) {
                clients.add(Wiring.FORWARD.connect(proxy));
            }
            // One whose password is known by then, and needs no comparison.
            Peer known = clients.getLast();
            ask(known, "bob", Passwords.RIGHT, target);
            assertThat(Message.reply(known).status()).isEqualTo(200);
            Peer compared = clients.get(0);
            Peer waiting = clients.get(4);
            ask(compared, "slow", Passwords.RIGHT, target);
            for (int i = 1; i <= 3; i++) {
                ask(clients.get(i), "slow", "wrong " + i, target);
            }
            ask(waiting, "alice", Passwords.RIGHT, target);
            ask(known, "bob", Passwords.RIGHT, target);
            // There is one event loop, which has read what came before this.
            assertThat(Message.reply(known).status()).isEqualTo(200);
            Files.writeString(users(), brings.users(Files.readString(users())));
            configuration(brings.toml);
            assertThat(proxy.reload()).contains(" reloaded: ");
            for (Peer each : List.of(compared, waiting)) {
                assertThat(Message.reply(each).status()).isEqualTo(brings.status);
            }
            assertThat(proxy.accessLineOf(waiting).user())
                    .isEqualTo(brings.status == 407 ? "-" : "alice");
        } finally {
            for (Peer each : clients) {
                each.close();
            }
        }
    }

    private static void ask(Peer client, String user, String password, Target target)
            throws IOException {
        String request = new String(Wiring.FORWARD.request(target), StandardCharsets.ISO_8859_1);
        client.write(
                request.replace("\r\n\r\n", "\r\n" + Passwords.field(user, password) + "\r\n"));
    }

    /** As often as it is asked. */
    private static void answer(Peer peer) throws IOException {
        while (peer.in().available() >= 0) {
            Message.request(peer);
            peer.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        }
    }
}
