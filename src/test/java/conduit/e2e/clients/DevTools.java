package conduit.e2e.clients;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;

/**
 * The developer tools of a Chromium that shows one page: it is sent to a site, and the prompt for a
 * password is answered as its user would. Owned by the test.
 */
final class DevTools implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Pattern LISTENING = Pattern.compile("DevTools listening on ws://(\\S+?)/");

    private final HttpClient client = HttpClient.newHttpClient();
    private final AtomicInteger commands = new AtomicInteger();
    private final AtomicInteger prompts = new AtomicInteger();
    private final String user;
    private final String password;
    private final WebSocket socket;

    /** Who answers prompts like this; where there is a second one, it is dismissed. */
    DevTools(Chromium browser, String user, String password) throws Exception {
        this.user = user;
        this.password = password;
        this.socket =
                client.newWebSocketBuilder()
                        .buildAsync(page(authority(browser)), new Events())
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
    void visit(String url) {
        JsonObject handling = new JsonObject();
        handling.addProperty("handleAuthRequests", true);
        command("Fetch.enable", handling);
        JsonObject to = new JsonObject();
        to.addProperty("url", url);
        command("Page.navigate", to);
    }

    /** How often a user would have been asked. */
    int prompts() {
        return prompts.get();
    }

    private void command(String method, JsonObject parameters) {
        JsonObject command = new JsonObject();
        command.addProperty("id", commands.incrementAndGet());
        command.addProperty("method", method);
        command.add("params", parameters);
        socket.sendText(command.toString(), true).join();
    }

    private final class Events implements WebSocket.Listener {

        private final StringBuilder message = new StringBuilder();

        @Override
        public CompletionStage<?> onText(WebSocket from, CharSequence text, boolean last) {
            message.append(text);
            if (last) {
                JsonObject event = JsonParser.parseString(message.toString()).getAsJsonObject();
                message.setLength(0);
                // On another thread: a command waits for what is sent before.
                CompletableFuture.runAsync(() -> answer(event));
            }
            from.request(1);
            return CompletableFuture.completedStage(null);
        }

        private void answer(JsonObject event) {
            if (!event.has("method")) {
                return;
            }
            JsonObject parameters = new JsonObject();
            switch (event.get("method").getAsString()) {
                case "Fetch.requestPaused" -> {
                    parameters.add("requestId", requestId(event));
                    command("Fetch.continueRequest", parameters);
                }
                case "Fetch.authRequired" -> {
                    boolean first = prompts.incrementAndGet() == 1;
                    JsonObject response = new JsonObject();
                    response.addProperty("response", first ? "ProvideCredentials" : "CancelAuth");
                    response.addProperty("username", user);
                    response.addProperty("password", password);
                    parameters.add("requestId", requestId(event));
                    parameters.add("authChallengeResponse", response);
                    command("Fetch.continueWithAuth", parameters);
                }
                default -> {}
            }
        }

        private static JsonElement requestId(JsonObject event) {
            return event.getAsJsonObject("params").get("requestId");
        }
    }

    @Override
    public void close() {
        socket.abort();
        client.shutdownNow();
    }
}
