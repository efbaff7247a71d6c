package conduit.outbound.dns;

import conduit.address.IpLiteral;
import io.netty.buffer.ByteBufUtil;
import io.netty.handler.codec.CorruptedFrameException;
import io.netty.handler.codec.dns.DefaultDnsRecordDecoder;
import io.netty.handler.codec.dns.DnsQuestion;
import io.netty.handler.codec.dns.DnsRawRecord;
import io.netty.handler.codec.dns.DnsRecord;
import io.netty.handler.codec.dns.DnsRecordType;
import io.netty.handler.codec.dns.DnsResponse;
import io.netty.handler.codec.dns.DnsResponseCode;
import io.netty.handler.codec.dns.DnsSection;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * What one response says about the addresses of a name. Pure; believes only records of the name
 * asked for and of its aliases, whatever else the response holds.
 */
sealed interface Reading {

    /** The name, or what it is an alias of, has these addresses for so long. */
    record Addresses(List<InetAddress> addresses, Duration ttl) implements Reading {}

    /** The name is an alias, and the response does not say what the other name has. */
    record Alias(String target, Duration ttl) implements Reading {}

    /** There is no such name, whatever is asked of it (RFC 8020). */
    record NoSuchName() implements Reading {}

    /** The name has no address of this family (RFC 2308, section 2.2). */
    record NoAddress() implements Reading {}

    /** The server failed, does not look names up for others, or its response makes no sense. */
    record Unusable() implements Reading {}

    /**
     * How many addresses of a family are handed on: a dial tries one every quarter of a second or
     * so, and some names have dozens.
     */
    int MOST_ADDRESSES = 8;

    /** Longer chains of aliases are mistakes, or circles; unbound follows 11. */
    int MOST_ALIASES = 8;

    /** Longer than any TTL, which has 32 bits. */
    Duration ENDLESS = Duration.ofSeconds(Integer.MAX_VALUE);

    /** Judges a response to a question for A or AAAA records. */
    static Reading of(DnsQuestion question, DnsResponse response) {
        if (response.code().equals(DnsResponseCode.NXDOMAIN)) {
            return new NoSuchName();
        }
        if (!response.code().equals(DnsResponseCode.NOERROR)) {
            return new Unusable();
        }
        List<DnsRawRecord> answers = answers(response).toList();
        if (answers.isEmpty() && !isNegative(response)) {
            return new Unusable();
        }
        String name = question.name();
        Duration ttl = ENDLESS;
        for (int aliases = 0; aliases <= MOST_ALIASES; aliases++) {
            List<DnsRawRecord> found = named(name, question.type(), answers).toList();
            List<InetAddress> addresses = addresses(question.type(), found);
            if (!addresses.isEmpty()) {
                return new Addresses(addresses, shortest(ttl, found));
            }
            List<DnsRawRecord> alias = named(name, DnsRecordType.CNAME, answers).limit(1).toList();
            Optional<String> target = alias.stream().flatMap(Reading::target).findFirst();
            if (target.isEmpty()) {
                boolean end = aliases == 0 || hasStartOfAuthority(response);
                return end ? new NoAddress() : new Alias(name, ttl);
            }
            name = target.get();
            ttl = shortest(ttl, alias);
        }
        return new Unusable();
    }

    /** Whether a response without answers means that there are none. */
    private static boolean isNegative(DnsResponse response) {
        // Otherwise the rest did not fit, and could not be had over TCP; or the server only names
        // servers that it thinks closer, and asks nobody itself.
        return !response.isTruncated()
                && (response.isRecursionAvailable() || response.isAuthoritativeAnswer());
    }

    /** RFC 2308, section 2.2: so the end of a chain is told from a chain that is cut off. */
    private static boolean hasStartOfAuthority(DnsResponse response) {
        return IntStream.range(0, response.count(DnsSection.AUTHORITY))
                .mapToObj(i -> response.<DnsRecord>recordAt(DnsSection.AUTHORITY, i))
                .anyMatch(record -> record.type().equals(DnsRecordType.SOA));
    }

    private static Stream<DnsRawRecord> answers(DnsResponse response) {
        return IntStream.range(0, response.count(DnsSection.ANSWER))
                .mapToObj(i -> response.recordAt(DnsSection.ANSWER, i))
                .filter(DnsRawRecord.class::isInstance)
                .map(DnsRawRecord.class::cast);
    }

    private static Stream<DnsRawRecord> named(
            String name, DnsRecordType type, List<DnsRawRecord> answers) {
        return answers.stream()
                .filter(record -> record.type().equals(type))
                .filter(record -> record.name().equalsIgnoreCase(name));
    }

    private static List<InetAddress> addresses(DnsRecordType family, List<DnsRawRecord> records) {
        int length = family.equals(DnsRecordType.A) ? 4 : 16;
        return records.stream()
                .map(record -> ByteBufUtil.getBytes(record.content()))
                .filter(bytes -> bytes.length == length)
                .map(IpLiteral::ofBytes)
                .distinct()
                .limit(MOST_ADDRESSES)
                .toList();
    }

    private static Stream<String> target(DnsRawRecord alias) {
        try {
            String name = DefaultDnsRecordDecoder.decodeName(alias.content().duplicate());
            return Stream.of(name.toLowerCase(Locale.ROOT));
        } catch (CorruptedFrameException e) {
            return Stream.empty();
        }
    }

    private static Duration shortest(Duration ttl, List<DnsRawRecord> records) {
        return records.stream().map(Reading::ttl).reduce(ttl, Reading::shorter);
    }

    /** Of two times. */
    static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    /** RFC 2181, section 8: a TTL with its first bit set is none. */
    private static Duration ttl(DnsRawRecord record) {
        long seconds = record.timeToLive();
        return seconds > Integer.MAX_VALUE ? Duration.ZERO : Duration.ofSeconds(seconds);
    }
}
