package conduit;

import conduit.Assembly.Assembled;
import conduit.config.Configuration;
import conduit.config.Setting;
import conduit.config.Setting.Taken;
import conduit.inbound.Listeners;
import conduit.users.Users;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What a reload has changed.
 *
 * @param changes each in words: {@code rules 2, 1 before}
 * @param untaken keys whose new values take a restart
 */
record Difference(List<String> changes, List<String> untaken) {

    /** Copies the lists. */
    Difference {
        changes = List.copyOf(changes);
        untaken = List.copyOf(untaken);
    }

    /** Of what has been in effect, what is now, and what the operator has asked for. */
    static Difference of(
            Assembled before, Assembled now, Configuration asked, Listeners.Change listeners) {
        List<String> changes = new ArrayList<>();
        int added = listeners.added().size();
        int removed = listeners.removed().size();
        if (added + removed > 0) {
            changes.add(
                    String.format(
                            Locale.ROOT,
                            "listeners %d added, %d removed, %d kept",
                            added,
                            removed,
                            listeners.kept()));
        }
        Configuration old = before.configuration();
        if (!old.policing().rules().equals(now.configuration().policing().rules())) {
            changes.add(
                    counted(
                            "rules",
                            now.configuration().policing().rules().rules().size(),
                            old.policing().rules().rules().size()));
        }
        if (!isSame(before.users(), now.users())) {
            changes.add(counted("users", count(now.users()), count(before.users())));
        }
        String keys = String.join(", ", Setting.differing(Taken.ALWAYS, old, now.configuration()));
        if (!keys.isEmpty()) {
            changes.add(keys);
        }
        return new Difference(changes, Setting.differing(Taken.AT_START, old, asked));
    }

    private static String counted(String what, int now, int before) {
        return what
                + " "
                + now
                + (now == before ? ", others than before" : ", " + before + " before");
    }

    private static boolean isSame(Optional<Users> one, Optional<Users> other) {
        return (one.isPresent() && other.isPresent())
                ? one.get().areThoseOf(other.get())
                : one.isEmpty() && other.isEmpty();
    }

    private static int count(Optional<Users> users) {
        return users.map(Users::count).orElse(0);
    }

    /** The changes in one line. */
    String line() {
        return changes.isEmpty() ? "nothing has changed" : String.join("; ", changes);
    }
}
