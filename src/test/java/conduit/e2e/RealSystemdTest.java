package conduit.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import conduit.e2e.kit.Installed;
import conduit.e2e.kit.SystemdContainer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The units under a real systemd, installed as the documentation says; {@code -Psystemd}. */
@Tag("systemd")
class RealSystemdTest {

    /** Connects through conduit to an echo of its own, and asks it until the tunnel ends. */
    private static final String TUNNEL =
            """
            import socket, threading, time
            origin = socket.create_server(('127.0.0.1', 9999))
            def echo():
                end, _ = origin.accept()
                while True:
                    end.sendall(end.recv(100))
            threading.Thread(target=echo, daemon=True).start()
            client = socket.create_connection(('127.0.0.1', 8080))
            client.sendall(b'CONNECT 127.0.0.1:9999 HTTP/1.1\\r\\nHost: 127.0.0.1:9999\\r\\n\\r\\n')
            client.recv(1000)
            open('/tmp/tunnel', 'w').close()
            try:
                while True:
                    client.sendall(b'x')
                    if not client.recv(100): break
                    time.sleep(0.05)
            except OSError:
                pass
            """;

    /** Connects and asks again and again until there is a file; fails when it is once refused. */
    private static final String COMING_AND_GOING =
            """
            import os, socket
            served = 0
            while not os.path.exists('/tmp/enough'):
                with socket.create_connection(('127.0.0.1', 8080), timeout=60) as client:
                    client.sendall(b'GET / HTTP/1.1\\r\\n\\r\\n')
                    assert client.recv(12) == b'HTTP/1.1 400'
                served += 1
            print('served', served)
            """;

    private static SystemdContainer systemd;

    @BeforeAll
    static void installAsTheDocumentationSays(@TempDir Path folder) throws Exception {
        Installed.program("python3");
        systemd = SystemdContainer.boot(folder);
        String page = Files.readString(Path.of("docs", "systemd.md"));
        systemd.run(page.replaceFirst("(?s).*?```sh\n(.*?)```.*", "$1"));
        systemd.run("cat > /root/tunnel.py <<'END'\n" + TUNNEL + "END\n");
        systemd.run("cat > /root/clients.py <<'END'\n" + COMING_AND_GOING + "END\n");
    }

    @AfterAll
    static void powerOff() throws IOException {
        if (systemd != null) {
            systemd.close();
        }
    }

    @BeforeEach
    void beginAnew() throws Exception {
        systemd.run(
                """
                systemctl stop conduit.socket 2>/dev/null || true
                systemctl kill --signal=KILL conduit || true
                systemctl stop conduit
                rm -rf /etc/systemd/system/conduit.service.d /tmp/tunnel /tmp/enough /var/log/conduit/*
                systemctl daemon-reload
                systemctl reset-failed conduit || true
                journalctl --quiet --rotate
                journalctl --quiet --vacuum-time=1s
                """);
        configure("drain-timeout = '0s'");
    }

    private static void configure(String... lines) throws Exception {
        systemd.run(
                """
                cat > /etc/conduit/conduit.toml <<'END'
                http-listen = "127.0.0.1:8080"
                socks5-listen = "127.0.0.1:1080"
                guard = "off"
                %s
                END
                """
                        .formatted(String.join("\n", lines)));
    }

    private static void dropIn(String setting) throws Exception {
        systemd.run(
                """
                mkdir -p /etc/systemd/system/conduit.service.d
                printf '[Service]\\n%s\\n' > /etc/systemd/system/conduit.service.d/test.conf
                systemctl daemon-reload
                """
                        .formatted(setting));
    }

    private static String log(String options) throws Exception {
        return systemd.run("journalctl --unit=conduit --output=cat " + options);
    }

    @Test
    void isReadyWhenItListensAndSaysHowItIs() throws Exception {
        String status =
                systemd.run(
                        """
                        systemctl start conduit
                        exec 3<>/dev/tcp/127.0.0.1/8080 4<>/dev/tcp/127.0.0.1/1080
                        systemctl show --property=StatusText,NotifyAccess,User conduit
                        """);
        assertThat(status)
                .contains("StatusText=serving http 127.0.0.1:8080, socks5 127.0.0.1:1080; ")
                .contains("User=conduit");
    }

    @Test
    void reloadsAGoodFileAndSaysThatABrokenOneIsBroken() throws Exception {
        systemd.run("systemctl start conduit");
        configure("dial-timeout = '3s'");
        systemd.run(
                """
                systemctl reload conduit
                reloaded() { journalctl --unit=conduit | grep -q 'reloaded: .*dial-timeout'; }
                until_so reloaded
                """);
        configure("dial-timeout = 'soon'");
        systemd.run("! systemctl reload conduit && systemctl is-active conduit");
        assertThat(log("--priority=err"))
                .contains("conduit: /etc/conduit/conduit.toml:4:1: dial-timeout: 'soon'");
        // Nor what the check of a good file prints.
        assertThat(log("")).doesNotContain("not reloaded", "# Listeners");
    }

