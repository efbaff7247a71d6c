package conduit.outbound.dns;

import static conduit.outbound.dns.Asking.addresses;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import conduit.e2e.kit.Background;
import conduit.outbound.FakeNameServer;
import conduit.outbound.FakeNameServer.Reply;
import io.netty.channel.EventLoop;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What is asked once for many, what is remembered, and what becomes of questions left alone. */
class RememberedNamesTest {

    private static final Reply ONE = Reply.Addresses.of("192.0.2.1");
    private static final Answer FOUND =
            new Answer.Found(addresses("192.0.2.1"), Duration.ofSeconds(60));

    @Test
    void asksOnceForAllWhoComeLater() throws Exception {
        try (FakeNameServer server = new FakeNameServer(_ -> ONE);
                Asking asking = Asking.remembering(100, server)) {
            for (int i = 0; i < 10; i++) {
                assertThat(asking.ask("www.test")).isEqualTo(FOUND);
            }
            assertThat(server.asked()).hasSize(2);
        }
    }

    @Test
    void forgetsWhatOtherServersSaid() throws Exception {
        try (FakeNameServer server = new FakeNameServer(_ -> ONE);
                FakeNameServer other = new FakeNameServer(_ -> Reply.Addresses.of("192.0.2.2"));
                Asking asking = Asking.remembering(100, server)) {
            assertThat(asking.ask("www.test")).isEqualTo(FOUND);
            asking.change(50, server);
            assertThat(asking.ask("www.test")).isEqualTo(FOUND);
            assertThat(server.asked()).hasSize(2);
            asking.change(50, other);
            assertThat(asking.ask("www.test"))
                    .isEqualTo(new Answer.Found(addresses("192.0.2.2"), Duration.ofSeconds(60)));
            assertThat(server.asked()).hasSize(2);
        }
    }

    /**
     * A scrape may come while a reload takes other servers, and what was remembered is given up.
     */
    @Test
    void countsEachLookupOnceWhileOtherServersAreTaken() throws Exception {
        AtomicBoolean over = new AtomicBoolean();
        AtomicLong asked = new AtomicLong();
        try (FakeNameServer server = new FakeNameServer(_ -> ONE);
                FakeNameServer other = new FakeNameServer(_ -> ONE);
                Asking asking = Asking.remembering(100, server)) {
            Background<Boolean> scraping =
                    Background.doing(() -> {
                        while (!over.get()) {
                            assertThat(asking.misses()).isLessThanOrEqualTo(asked.get());
                        }
                    });
            try {
                for (int i = 0; i < 1_000; i++) {
                    asked.incrementAndGet();
                    asking.ask("www.test");
                    asking.change(100, i % 2 == 0 ? other : server);
                }
            } finally {
                over.set(true);
            }
            scraping.result();
            assertThat(asking.misses()).isEqualTo(asked.get());
            assertThat(asking.hits()).isZero();
        }
    }

    @Test
    void remembersThatThereIsNoSuchName() throws Exception {
        try (FakeNameServer server = new FakeNameServer(Map.of());
                Asking asking = Asking.remembering(100, server)) {
            assertThat(asking.ask("www.test")).isEqualTo(new Answer.NotFound());
            assertThat(asking.ask("www.test")).isEqualTo(new Answer.NotFound());
            // One of the two questions is answered for both, and the other may come later.
            await().untilAsserted(() -> assertThat(server.asked()).hasSize(2));
        }
    }

    @Test
    void remembersNoFailures() throws Exception {
        Map<String, Reply> names = new ConcurrentHashMap<>();
        names.put("www.test.", new Reply.Code(2));
        try (FakeNameServer server = new FakeNameServer(names);
                Asking asking = Asking.remembering(100, server)) {
            assertThat(asking.ask("www.test")).isInstanceOf(Answer.Failed.class);
            names.put("www.test.", ONE);
            assertThat(asking.ask("www.test")).isEqualTo(FOUND);
        }
    }

    @Test
    void remembersNothingWhenTold() throws Exception {
        try (FakeNameServer server = new FakeNameServer(_ -> ONE);
                Asking asking = Asking.remembering(0, server)) {
            asking.ask("www.test");
            asking.ask("www.test");
            assertThat(server.asked()).hasSize(4);
        }
    }

    @Test
    void remembersNoMoreNamesThanAllowedWhateverClientsAskFor() throws Exception {
        try (FakeNameServer server = new FakeNameServer(_ -> ONE);
                Asking asking = Asking.remembering(100, server)) {
            List<Asking.Pending> together = new ArrayList<>();
            for (int i = 1; i <= 10_000; i++) {
                together.add(asking.begin("n" + i + ".test", asking.loop()));
                if (together.size() == 50) {
                    for (Asking.Pending one : together) {
                        assertThat(one.answer()).isEqualTo(FOUND);
                    }
                    together.clear();
                    assertThat(asking.remembered()).isLessThanOrEqualTo(100);
                }
            }
        }
    }

    @Test
    void asksOnceForTwoWhoWaitAtTheSameTime() throws Exception {
        CompletableFuture<?> bothWait = new CompletableFuture<>();
        try (FakeNameServer server = new FakeNameServer(_ -> new Reply.Held(bothWait, ONE));
                Asking asking = Asking.remembering(0, server)) {
            EventLoop loop = asking.loop();
            Asking.Pending one = asking.begin("www.test", loop);
            Asking.Pending other = asking.begin("www.test", loop);
            bothWait.complete(null);

            assertThat(one.answer()).isEqualTo(FOUND);
            assertThat(other.answer()).isEqualTo(FOUND);
            assertThat(server.asked()).hasSize(2);
        }
    }

    @Test
    void goesOnForOneWhenTheOtherLeaves() throws Exception {
        CompletableFuture<?> oneHasLeft = new CompletableFuture<>();
        try (FakeNameServer server = new FakeNameServer(_ -> new Reply.Held(oneHasLeft, ONE));
                Asking asking = Asking.remembering(0, server)) {
            EventLoop loop = asking.loop();
            Asking.Pending one = asking.begin("www.test", loop);
            Asking.Pending other = asking.begin("www.test", loop);
            one.leave();
            oneHasLeft.complete(null);

            assertThat(other.answer()).isEqualTo(FOUND);
            assertThat(one.told()).isNotDone();
        }
    }

    @Test
    void leavesNothingBehindWhenAllHaveLeft() throws Exception {
        CompletableFuture<?> allHaveLeft = new CompletableFuture<>();
        try (FakeNameServer server = new FakeNameServer(_ -> new Reply.Held(allHaveLeft, ONE));
                Asking asking = Asking.remembering(100, server)) {
            EventLoop loop = asking.loop();
            asking.begin("warm.test", loop).leave();
            long descriptors = descriptors();

            List<Asking.Pending> waiting = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                waiting.add(asking.begin("n" + i + ".test", loop));
            }
            assertThat(descriptors()).as("a socket for each").isGreaterThan(descriptors + 50);
            for (Asking.Pending one : waiting) {
                one.leave();
                one.leave();
            }
            // At once, and not when servers are given up.
            assertThat(descriptors()).isLessThanOrEqualTo(descriptors);

            allHaveLeft.complete(null);
            assertThat(asking.begin("n1.test", loop).answer()).isEqualTo(FOUND);
            assertThat(waiting).noneMatch(one -> one.told().isDone());
            assertThat(asking.remembered()).as("only what was waited for").isEqualTo(1);
        }
    }

    private static long descriptors() {
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            return open.count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
