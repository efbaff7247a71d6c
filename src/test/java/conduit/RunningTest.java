package conduit;

import static org.assertj.core.api.Assertions.assertThat;

import conduit.config.Configuration;
import conduit.e2e.kit.Passwords;
import conduit.observe.Logs;
import conduit.transport.Transport;
import conduit.users.Authenticator;
import conduit.users.Users;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunningTest {

    private static final InetAddress CLIENT = InetAddress.ofLiteral("2001:db8:1:2:3::4");

    @TempDir Path folder;

    private Configuration configuration(int prefix) throws IOException {
        return Configured.by(
                "--http-listen=127.0.0.1:0",
                Passwords.flag(folder),
                "--client-ipv6-prefix=" + prefix);
    }

    /** Its queue is shared by clients, and so are the delays after wrong passwords. */
    @Test
    void tellsClientsApartAsAReloadSaysAlsoWherePasswordsAreCompared() throws Exception {
        Configuration first = configuration(64);
        Optional<Users> users = Assembly.users(first);
        try (Transport transport = Assembly.transport(first);
                Logs logs = Logs.open(first.logging());
                Running running = new Running(first, users, transport, _ -> {}, logs, 10)) {
            running.change(configuration(48), users);
            Authenticator authenticator = running.terms().authenticator().orElseThrow();
            assertThat(authenticator.client(CLIENT)).hasToString("2001:db8:1::/48");
            running.change(configuration(56), users);
            assertThat(running.terms().authenticator()).contains(authenticator);
            assertThat(authenticator.client(CLIENT)).hasToString("2001:db8:1::/56");
        }
    }
}
