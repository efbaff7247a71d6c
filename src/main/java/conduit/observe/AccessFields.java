package conduit.observe;

import conduit.address.IpLiteral;
import conduit.config.Upstream;
import conduit.observe.log.LineForm;
import conduit.tunnel.Ending;
import conduit.tunnel.Headline;
import conduit.tunnel.Journal;
import conduit.tunnel.Party;
import conduit.tunnel.Phase;
import conduit.tunnel.Times;
import java.util.Optional;
import java.util.function.BiConsumer;

/**
 * The fields of an access line, each of them once and in their order: the one description that text
 * and JSON are made from. docs/access-log.md has a row for each.
 */
final class AccessFields {

    /** Longer methods are cut: no standard one is half as long, and a client may send kilobytes. */
    private static final int LONGEST_METHOD = 32;

    private AccessFields() {}

    static void write(Journal.Entry entry, LineForm form) {
        form.begin(entry.endedAt(), "INFO", "access");
        form.word("id", entry.id().toString());
        form.word("client", IpLiteral.withPort(entry.client()));
        optional("user", entry.user(), form::name, form);
        form.word("inbound", entry.inbound().label());
        optional("method", entry.headline().map(AccessFields::method), form::name, form);
        optional("destination", entry.destination().map(Object::toString), form::name, form);
        optional("upstream", entry.upstream().map(AccessFields::upstream), form::name, form);
        optional("remote", entry.remote().map(IpLiteral::withPort), form::word, form);
        optional("rule", entry.decidedBy(), form::text, form);
        optional("report", entry.wouldDeny(), form::text, form);
        switch (entry.ending()) {
            case Ending.TurnedAway(var refused) -> {
                form.word("refusal", refused.refusal().label());
                blame(refused.by(), refused.phase(), form);
                optional("errno", refused.errno(), form::word, form);
                form.text("detail", refused.detail());
            }
            case Ending.Ended(var outcome, var by, var phase) -> {
                form.word("outcome", outcome.label());
                blame(by, phase, form);
            }
        }
        form.count("up", entry.bytesUp());
        form.count("down", entry.bytesDown());
        form.count("retries", entry.retries());
        optional("trace", entry.headline().flatMap(Headline::trace), form::word, form);
        Times times = entry.times();
        took("lookup", times.lookup(), form);
        took("connect", times.connect(), form);
        took("handshake", times.handshake(), form);
        took("setup", times.setUp(), form);
        took("first_byte", times.firstByte(), form);
        form.seconds("duration", times.total());
        form.end();
    }

    private static void blame(Party by, Phase phase, LineForm form) {
        form.word("by", by.label());
        form.word("phase", phase.label());
    }

    private static String method(Headline headline) {
        String method = headline.method();
        return method.length() <= LONGEST_METHOD ? method : method.substring(0, LONGEST_METHOD);
    }

    private static String upstream(Upstream upstream) {
        return switch (upstream) {
            case Upstream.Direct() -> upstream.label();
            case Upstream.Parent parent -> parent.label() + "://" + parent.at();
        };
    }

    private static void optional(
            String key, Optional<String> value, BiConsumer<String, String> write, LineForm form) {
        if (value.isPresent()) {
            write.accept(key, value.get());
        } else {
            form.absent(key);
        }
    }

    private static void took(String key, long nanos, LineForm form) {
        if (nanos == Times.NONE) {
            form.absent(key);
        } else {
            form.seconds(key, nanos);
        }
    }
}
