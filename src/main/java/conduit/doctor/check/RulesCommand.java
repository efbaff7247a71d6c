package conduit.doctor.check;

import conduit.doctor.look.Device;
import conduit.doctor.look.Routing;
import conduit.doctor.rules.Family;
import conduit.doctor.rules.Mark;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Writes the {@code conduit tproxy rules} that would stand in the place of what is wrong. */
final class RulesCommand {

    /** The mark of the examples, for what conduit dials. */
    static final int OWN_MARK = 7;

    private RulesCommand() {}

    /** Rules for a machine without any: for those behind it, or where nobody is, for itself. */
    static String fresh(Situation situation) {
        Optional<Routing> routing = situation.machine().routing().seen();
        List<String> inside =
                situation.machine().devices().stream()
                        .filter(device -> !device.isLoopback())
                        .map(Device::name)
                        .filter(name -> routing.filter(way -> way.leadsOutThrough(name)).isEmpty())
                        .map(name -> "--in-interface=" + name)
                        .toList();
        List<String> words = beginning(situation.port());
        words.addAll(inside.isEmpty() ? List.of("--own", exemption(situation)) : inside);
        return applied(words);
    }

    private static String exemption(Situation situation) {
        int mark = situation.wanted().mark().map(given -> given.bits()).orElse(OWN_MARK);
        return "--exempt-mark=" + Mark.text(mark);
    }

    /** The rules that are there, but for one flag; which the others were, they do not tell. */
    static String asBefore(String flag) {
        return "conduit tproxy rules " + flag + " --apply # and the flags of the last time";
    }

    /** The command that takes away what {@code --apply} has installed. */
    static String removal() {
        return "conduit tproxy rules --remove";
    }

    private static List<String> beginning(int port) {
        return new ArrayList<>(List.of("conduit tproxy rules", "--to-port=" + port));
    }

    private static String applied(List<String> words) {
        return String.join(" ", words) + " --apply";
    }

    /** The families that stay without rules, for a sentence. */
    static String families(List<Family> families) {
        return families.stream().map(Family::toString).collect(Collectors.joining(" and "));
    }
}
