package conduit.doctor.check;

import conduit.doctor.rules.Mark;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** The command line by which conduit is started, as a shell reads it. */
record StartCommand(List<String> flags) {

    private static final String LISTEN = "--tproxy-listen";
    private static final String MARK = "--fwmark";

    /** Copies the list. */
    StartCommand {
        flags = List.copyOf(flags);
    }

    /** The same with all transparent listeners on this port, on all addresses. */
    StartCommand listeningOnAll(int port) {
        return with(LISTEN, "[::]:" + port);
    }

    /** The same with another mark. */
    StartCommand marking(int mark) {
        return with(MARK, Mark.text(mark));
    }

    /** A flag and its value may be one argument or two. */
    private StartCommand with(String flag, String value) {
        List<String> changed = new ArrayList<>();
        for (int i = 0; i < flags.size(); i++) {
            if (flags.get(i).equals(flag)) {
                i++;
            } else if (!flags.get(i).startsWith(flag + "=")) {
                changed.add(flags.get(i));
            }
        }
        changed.add(flag + "=" + value);
        return new StartCommand(changed);
    }

    @Override
    public String toString() {
        return "conduit "
                + flags.stream().map(StartCommand::quoted).collect(Collectors.joining(" "));
    }

    /** Brackets are left as they are: no file is called like a flag. */
    private static String quoted(String argument) {
        return argument.matches("[-\\w=.:/,@%+\\[\\]]+")
                ? argument
                : "'" + argument.replace("'", "'\\''") + "'";
    }
}
