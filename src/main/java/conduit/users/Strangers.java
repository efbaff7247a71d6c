package conduit.users;

import conduit.config.rules.Rule;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Users that rules name and the file does not have. No mistake, since the file may come to. */
public final class Strangers {

    /** What fits a line; whoever has mistyped one has mostly mistyped one. */
    private static final int MOST_NAMED = 5;

    private Strangers() {}

    /** What the operator should know of it, in one line. */
    public static Optional<String> warning(List<Rule> rules, Users users) {
        List<String> strangers =
                rules.stream()
                        .flatMap(rule ->
                                rule.users().stream()
                                        .sorted()
                                        .filter(name -> !users.has(name))
                                        .map(name -> printable(name) + " (" + rule.where() + ")"))
                        .toList();
        if (strangers.isEmpty()) {
            return Optional.empty();
        }
        int unnamed = strangers.size() - MOST_NAMED;
        return Optional.of(
                strangers.stream()
                        .limit(MOST_NAMED)
                        .collect(
                                Collectors.joining(
                                        ", ",
                                        "rules name users that are not in the file of users: ",
                                        unnamed > 0 ? " and " + unnamed + " more" : "")));
    }

    private static String printable(String name) {
        return name.replaceAll("[^ -~]", "?");
    }
}
