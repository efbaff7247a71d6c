package conduit.e2e.browser;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;

/**
 * The developer tools of a Chromium that shows one page (Chrome DevTools Protocol). Owned by the
 * test.
 */
public final class DevTools implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Pattern LISTENING = Pattern.compile("DevTools listening on ws://(\\S+?)/");

    private final HttpClient client = HttpClient.newHttpClient();
    private final AtomicInteger commands = new AtomicInteger();
    private final Map<Integer, CompletableFuture<JsonObject>> asked = new ConcurrentHashMap<>();
    private final Map<String, Consumer<JsonObject>> listeners = new ConcurrentHashMap<>();
    private final WebSocket socket;

    /** Those of the page that it shows now. */
    public DevTools(Chromium browser) throws Exception {
        this.socket =
                client.newWebSocketBuilder()
                        .buildAsync(page(authority(browser)), new Messages())
                        .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    private static String authority(Chromium browser) {
        return Awaitility.await()
                .atMost(PATIENCE)
                .until(
                        () -> LISTENING.matcher(browser.errors()).results().toList(),
                        found -> !found.isEmpty())
                .getFirst()
                .group(1);
    }

    private URI page(String authority) throws IOException, InterruptedException {
        HttpRequest request =
                HttpRequest.newBuilder(URI.create("http://" + authority + "/json/list")).build();
        String targets = client.send(request, BodyHandlers.ofString(UTF_8)).body();
        Matcher found = Pattern.compile("\"(ws://[^\"]*/devtools/page/[^\"]*)\"").matcher(targets);
        if (!found.find()) {
            throw new IOException("no page in " + targets);
        }
        return URI.create(found.group(1));
    }

    /** Sends the page there. */
    public void visit(String url) {
        JsonObject to = new JsonObject();
        to.addProperty("url", url);
        command("Page.navigate", to);
    }

    /** What comes of an expression in the page; of a promise, what it is kept with. */
    public JsonElement evaluate(String expression) {
        JsonObject parameters = new JsonObject();
        parameters.addProperty("expression", expression);
        parameters.addProperty("awaitPromise", true);
        parameters.addProperty("returnByValue", true);
        JsonObject answer = ask("Runtime.evaluate", parameters);
        if (answer.has("exceptionDetails")) {
            throw new AssertionError(expression + ": " + answer);
        }
        return Objects.requireNonNullElse(
                answer.getAsJsonObject("result").get("value"), JsonNull.INSTANCE);
    }

    /** Gives a command, and waits for its result. */
    public JsonObject ask(String method, JsonObject parameters) {
        JsonObject answer =
                command(method, parameters)
                        .orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS)
                        .join();
        return Optional.ofNullable(answer.getAsJsonObject("result"))
                .orElseThrow(() -> new AssertionError(method + ": " + answer));
    }

    /** Gives a command. */
    public CompletableFuture<JsonObject> command(String method, JsonObject parameters) {
        int id = commands.incrementAndGet();
        JsonObject command = new JsonObject();
        command.addProperty("id", id);
        command.addProperty("method", method);
        command.add("params", parameters);
        CompletableFuture<JsonObject> answer = new CompletableFuture<>();
        asked.put(id, answer);
        synchronized (socket) {
            socket.sendText(command.toString(), true).join();
        }
        return answer;
    }

    /** From now on this listener is told the parameters of such events, on threads of a pool. */
    public void on(String event, Consumer<JsonObject> listener) {
        listeners.put(event, listener);
    }

    private final class Messages implements WebSocket.Listener {

        private final StringBuilder message = new StringBuilder();

        @Override
        public CompletionStage<?> onText(WebSocket from, CharSequence text, boolean last) {
            message.append(text);
            if (last) {
                JsonObject whole = JsonParser.parseString(message.toString()).getAsJsonObject();
                message.setLength(0);
                // On another thread: a command waits for what is sent before.
                CompletableFuture.runAsync(() -> arrived(whole));
            }
            from.request(1);
            return CompletableFuture.completedStage(null);
        }

        private void arrived(JsonObject message) {
            if (message.has("id")) {
                Optional.ofNullable(asked.remove(message.get("id").getAsInt()))
                        .ifPresent(waiting -> waiting.complete(message));
            } else {
                Optional.ofNullable(listeners.get(message.get("method").getAsString()))
                        .ifPresent(listener -> listener.accept(message.getAsJsonObject("params")));
            }
        }
    }

    @Override
    public void close() {
        socket.abort();
        client.shutdownNow();
    }
}
