package conduit;

import static org.assertj.core.api.Assertions.assertThat;

import conduit.address.Destination;
import conduit.config.Configuration;
import conduit.config.Inbound;
import conduit.config.flags.Invocation;
import conduit.observe.Logs;
import conduit.transport.Transport;
import conduit.tunnel.Account;
import conduit.tunnel.Admissions;
import conduit.tunnel.Outcome;
import conduit.tunnel.Phase;
import conduit.tunnel.Progress;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a reload says came of it. */
class ReloadsTest {

    private static final String[] FLAGS = {"--http-listen=127.0.0.1:0", "--reload-ends-denied"};

    /** Breaks the walk of its loop, and not only what is said of itself. */
    private static final class Defect implements Progress {
        @Override
        public Phase phase() {
            return Phase.RELAY;
        }

        @Override
        public void judgedBy(Admissions next) {
            throw new LinkageError("as this test has it");
        }

        @Override
        public void end(Outcome outcome) {}
    }

    @Test
    void hasNotFailedWhereWhatIsUnderWayCannotBeJudged() throws Exception {
        Configuration first = Configured.by(FLAGS);
        try (Logs logs = Logs.open(first.logging());
                Transport transport = Assembly.transport(first);
                Operations operations =
                        new Operations(_ -> {}, transport, Optional.empty(), "before");
                Running running =
                        new Running(
                                first,
                                Optional.empty(),
                                transport,
                                operations.journal(),
                                logs,
                                1_000);
                Reloads reloads =
                        new Reloads(
                                () -> Invocation.parse(FLAGS),
                                running,
                                operations,
                                new Supervision(transport, running.seats()))) {
            transport
                    .eventLoops()
                    .getFirst()
                    .submit(() -> open(operations).carriedOutBy(new Defect()))
                    .get();
            assertThat(reloads.reload().get()).isInstanceOf(Reloads.Result.Done.class);
        }
    }

    private static Account open(Operations operations) {
        return new Account(
                operations.journal(),
                new InetSocketAddress(InetAddress.ofLiteral("192.0.2.1"), 4711),
                Optional.empty(),
                Inbound.SOCKS5,
                Optional.empty(),
                new Destination.Name("example.com", 80),
                System.nanoTime());
    }
}
