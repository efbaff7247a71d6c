package conduit.outbound.dns;

import io.netty.handler.codec.dns.DnsRecordType;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One complete name asked for IPv4 and for IPv6 addresses at once. Tells exactly one answer, unless
 * it is abandoned first. Lives on its event loop.
 */
final class BothFamilies {

    /**
     * How long one family's addresses wait for the other's. Some servers drop questions for IPv6
     * addresses. RFC 8305, section 3, would wait 50 ms, but can take up what comes later.
     */
    private static final Duration GRACE = Duration.ofMillis(250);

    private final Route route;
    private final Consumer<Answer> told;
    private final Question four;
    private final Question six;

    private @Nullable Answer ofFour;
    private @Nullable Answer ofSix;
    private @Nullable Future<?> grace;
    private boolean over;

    BothFamilies(Route route, String name, Consumer<Answer> told) {
        this.route = route;
        this.told = told;
        four = new Question(route, name, DnsRecordType.A, new Four());
        six = new Question(route, name, DnsRecordType.AAAA, new Six());
    }

    void ask() {
        four.ask();
        six.ask();
    }

    private final class Four implements Question.Asker {
        @Override
        public void answered(Answer answer) {
            ofFour = answer;
            BothFamilies.this.answered(answer);
        }

        /** Nor will there be IPv6 addresses then, should that question be dropped somewhere. */
        @Override
        public void noSuchName() {
            if (ofSix instanceof Answer.Found) {
                answered(new Answer.NotFound());
            } else {
                finish(new Answer.NotFound());
            }
        }
    }

    private final class Six implements Question.Asker {
        @Override
        public void answered(Answer answer) {
            ofSix = answer;
            BothFamilies.this.answered(answer);
        }

        /** Some servers say so of every name that has only IPv4 addresses (RFC 4074, 4.2). */
        @Override
        public void noSuchName() {
            answered(new Answer.NotFound());
        }
    }

    private void answered(Answer answer) {
        if (over) {
            return;
        }
        if (ofFour != null && ofSix != null) {
            finish(together(ofFour, ofSix));
            return;
        }
        if (answer instanceof Answer.Found found) {
            Runnable outOfPatience = () -> finish(provisional(found));
            grace = route.loop().schedule(outOfPatience, GRACE.toNanos(), TimeUnit.NANOSECONDS);
        }
    }

    private void finish(Answer answer) {
        if (!over) {
            abandon();
            told.accept(answer);
        }
    }

    private static Answer together(Answer four, Answer six) {
        if (four instanceof Answer.Found ofFour && six instanceof Answer.Found ofSix) {
            return new Answer.Found(
                    both(ofFour.addresses(), ofSix.addresses()),
                    Reading.shorter(ofFour.lasts(), ofSix.lasts()));
        }
        if (four instanceof Answer.Found found) {
            return six instanceof Answer.Failed ? provisional(found) : found;
        }
        if (six instanceof Answer.Found found) {
            return four instanceof Answer.Failed ? provisional(found) : found;
        }
        return four instanceof Answer.Failed ? four : six;
    }

    /** Half an answer, for want of the other half, is not to be remembered for long. */
    private static Answer provisional(Answer.Found found) {
        return new Answer.Found(found.addresses(), Duration.ZERO);
    }

    private static List<InetAddress> both(List<InetAddress> four, List<InetAddress> six) {
        List<InetAddress> both = new ArrayList<>(four);
        both.addAll(six);
        return both;
    }

    void abandon() {
        over = true;
        if (grace != null) {
            grace.cancel(false);
        }
        four.abandon();
        six.abandon();
    }
}
