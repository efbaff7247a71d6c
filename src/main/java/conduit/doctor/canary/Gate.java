package conduit.doctor.canary;

import conduit.doctor.rules.Place;
import conduit.doctor.rules.Reach;
import conduit.doctor.rules.Ruleset.Catch;
import conduit.doctor.rules.Ruleset.Marking;

/**
 * What a canary has to fit so that it is taken: the rule that brings it to the listener, or the one
 * that marks it for that rule.
 */
record Gate(Place place, Reach reach) {

    static Gate of(Catch rule) {
        return new Gate(rule.place(), rule.reach());
    }

    static Gate of(Marking rule) {
        return new Gate(rule.place(), rule.reach());
    }
}
