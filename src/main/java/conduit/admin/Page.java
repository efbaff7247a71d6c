package conduit.admin;

import io.netty.handler.codec.http.HttpResponseStatus;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The files of the web page, which lie beside this class in the program and say nothing of what is
 * under way: a page is there before anybody can tell it a token. A file is known by its name alone,
 * so nothing outside of that folder can be asked for.
 */
final class Page {

    private static final String FIRST = "index.html";

    private static final Map<String, String> TYPES =
            Map.of(
                    "html", "text/html; charset=utf-8",
                    "css", "text/css; charset=utf-8",
                    "js", "text/javascript; charset=utf-8",
                    "svg", "image/svg+xml",
                    "png", "image/png");

    private Page() {}

    /** Whether a path names one of them. */
    static boolean has(String path) {
        return type(name(path)).isPresent() && Page.class.getResource(name(path)) != null;
    }

    /** One that there is. */
    static Answer answer(String path) {
        String name = name(path);
        try (@Nullable InputStream file = Page.class.getResourceAsStream(name)) {
            return file == null
                    ? Answer.notFound()
                    : Answer.ok(type(name).orElseThrow(), file.readAllBytes());
        } catch (IOException e) {
            return Answer.error(
                    HttpResponseStatus.INTERNAL_SERVER_ERROR, "the program cannot be read");
        }
    }

    private static String name(String path) {
        return path.equals("/") ? FIRST : path.substring(Math.min(1, path.length()));
    }

    private static Optional<String> type(String name) {
        return name.matches("[a-z0-9-]+\\.[a-z]+")
                ? Optional.ofNullable(TYPES.get(name.substring(name.indexOf('.') + 1)))
                : Optional.empty();
    }
}
