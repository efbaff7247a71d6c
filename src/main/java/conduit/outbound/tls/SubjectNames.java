package conduit.outbound.tls;

import conduit.address.Destination;
import conduit.address.IpLiteral;
import java.net.InetAddress;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * For whom a certificate stands: the names and addresses of its subjectAltName, and nothing else of
 * it (RFC 9525, section 6). Pure.
 */
final class SubjectNames {

    /** RFC 5280, section 4.2.1.6: which of the choices of GeneralName these are. */
    private static final Integer DNS_NAME = 2;

    private static final Integer IP_ADDRESS = 7;

    private static final String ANY_LABEL = "*.";

    /** Of some hundreds that a certificate may hold. */
    private static final int MOST_IN_WORDS = 5;

    private final List<String> dnsNames;
    private final List<String> addresses;

    private SubjectNames(List<String> dnsNames, List<String> addresses) {
        this.dnsNames = List.copyOf(dnsNames);
        this.addresses = List.copyOf(addresses);
    }

    /** Those of a certificate. */
    static SubjectNames of(X509Certificate certificate) throws CertificateParsingException {
        Collection<List<?>> alternatives = certificate.getSubjectAlternativeNames();
        List<String> dnsNames = new ArrayList<>();
        List<String> addresses = new ArrayList<>();
        for (List<?> one : alternatives == null ? List.<List<?>>of() : alternatives) {
            if (DNS_NAME.equals(one.get(0))) {
                dnsNames.add(String.valueOf(one.get(1)));
            } else if (IP_ADDRESS.equals(one.get(0))) {
                addresses.add(String.valueOf(one.get(1)));
            }
        }
        return of(dnsNames, addresses);
    }

    /** These, as the JDK writes them. */
    static SubjectNames of(List<String> dnsNames, List<String> addresses) {
        return new SubjectNames(dnsNames, addresses);
    }

    /** Whether the destination's host is one of them. */
    boolean cover(Destination destination) {
        return switch (destination) {
            case Destination.Name(String name, int _) -> {
                String host = folded(withoutFinalDot(name));
                yield dnsNames.stream().anyMatch(one -> covers(folded(one), host));
            }
            case Destination.Address(InetAddress address, int _) ->
                    addresses.stream().map(IpLiteral::parse).anyMatch(Optional.of(address)::equals);
        };
    }

    /**
     * RFC 9525, section 6.3: a wildcard is the whole left-most label, and stands for one. Of a name
     * with two labels it is not taken, as it would stand for all of a top level domain.
     */
    private static boolean covers(String dnsName, String host) {
        if (!dnsName.startsWith(ANY_LABEL)) {
            return dnsName.equals(host);
        }
        String parent = dnsName.substring(ANY_LABEL.length() - 1);
        int label = host.indexOf('.');
        return label > 0 && parent.lastIndexOf('.') > 0 && host.substring(label).equals(parent);
    }

    /** RFC 6066, section 3: a server is named without it. */
    static String withoutFinalDot(String name) {
        return name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
    }

    /** Letters of ASCII only: others have no upper case that would be the same name. */
    private static String folded(String name) {
        return name.chars().allMatch(c -> c < 0x80) ? name.toLowerCase(Locale.ROOT) : name;
    }

    /** For whom, in words: the first of them. */
    @Override
    public String toString() {
        List<String> all = Stream.concat(dnsNames.stream(), addresses.stream()).toList();
        if (all.isEmpty()) {
            return "nobody";
        }
        String first = all.stream().limit(MOST_IN_WORDS).collect(Collectors.joining(", "));
        return all.size() <= MOST_IN_WORDS ? first : first + ", ...";
    }
}
