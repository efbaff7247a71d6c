package conduit.doctor.look;

/**
 * A process, as proc_pid_status(5) and proc_pid_limits(5) show it.
 *
 * @param effective its effective capabilities, one bit each
 * @param ambient its ambient ones, which it keeps through an exec
 * @param user its effective user
 * @param files how many descriptors it may have (RLIMIT_NOFILE, soft)
 * @param mostFiles up to how many it may raise that (hard)
 * @param command its command line; empty where it has none to show
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
        String command) {

    /** Whether it may be conduit: whatever starts one names it. */
    public boolean isConduit() {
        return command.isEmpty() || command.contains("conduit");
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
