package conduit.doctor.canary;

import conduit.config.Examination;
import conduit.config.SeenAs;
import conduit.doctor.ask.Found;
import conduit.doctor.check.Situation;
import conduit.doctor.look.Device;
import conduit.doctor.look.Listening;
import conduit.doctor.look.Machine;
import conduit.doctor.look.Owner;
import conduit.doctor.look.Routing;
import conduit.doctor.look.Settings;
import conduit.doctor.rules.Leftover;
import conduit.doctor.rules.Ruleset;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A machine on which there is nothing but what a test puts there. */
final class Bare {

    static final Owner CONDUIT = new Owner(4711, "java", 0, 0, -1, 0, 1, 1, List.of("conduit"));

    private Found<Ruleset> rules = new Found.Seen<>(Ruleset.EMPTY);
    private Found<Routing> routing = new Found.Unseen<>("not asked");
    private List<Listening> listening = List.of();
    private Settings settings = new Settings(Map.of());
    private List<Device> devices = List.of();
    private List<Leftover> leftovers = List.of();
    private Owner self = CONDUIT;

    Bare rules(Ruleset some) {
        rules = new Found.Seen<>(some);
        return this;
    }

    Bare routing(Routing some) {
        routing = new Found.Seen<>(some);
        return this;
    }

    Bare listening(Listening... some) {
        listening = List.of(some);
        return this;
    }

    Bare setting(String path, String value) {
        settings = new Settings(Map.of(path, value));
        return this;
    }

    Bare addresses(String... some) {
        devices =
                List.of(
                        new Device(
                                "eth0",
                                List.of(some).stream().map(InetAddress::ofLiteral).toList()));
        return this;
    }

    Bare left(Leftover... some) {
        leftovers = List.of(some);
        return this;
    }

    Bare examinedBy(long user) {
        self = new Owner(4712, "java", user, user, 0, 0, 1, 1, List.of("conduit"));
        return this;
    }

    Machine machine() {
        return new Machine(
                rules, routing, listening, settings, devices, self, Map.of(), Map.of(), List.of(),
                leftovers);
    }

    Situation situation() {
        return new Situation(
                machine(),
                new Examination(
                        List.of(),
                        Optional.empty(),
                        SeenAs.CONDUIT,
                        1,
                        List.of(),
                        Examination.Canary.SENT,
                        Examination.Form.TEXT));
    }
}
