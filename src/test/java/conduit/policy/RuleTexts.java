package conduit.policy;

import conduit.address.Parsed;
import conduit.config.rules.Target;

/** Parts of rules from their texts. */
final class RuleTexts {

    private RuleTexts() {}

    static Target target(String text) {
        return switch (Target.parse(text)) {
            case Parsed.Valid<Target>(Target target) -> target;
            case Parsed.Invalid<Target>(String why) ->
                    throw new IllegalArgumentException(text + ": " + why);
        };
    }
}
