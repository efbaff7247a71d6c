package conduit.e2e.upstream;

import conduit.e2e.kit.Installed;
import conduit.e2e.kit.Upstream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The proxies of others that conduit is run behind, from Debian's packages: how each is told to
 * listen on one port of 127.0.0.1, to stay in the foreground and, where it can, to deny one
 * destination. Two of them let nobody in without a password.
 */
enum ParentProgram {

    /** With Basic authentication. */
    SQUID("squid", Upstream.HTTP) {
        @Override
        List<String> command(Path folder, int port) throws IOException {
            Path passwords = folder.resolve("passwords");
            Files.writeString(passwords, USER + ":" + PASSWORD_HASH + "\n");
            String configuration =
                    """
                    http_port 127.0.0.1:%d
                    auth_param basic program /usr/lib/squid/basic_ncsa_auth %s
                    auth_param basic children 1 startup=1
                    acl known proxy_auth REQUIRED
                    acl forbidden dst %s
                    http_access deny !known
                    http_access deny forbidden
                    http_access allow all
                    cache deny all
                    cache_mem 0 MB
                    access_log none
                    cache_log /dev/null
                    cache_store_log none
                    pid_filename none
                    pinger_enable off
                    visible_hostname localhost
                    shutdown_lifetime 0 seconds
                    """
                            .formatted(port, passwords, FORBIDDEN);
            // -N: one process, in the foreground; -d: what is wrong goes to standard error too.
            return List.of(program(), "-N", "-d", "1", "-f", written(folder, configuration));
        }
    },

    TINYPROXY("tinyproxy", Upstream.HTTP) {
        @Override
        List<String> command(Path folder, int port) throws IOException {
            Path filter = folder.resolve("filter");
            Files.writeString(filter, "^" + FORBIDDEN.replace(".", "\\.") + "$\n");
            String configuration =
                    """
                    Port %d
                    Listen 127.0.0.1
                    Filter "%s"
                    LogLevel Warning
                    """
                            .formatted(port, filter);
            return List.of(program(), "-d", "-c", written(folder, configuration));
        }
    },

    /** With user and password; it has no rules. */
    MICROSOCKS("microsocks", Upstream.SOCKS5) {
        @Override
        List<String> command(Path folder, int port) {
            String at = Integer.toString(port);
            return List.of(program(), "-i", "127.0.0.1", "-p", at, "-u", USER, "-P", PASSWORD);
        }
    },

    DANTE("danted", Upstream.SOCKS5) {
        @Override
        List<String> command(Path folder, int port) throws IOException {
            String self = System.getProperty("user.name");
            String configuration =
                    """
                    logoutput: stderr
                    internal: 127.0.0.1 port = %d
                    external: 127.0.0.1
                    socksmethod: none
                    clientmethod: none
                    user.privileged: %s
                    user.unprivileged: %s
                    client pass { from: 0.0.0.0/0 to: 0.0.0.0/0 }
                    socks block { from: 0.0.0.0/0 to: %s/32 }
                    socks pass { from: 0.0.0.0/0 to: 0.0.0.0/0 }
                    """
                            .formatted(port, self, self, FORBIDDEN);
            String pidFile = folder.resolve("pid").toString();
            return List.of(program(), "-f", written(folder, configuration), "-p", pidFile);
        }
    };

    static final String USER = "conduit";
    static final String PASSWORD = "let me: in";

    /** The password as {@code openssl passwd -apr1} writes it. */
    private static final String PASSWORD_HASH = "$apr1$egress00$kacFk5UQqw1WDqBi/mfU41";

    /** The destination that every parent with rules denies. */
    static final String FORBIDDEN = "127.0.0.66";

    private final String executable;
    private final Upstream kind;

    ParentProgram(String executable, Upstream kind) {
        this.executable = executable;
        this.kind = kind;
    }

    /** The command that runs it in the foreground; what it reads is in the folder. */
    abstract List<String> command(Path folder, int port) throws IOException;

    /** Its path; where it is not installed, the test is skipped. */
    String program() {
        return Installed.program(executable);
    }

    /** What conduit must speak with it. */
    Upstream kind() {
        return kind;
    }

    /** Whether it lets in only who knows the password. */
    boolean wantsPassword() {
        return this == SQUID || this == MICROSOCKS;
    }

    private static String written(Path folder, String configuration) throws IOException {
        return Files.writeString(folder.resolve("configuration"), configuration).toString();
    }
}
