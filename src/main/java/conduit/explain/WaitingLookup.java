package conduit.explain;

import conduit.outbound.dns.Answer;
import conduit.outbound.dns.Resolver;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * Looks names up as conduit does, and waits for it. Not for event loops.
 *
 * @param longest the time that a dial has
 */
public record WaitingLookup(Resolver resolver, EventLoop loop, Duration longest)
        implements Function<String, Answer> {

    @Override
    public Answer apply(String name) {
        CompletableFuture<Answer> answer = new CompletableFuture<>();
        loop.execute(() -> resolver.lookUp(name, loop, answer::complete));
        return answer.completeOnTimeout(
                        new Answer.Failed(Answer.Why.SERVERS_SILENT),
                        longest.toMillis(),
                        TimeUnit.MILLISECONDS)
                .join();
    }
}
