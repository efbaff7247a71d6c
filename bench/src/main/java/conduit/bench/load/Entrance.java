package conduit.bench.load;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.net.InetSocketAddress;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;

/** How a client gets a tunnel from a proxy: where it connects and what is said first. */
public sealed interface Entrance {

    /** Where a client connects that wants this service. */
    InetSocketAddress address(Service destination);

    /** What is said, in order, until the tunnel stands. */
    List<Step> handshake(Service destination);

    /** Something to send and the answer to wait for. */
    record Step(ByteBuffer request, Reply reply) {

        Step(byte[] request, Reply reply) {
            this(ByteBuffer.wrap(request).asReadOnlyBuffer(), reply);
        }
    }

    /** Recognises an answer. */
    interface Reply {
        /**
         * Whether the answer is complete.
         *
         * @param received from 0 to its position
         * @throws ProtocolException when it is not the one hoped for
         */
        boolean isComplete(ByteBuffer received) throws ProtocolException;
    }

    /** No handshake: the proxy knows by its port where to go. */
    record Fixed(Map<Service, InetSocketAddress> addresses) implements Entrance {
        public Fixed {
            addresses = Map.copyOf(addresses);
        }

        @Override
        public InetSocketAddress address(Service destination) {
            InetSocketAddress address = addresses.get(destination);
            if (address == null) {
                throw new IllegalArgumentException("no entrance to " + destination);
            }
            return address;
        }

        @Override
        public List<Step> handshake(Service destination) {
            return List.of();
        }
    }

    /**
     * No handshake, and the client does not know of the proxy: it dials the service, and a firewall
     * rule brings it to the port of the proxy that stands for it.
     */
    record Redirected(Map<Service, Integer> ports) implements Entrance {
        public Redirected {
            ports = Map.copyOf(ports);
        }

        @Override
        public InetSocketAddress address(Service destination) {
            return destination.redirectedAddress();
        }

        @Override
        public List<Step> handshake(Service destination) {
            return List.of();
        }
    }

    /** HTTP CONNECT (RFC 9110 section 9.3.6). */
    record Connect(InetSocketAddress proxy) implements Entrance {
        @Override
        public InetSocketAddress address(Service destination) {
            return proxy;
        }

        @Override
        public List<Step> handshake(Service destination) {
            String authority = destination.authority();
            String request = "CONNECT %s HTTP/1.1\r\nHost: %1$s\r\n\r\n".formatted(authority);
            return List.of(new Step(request.getBytes(ISO_8859_1), Connect::isGranted));
        }

        private static boolean isGranted(ByteBuffer received) throws ProtocolException {
            int end = received.position();
            if (end < 4 || received.getInt(end - 4) != 0x0d0a0d0a) {
                return false;
            }
            String head = text(received);
            if (!head.matches("HTTP/1\\.[01] 200[ \r](?s:.*)")) {
                throw new ProtocolException("CONNECT was answered with " + head.lines().toList());
            }
            return true;
        }

        private static String text(ByteBuffer received) {
            byte[] bytes = new byte[received.position()];
            received.get(0, bytes);
            return new String(bytes, ISO_8859_1);
        }
    }

    /** SOCKS5 without authentication, one step after the other (RFC 1928). */
    record Socks5(InetSocketAddress proxy) implements Entrance {
        private static final byte[] GREETING = {5, 1, 0};

        @Override
        public InetSocketAddress address(Service destination) {
            return proxy;
        }

        @Override
        public List<Step> handshake(Service destination) {
            InetSocketAddress to = destination.address();
            ByteBuffer request = ByteBuffer.allocate(10);
            request.put(new byte[] {5, 1, 0, 1}).put(to.getAddress().getAddress());
            request.putShort((short) to.getPort());
            return List.of(
                    new Step(GREETING, received -> isAnswer(received, 2)),
                    new Step(request.array(), received -> isAnswer(received, 10)));
        }

        /** Both answers start with a 5 and a 0 where all is well. */
        private static boolean isAnswer(ByteBuffer received, int length) throws ProtocolException {
            if (received.position() < 2) {
                return false;
            }
            if (received.get(0) != 5 || received.get(1) != 0) {
                throw new ProtocolException("SOCKS5 was answered with code " + received.get(1));
            }
            return received.position() >= length;
        }
    }
}
