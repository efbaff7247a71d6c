package conduit.doctor.look;

import java.util.List;
import java.util.regex.Pattern;

/**
 * A process, as proc_pid_status(5) and proc_pid_limits(5) show it.
 *
 * @param effective its effective capabilities, one bit each
 * @param ambient its ambient ones, which it keeps through an exec
 * @param user its effective user
 * @param files how many descriptors it may have (RLIMIT_NOFILE, soft)
 * @param mostFiles up to how many it may raise that (hard)
 * @param command its command line, the program first; empty where it has none to show
 */
public record Owner(
        long pid,
        String name,
        long user,
        long group,
        long effective,
        long ambient,
        long files,
        long mostFiles,
        List<String> command) {

    /** A jar of conduit, whatever its version. */
    private static final Pattern JAR = Pattern.compile("conduit(-[\\w.-]+)?\\.jar");

    private static final String MAIN_CLASS = "conduit.Conduit";

    /** Copies the list. */
    public Owner {
        command = List.copyOf(command);
    }

    /**
     * Whether it may be conduit: a JVM with its jar or its main class, or a program of its name.
     * That conduit is named somewhere else, as in the path of a configuration, says nothing.
     */
    public boolean isConduit() {
        if (command.isEmpty()) {
            return true;
        }
        int jar = command.indexOf("-jar") + 1;
        return fileName(command.getFirst()).equals("conduit")
                || command.contains(MAIN_CLASS)
                || (jar > 0
                        && jar < command.size()
                        && JAR.matcher(fileName(command.get(jar))).matches());
    }

    private static String fileName(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    /** Whether a capability is in effect. */
    public boolean may(Capability capability) {
        return capability.in(effective);
    }

    /** Whether a program that it starts has the capability, too. */
    public boolean passesOn(Capability capability) {
        return capability.in(ambient);
    }

    /** {@code process 4711 (java)}. */
    @Override
    public String toString() {
        return "process " + pid + " (" + name + ")";
    }
}
