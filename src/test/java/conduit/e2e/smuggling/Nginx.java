package conduit.e2e.smuggling;

import static org.awaitility.Awaitility.await;

import conduit.e2e.kit.Family;
import conduit.e2e.kit.Installed;
import conduit.e2e.kit.Message;
import conduit.e2e.kit.Peer;
import conduit.e2e.kit.Target;
import java.io.EOFException;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * nginx from Debian's packages as a second opinion: how many requests does it read in some bytes?
 * Owned by the test, which closes it: that ends this process, which has no children.
 */
final class Nginx implements AutoCloseable {

    /** Its port is chosen before it starts, and may be taken meanwhile. */
    private static final int ATTEMPTS = 3;

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** Written behind the bytes in question: what is answered before it was in them. */
    private static final String LAST =
            "GET /last HTTP/1.1\r\nHost: last\r\nConnection: close\r\n\r\n";

    private final Process process;
    private final Target target;

    private Nginx(Process process, Target target) {
        this.process = process;
        this.target = target;
    }

    /** Starts it with everything it reads and writes in this folder. */
    static Nginx start(Path folder) throws IOException {
        String program = Installed.program("nginx");
        Files.createDirectories(folder.resolve("logs"));
        Path log = folder.resolve("log");
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            Target target = Target.closed(Family.IPV4);
            Path configuration = folder.resolve("nginx.conf");
            Files.writeString(configuration, configuration(folder, target.port()));
            List<String> command =
                    List.of(
                            program,
                            "-p",
                            folder.toString(),
                            "-c",
                            configuration.toString(),
                            "-e",
                            folder.resolve("errors").toString());
            Process process =
                    new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(log.toFile())
                            .start();
            Nginx nginx = new Nginx(process, target);
            await().atMost(PATIENCE).until(() -> nginx.isListening() || !process.isAlive());
            if (process.isAlive()) {
                return nginx;
            }
        }
        throw new AssertionError("nginx does not start: " + Files.readString(log));
    }

    private static String configuration(Path folder, int port) {
        return """
        daemon off;
        master_process off;
        pid %1$s/pid;
        error_log %1$s/errors crit;
        events { worker_connections 64; }
        http {
            access_log off;
            client_body_temp_path %1$s/body;
            proxy_temp_path %1$s/proxy;
            fastcgi_temp_path %1$s/fastcgi;
            uwsgi_temp_path %1$s/uwsgi;
            scgi_temp_path %1$s/scgi;
            client_max_body_size 0;
            large_client_header_buffers 8 128k;
            server {
                listen 127.0.0.1:%2$d;
                location / { return 200 $request_uri; }
            }
        }
        """
                .formatted(folder, port);
    }

    private boolean isListening() {
        try (Socket socket = new Socket()) {
            socket.connect(target.address());
            return true;
        } catch (IOException notYet) {
            return false;
        }
    }

    /**
     * What it answers to these bytes: the target of each request it reads in them, or a status
     * other than 200 for what it does not take for a request.
     */
    List<String> reads(String bytes) throws IOException {
        List<String> read = new ArrayList<>();
        try (Peer peer = Peer.to(target.address())) {
            peer.write(bytes + LAST);
            while (true) {
                Message reply = Message.reply(peer);
                String what = reply.status() == 200 ? reply.body() : "" + reply.status();
                if (what.equals("/last")) {
                    return read;
                }
                read.add(what);
            }
        } catch (EOFException | SocketException closed) {
            return read;
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
