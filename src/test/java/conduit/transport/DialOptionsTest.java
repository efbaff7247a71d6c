package conduit.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import conduit.config.Dialling;
import conduit.config.Fwmark;
import conduit.config.KeepAlive;
import conduit.config.SeenAs;
import conduit.e2e.kit.NetworkNamespace;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.unix.IntegerUnixChannelOption;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Where what is dialled comes from, and its mark, as peers and the kernel see it. */
@EnabledOnOs(OS.LINUX)
class DialOptionsTest {

    private static final Inet4Address SOURCE4 = (Inet4Address) InetAddress.ofLiteral("192.0.2.7");
    private static final Inet6Address SOURCE6 = (Inet6Address) InetAddress.ofLiteral("2001:db8::7");

    private static final ChannelOption<Integer> SO_MARK =
            new IntegerUnixChannelOption("SO_MARK", 1, 36);

    @AutoClose private NetworkNamespace network;
    private final List<AutoCloseable> open = new ArrayList<>();

    @BeforeEach
    void begin() {
        network = NetworkNamespace.open();
        network.run(
                """
                ip address add 192.0.2.0/24 dev lo
                ip -6 address add 2001:db8::1/128 dev lo nodad
                ip -6 address add 2001:db8::7/128 dev lo nodad
                """);
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable one : open) {
            one.close();
        }
    }

    @Test
    void dialsFromTheAddressOfEachFamily() throws Exception {
        Transport transport = transport(from(Optional.of(SOURCE4), Optional.of(SOURCE6)));
        assertThat(seenBy(listen("192.0.2.1"), transport)).isEqualTo(SOURCE4);
        assertThat(seenBy(listen("2001:db8::1"), transport)).isEqualTo(SOURCE6);
    }

    @Test
    void leavesTheOtherFamilyToTheKernel() throws Exception {
        Transport transport = transport(from(Optional.of(SOURCE4), Optional.empty()));
        assertThat(seenBy(listen("2001:db8::1"), transport))
                .isEqualTo(InetAddress.ofLiteral("2001:db8::1"));
    }

    @Test
    void usesAPortForMoreThanOneDestination() throws Exception {
        ServerSocket first = listen("192.0.2.1");
        ServerSocket second = listen("192.0.2.2");
        network.run("sysctl -qw net.ipv4.ip_local_port_range='40000 40003'");
        Transport transport = transport(from(Optional.of(SOURCE4), Optional.empty()));
        for (int i = 0; i < 3; i++) {
            assertThat(seenBy(first, transport)).isEqualTo(SOURCE4);
            assertThat(seenBy(second, transport)).isEqualTo(SOURCE4);
        }
    }

    @Test
    void marksWhatItDialsAndWhatTheResolverAsksWith() throws Exception {
        Fwmark mark = new Fwmark(0xfffffffe);
        Transport transport =
                transport(Dialling.from(List.of(), Optional.of(mark), SeenAs.CONDUIT));
        Channel dialled = dial(listen("192.0.2.1"), transport).channel();
        assertThat(dialled.config().getOption(SO_MARK)).isEqualTo(mark.bits());
        for (Channel asking :
                List.of(
                        network.call(() -> transport.datagrams().newChannel()),
                        network.call(() -> transport.streams().newChannel()))) {
            assertThat(asking.config().getOption(SO_MARK)).isEqualTo(mark.bits());
            asking.unsafe().closeForcibly();
        }
    }

    @Test
    void findsOutAtStartWhatItCannotDialFrom() {
        Inet4Address foreign = (Inet4Address) InetAddress.ofLiteral("198.51.100.7");
        Transport transport = transport(from(Optional.of(foreign), Optional.of(SOURCE6)));
        assertThatThrownBy(() -> network.call(() -> tried(transport)))
                .rootCause()
                .hasMessage(
                        "cannot dial from 198.51.100.7: no interface of this machine has that"
                                + " address");
    }

    @Test
    void findsNothingWrongWithWhatIsPossible() {
        assertThat(network.call(() -> tried(transport(Dialling.AS_THE_KERNEL_LIKES)))).isTrue();
        Dialling all =
                new Dialling(
                        Optional.of(SOURCE4),
                        Optional.of(SOURCE6),
                        Optional.of(new Fwmark(42)),
                        SeenAs.CLIENT);
        assertThat(network.call(() -> tried(transport(all)))).isTrue();
    }

    private static boolean tried(Transport transport) throws CannotDialException {
        transport.tryDialling();
        return true;
    }

    private static Dialling from(Optional<Inet4Address> from4, Optional<Inet6Address> from6) {
        return new Dialling(from4, from6, Optional.empty(), SeenAs.CONDUIT);
    }

    private Transport transport(Dialling dialling) {
        Transport transport = new Transport(1, new KeepAlive.KernelDefaults(), dialling);
        open.add(transport);
        return transport;
    }

    private ServerSocket listen(String address) {
        ServerSocket listener =
                network.call(() -> new ServerSocket(0, 50, InetAddress.ofLiteral(address)));
        open.add(listener);
        return listener;
    }

    /** Dials a listener and tells whom it sees. */
    private InetAddress seenBy(ServerSocket listener, Transport transport) throws Exception {
        dial(listener, transport);
        Socket accepted = listener.accept();
        open.add(accepted);
        return accepted.getInetAddress();
    }

    private ChannelFuture dial(ServerSocket listener, Transport transport) throws Exception {
        EventLoop loop = transport.nextLoop();
        InetSocketAddress address = (InetSocketAddress) listener.getLocalSocketAddress();
        return network.call(() -> loop.submit(() -> transport.connect(loop, address)).get()).sync();
    }
}
