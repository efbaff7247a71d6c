package conduit.e2e.clients;

import com.google.gson.JsonObject;
import conduit.e2e.browser.DevTools;
import java.util.concurrent.atomic.AtomicInteger;

/** Answers a browser's first prompt for a password as its user would, and dismisses others. */
final class Prompts {

    private final DevTools tools;
    private final String user;
    private final String password;
    private final AtomicInteger prompts = new AtomicInteger();

    private Prompts(DevTools tools, String user, String password) {
        this.tools = tools;
        this.user = user;
        this.password = password;
    }

    static Prompts answered(DevTools tools, String user, String password) {
        Prompts answering = new Prompts(tools, user, password);
        tools.on("Fetch.requestPaused", answering::goOn);
        tools.on("Fetch.authRequired", answering::answer);
        JsonObject handling = new JsonObject();
        handling.addProperty("handleAuthRequests", true);
        tools.ask("Fetch.enable", handling);
        return answering;
    }

    /** How often a user would have been asked. */
    int count() {
        return prompts.get();
    }

    private void goOn(JsonObject paused) {
        JsonObject parameters = new JsonObject();
        parameters.add("requestId", paused.get("requestId"));
        tools.command("Fetch.continueRequest", parameters);
    }

    private void answer(JsonObject required) {
        boolean first = prompts.incrementAndGet() == 1;
        JsonObject response = new JsonObject();
        response.addProperty("response", first ? "ProvideCredentials" : "CancelAuth");
        response.addProperty("username", user);
        response.addProperty("password", password);
        JsonObject parameters = new JsonObject();
        parameters.add("requestId", required.get("requestId"));
        parameters.add("authChallengeResponse", response);
        tools.command("Fetch.continueWithAuth", parameters);
    }
}
