package conduit.doctor.look;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Settings of the kernel, under their paths below {@code /proc/sys} (proc_sys(5)). */
public record Settings(Map<String, String> values) {

    /** The kernel's own version. */
    static final String RELEASE = "kernel/osrelease";

    private static final Pattern MAJOR_AND_MINOR = Pattern.compile("^(\\d{1,4})\\.(\\d{1,4})");

    /** Copies them. */
    public Settings {
        values = Map.copyOf(values);
    }

    /** What is set, if there is such a setting here. */
    public Optional<String> text(String path) {
        return Optional.ofNullable(values.get(path));
    }

    /** The same where it is a number. */
    public OptionalLong number(String path) {
        return text(path)
                .filter(value -> value.matches("-?[0-9]{1,18}"))
                .map(value -> OptionalLong.of(Long.parseLong(value)))
                .orElse(OptionalLong.empty());
    }

    /** Whether CAP_NET_RAW is enough for SO_MARK: since Linux 5.17 (socket(7)). */
    public boolean letsNetRawMark() {
        return text(RELEASE)
                .map(MAJOR_AND_MINOR::matcher)
                .filter(Matcher::find)
                .filter(release -> {
                    int major = Integer.parseInt(release.group(1));
                    return major > 5 || (major == 5 && Integer.parseInt(release.group(2)) >= 17);
                })
                .isPresent();
    }

    /** Of an IPv4 interface; {@code all} counts for each (kernel: networking/ip-sysctl.rst). */
    public long ofInterface(String device, String name) {
        return Math.max(
                number("net/ipv4/conf/all/" + name).orElse(0),
                number("net/ipv4/conf/" + device + "/" + name).orElse(0));
    }

    /** The commands that set one to 0 for these interfaces, wherever it is set now. */
    public String turningOff(List<String> devices, String name) {
        return Stream.concat(Stream.of("all"), devices.stream())
                .map(device -> "net/ipv4/conf/" + device + "/" + name)
                .filter(path -> number(path).orElse(0) != 0)
                .map(path -> command(path, "0"))
                .collect(Collectors.joining(" && "));
    }

    /** The command that changes one. */
    public static String command(String path, String value) {
        // A name with dots in it, as of a VLAN, is why sysctl(8) takes slashes too.
        String name = path.indexOf('.') < 0 ? path.replace('/', '.') : path;
        return "sysctl -w " + name + "=" + value;
    }
}