    @Test
    void isNotStartedAgainWithAMistake() throws Exception {
        configure("dial-timeout = 'soon'");
        String state =
                systemd.run(
                        """
                        ! systemctl start conduit
                        systemctl show --property=NRestarts,ActiveState,ExecMainStatus conduit
                        """);
        assertThat(state).contains("NRestarts=0", "ActiveState=failed", "ExecMainStatus=2");
    }

    /** More often than systemd tries by default, where a JVM starts fast enough. */
    @Test
    void isStartedAgainUntilItsAddressCanBeHad() throws Exception {
        dropIn("RestartSec=100ms\n[Unit]\nStartLimitBurst=2");
        systemd.run(
                """
                python3 -c "
                import socket, time
                taken = socket.create_server(('127.0.0.1', 1080))
                time.sleep(100)" &
                ! systemctl start conduit
                again() { [[ $(systemctl show --property=NRestarts --value conduit) -ge 6 ]]; }
                until_so again
                kill %1
                until_so systemctl is-active --quiet conduit
                """);
    }

    @Test
    void drainsForLongerThanSystemdWouldWaitByItself() throws Exception {
        configure("drain-timeout = '4s'");
        dropIn("TimeoutStopSec=1s");
        String result =
                systemd.run(
                        """
                        systemctl start conduit
                        python3 /root/tunnel.py &
                        until_so test -e /tmp/tunnel
                        systemctl stop conduit
                        wait
                        systemctl show --property=Result,ExecMainStatus conduit
                        """);
        assertThat(result).contains("Result=success", "ExecMainStatus=0");
        assertThat(log("")).contains("stopped: 0 ended by themselves, 1 cut");
    }

    @Test
    void isStartedAgainWhenItHangs() throws Exception {
        dropIn("WatchdogSec=3s");
        systemd.run(
                """
                systemctl start conduit
                kill -STOP $(systemctl show --property=MainPID --value conduit)
                again() { [[ $(systemctl show --property=NRestarts --value conduit) -ge 1 ]]; }
                until_so again
                until_so systemctl is-active --quiet conduit
                exec 3<>/dev/tcp/127.0.0.1/8080
                """);
    }

    @Test
    void turnsNobodyAwayWhileItIsRestartedBehindASocketOfSystemds() throws Exception {
        String said =
                systemd.run(
                        """
                        install -m 644 /opt/conduit/packaging/systemd/conduit.socket /etc/systemd/system/
                        systemctl daemon-reload
                        systemctl start conduit.socket
                        python3 /root/clients.py &
                        until_so systemctl is-active --quiet conduit
                        systemctl restart conduit
                        systemctl restart conduit
                        touch /tmp/enough
                        wait %1
                        """);
        assertThat(said).contains("served ");
    }

    @Test
    void hasTheCapabilityForTproxyAndNoOther() throws Exception {
        configure("tproxy-listen = '127.0.0.1:8081'");
        String status =
                systemd.run(
                        """
                        install -D -m 644 /opt/conduit/packaging/systemd/conduit-transparent.conf \\
                            /etc/systemd/system/conduit.service.d/transparent.conf
                        systemctl daemon-reload
                        systemctl start conduit
                        listens() { journalctl --unit=conduit | grep -q 'listening: tproxy'; }
                        until_so listens
                        grep Cap /proc/$(systemctl show --property=MainPID --value conduit)/status
                        """);
        assertThat(status.lines().filter(line -> line.startsWith("Cap")))
                .hasSize(5)
                .allMatch(line -> line.endsWith("\t0000000000002000"));
        assertThat(log("")).doesNotContain("TPROXY is off");
    }

    @Test
    void writesItsAccessLogWhereItMayAndOpensItAnew() throws Exception {
        configure("access-log = '/var/log/conduit/access.log'");
        systemd.run(
                """
                systemctl start conduit
                ask() {
                    exec 3<>/dev/tcp/127.0.0.1/8080
                    printf 'GET / HTTP/1.1\\r\\n\\r\\n' >&3
                    cat <&3 >/dev/null
                }
                ask
                cd /var/log/conduit
                until_so test -s access.log
                mv access.log access.log.1
                systemctl kill --kill-whom=main --signal=USR1 conduit
                until_so test -e access.log
                ask
                until_so test -s access.log
                """);
    }
}
