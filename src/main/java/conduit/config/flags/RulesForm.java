package conduit.config.flags;

import conduit.address.Network;
import conduit.address.Parsed;
import conduit.address.PortRange;
import conduit.config.interception.Scope;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * The kinds of value that only {@code tproxy rules} takes. Names come into scripts and rules as
 * they stand, so only characters that mean nothing there are let through.
 */
abstract sealed class RulesForm<T> extends ValueForm<T> {

    private RulesForm(String noun, String expected, Function<String, Parsed<T>> parser) {
        super(noun, expected, parser);
    }

    static final class Port extends RulesForm<Integer> {
        Port() {
            super(
                    "a port",
                    "1 to 65535, for example 8081",
                    text -> NumberText.parse(text, 1, 0xffff));
        }
    }

    static final class ByMeans extends RulesForm<RulesFlags.MeansWord> {
        ByMeans() {
            super(
                    "a means",
                    "redirect or tproxy",
                    text -> ModeText.parse(RulesFlags.MeansWord.values(), text));
        }
    }

    static final class Table extends RulesForm<Integer> {
        private static final int MOST = 999_999_999;

        Table() {
            super("a routing table", "1 to " + MOST + ", for example 100", Table::parse);
        }

        /** The kernel keeps three of them (rtnetlink(7)): default, main and local. */
        private static Parsed<Integer> parse(String text) {
            return switch (NumberText.parse(text, 1, MOST)) {
                case Parsed.Valid<Integer>(Integer number) when number >= 253 && number <= 255 ->
                        Parsed.invalid("253 to 255 are the system's");
                case Parsed.Valid<Integer> other -> other;
                case Parsed.Invalid<Integer> invalid -> invalid;
            };
        }
    }

    static final class Interface extends RulesForm<String> {
        /** Fewer than IFNAMSIZ characters (netdevice(7)); a blank would end the name. */
        private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.][A-Za-z0-9_.-]{0,14}");

        Interface() {
            super(
                    "a network interface",
                    "a name of 1 to 15 letters, digits, _, . or -, for example eth1",
                    Interface::parse);
        }

        private static Parsed<String> parse(String text) {
            if (text.equals("lo")) {
                return Parsed.invalid("what is on the loopback device is always left alone");
            }
            return NAME.matcher(text).matches()
                    ? Parsed.valid(text)
                    : Parsed.invalid("no interface has such a name");
        }
    }

    static final class Account extends RulesForm<String> {
        /** As useradd(8) has it, and numbers of 32 bits; which of them exist, nft finds out. */
        private static final Pattern FORM =
                Pattern.compile("[A-Za-z_][A-Za-z0-9_.-]{0,31}|0|[1-9][0-9]{0,9}");

        /** One less than what chown(2) and others take for none at all. */
        private static final long MOST = 0xffff_fffeL;

        Account() {
            super("an account", "a name or a number, for example conduit or 990", Account::parse);
        }

        private static Parsed<String> parse(String text) {
            if (!FORM.matcher(text).matches()) {
                return Parsed.invalid("it is neither a name nor a number");
            }
            return Character.isDigit(text.charAt(0)) && Long.parseLong(text) > MOST
                    ? Parsed.invalid("no account has such a number")
                    : Parsed.valid(text);
        }
    }

    static final class Ports extends RulesForm<List<PortRange>> {
        private static final Pattern RANGE = Pattern.compile("([0-9]{1,5})(?:-([0-9]{1,5}))?");

        Ports() {
            super(
                    "a list of ports",
                    "ports and ranges with commas, for example 80,443,8000-8999",
                    Ports::parse);
        }

        private static Parsed<List<PortRange>> parse(String text) {
            List<PortRange> ranges = new ArrayList<>();
            for (String part : text.split(",", -1)) {
                var range = RANGE.matcher(part);
                if (!range.matches()) {
                    return Parsed.invalid("a part of it is neither a port nor a range");
                }
                int first = Integer.parseInt(range.group(1));
                int last = range.group(2) == null ? first : Integer.parseInt(range.group(2));
                if (first < 1 || last > 0xffff || first > last) {
                    return Parsed.invalid("a part of it is empty or out of range");
                }
                ranges.add(new PortRange(first, last));
            }
            return Parsed.valid(ranges);
        }
    }

    static final class ExcludedNetwork extends RulesForm<Network> {
        ExcludedNetwork() {
            super(
                    "a network",
                    "IP or IP/bits, for example 192.0.2.0/24 or 2001:db8::/32",
                    Network::parse);
        }
    }

    static final class Reaching extends RulesForm<Scope.Reach> {
        Reaching() {
            super("a reach", "public or all", text -> ModeText.parse(Scope.Reach.values(), text));
        }
    }

    static final class FamilyChoice extends RulesForm<RulesFlags.FamilyWord> {
        FamilyChoice() {
            super(
                    "a choice of families",
                    "both, ipv4 or ipv6",
                    text -> ModeText.parse(RulesFlags.FamilyWord.values(), text));
        }
    }
}
