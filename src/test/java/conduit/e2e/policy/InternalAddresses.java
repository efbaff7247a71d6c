package conduit.e2e.policy;

import java.util.List;
import java.util.stream.Stream;

/** Ways to write an address that is nobody's business outside, as they stand before a port. */
final class InternalAddresses {

    /** Addresses, however they are written. */
    static final List<String> LITERALS =
            List.of(
                    // This machine
                    "127.0.0.1",
                    "127.0.0.2",
                    "127.1.2.3",
                    "127.255.255.254",
                    "0.0.0.0",
                    "0.0.0.1",
                    "0.255.255.255",
                    "[::1]",
                    "[0:0:0:0:0:0:0:1]",
                    "[0000:0000:0000:0000:0000:0000:0000:0001]",
                    "[::0:1]",
                    "[::]",
                    "[0::0]",
                    // Private networks
                    "10.0.0.1",
                    "10.255.255.255",
                    "172.16.0.1",
                    "172.31.255.255",
                    "192.168.0.1",
                    "192.168.255.255",
                    "[fc00::1]",
                    "[fd12:3456:789a::1]",
                    "[FD12:3456:789A::1]",
                    // Where clouds keep secrets
                    "169.254.169.254",
                    "169.254.170.2",
                    "169.254.0.1",
                    "100.100.100.200",
                    "192.0.0.192",
                    "[fd00:ec2::254]",
                    "[fe80::1]",
                    "[febf::1]",
                    "[fec0::1]",
                    // Other special purposes
                    "100.64.0.1",
                    "100.127.255.255",
                    "192.0.0.1",
                    "192.0.2.1",
                    "198.18.0.1",
                    "198.19.255.255",
                    "198.51.100.1",
                    "203.0.113.1",
                    "224.0.0.1",
                    "239.255.255.255",
                    "240.0.0.1",
                    "255.255.255.255",
                    "[100::1]",
                    "[2001:db8::1]",
                    "[3fff::1]",
                    "[5f00::1]",
                    "[ff02::1]",
                    "[ff0e::1]",
                    // IPv4 in IPv6
                    "[::ffff:127.0.0.1]",
                    "[::ffff:7f00:1]",
                    "[::FFFF:10.0.0.1]",
                    "[0:0:0:0:0:ffff:169.254.169.254]",
                    "[::127.0.0.1]",
                    "[::7f00:1]",
                    "[::ffff:0:127.0.0.1]",
                    "[64:ff9b::127.0.0.1]",
                    "[64:ff9b::7f00:1]",
                    "[64:ff9b::a9fe:a9fe]",
                    "[64:ff9b:1::1]",
                    "[64:ff9b:1:ffff::a00:1]",
                    "[2002:7f00:1::]",
                    "[2002:a00:1::1]",
                    "[2002:a9fe:a9fe::1]",
                    "[2001:0:1::1]",
                    "[2001:0:4136:e378:8000:63bf:3fff:fdd2]");

    /** What some systems read as an address, and what is none to anybody. */
    static final List<String> ODD_SPELLINGS =
            List.of(
                    "127.1",
                    "127.0.1",
                    "127.0.0.1.",
                    "127.0.0.01",
                    "0127.0.0.1",
                    "0177.0.0.1",
                    "0177.0.0.01",
                    "00000177.1",
                    "0x7f.0.0.1",
                    "0x7f.1",
                    "0X7F.1",
                    "0x7f000001",
                    "2130706433",
                    "017700000001",
                    "10.1",
                    "0xa9fea9fe",
                    "2852039166",
                    "169.254.43518",
                    "1.0",
                    "0",
                    "256.256.256.256",
                    "127.0.0.1.1",
                    "127..0.1",
                    ".127.0.0.1",
                    "[127.0.0.1]",
                    "[::1%lo]",
                    "[::1%25lo]",
                    "[::1",
                    "::1",
                    "[::g]",
                    "[v1.127]",
                    "127.0.0.1%00.example",
                    "127.0.0.1\t",
                    "user@127.0.0.1",
                    "127.0.0.1#.example",
                    "127.0.0.1\\.example",
                    "\u00b9\u00b27.0.0.1",
                    "loc\u00c3\u00a4lhost");

    /** Names of the name server's that lead to such an address, with the address. */
    static final List<Stated> NAMES =
            List.of(
                    new Stated("private.test", "10.0.0.1"),
                    new Stated("loopback.test", "127.0.0.1"),
                    new Stated("LOOPBACK.Test", "127.0.0.1"),
                    new Stated("loopback.test.", "127.0.0.1"),
                    new Stated("127.0.0.1.in.test", "127.0.0.1"),
                    new Stated("metadata.test", "169.254.169.254"),
                    new Stated("unspecified.test", "0.0.0.0"),
                    new Stated("six.test", "::1"),
                    new Stated("unspecified6.test", "::"),
                    new Stated("local6.test", "fd00:ec2::254"),
                    new Stated("compatible.test", "::127.0.0.1"),
                    new Stated("nat64.test", "64:ff9b::7f00:1"),
                    new Stated("local-nat64.test", "64:ff9b:1::7f00:1"),
                    new Stated("six-to-four.test", "2002:7f00:1::1"),
                    new Stated("teredo.test", "2001:0:1::1"),
                    new Stated("shared.test", "100.64.0.1"));

    private InternalAddresses() {}

    /** A name and what it leads to. */
    record Stated(String name, String address) {}

    /** Every name of the hosts file that is this machine, on any machine. */
    static Stream<String> namesOfThisMachine() {
        return Stream.of("localhost", "LOCALHOST", "localhost.", "LocalHost.");
    }
}
