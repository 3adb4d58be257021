package io.throughline.local.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.throughline.local.stack.StackFailure;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Predicate;

/** The suite as a client sees it: JSON over HTTP at the gateway, with a key. */
public final class Api {

    private static final Duration LIMIT = Duration.ofSeconds(65);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final String url;
    private final String key;
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    public Api(String url, String key) {
        this.url = url;
        this.key = key;
    }

    /** The whole answer. @throws StackFailure unless it is a success */
    public JsonNode get(String path) {
        return send(path, "GET", BodyPublishers.noBody(), "application/json");
    }

    public JsonNode post(String path, Object body) {
        return send(path, "POST", BodyPublishers.ofString(json(body)), "application/json");
    }

    public JsonNode post(String path, BodyPublisher body, String contentType) {
        return send(path, "POST", body, contentType);
    }

    public JsonNode put(String path, BodyPublisher body, String contentType) {
        return send(path, "PUT", body, contentType);
    }

    private JsonNode send(String path, String method, BodyPublisher body, String contentType) {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url + path))
                .method(method, body)
                .header("X-API-Key", key)
                .header("Content-Type", contentType)
                .timeout(LIMIT)
                .build();
        try {
            HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
            if (response.statusCode() / 100 != 2) {
                throw refused(method + " " + path, response.statusCode(), response.body());
            }
            return JSON.readTree(response.body());
        } catch (IOException failed) {
            throw refused(method + " " + path, 0, failed.toString());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
    }

    private static StackFailure refused(String call, int status, String body) {
        String shown = body.length() > 600 ? body.substring(0, 600) + "…" : body;
        return new StackFailure(
                call + " answered " + (status == 0 ? "nothing" : status) + ": " + shown,
                "./throughline status, then ./throughline logs of the service that is meant");
    }

    /** Asks again until the condition holds. @param what is waited for, shown with every news and on failure */
    public JsonNode await(
            String what, String path, Duration limit, Predicate<JsonNode> done, Function<JsonNode, String> news) {
        Instant deadline = Instant.now().plus(limit);
        String shown = "";
        while (true) {
            JsonNode answer = get(path);
            String now = news.apply(answer);
            if (!now.equals(shown)) {
                System.out.println("     " + what + ": " + now);
                shown = now;
            }
            if (done.test(answer)) {
                return answer;
            }
            if (Instant.now().isAfter(deadline)) {
                throw new StackFailure(
                        "Waited " + limit.toSeconds() + " s for " + what + "; it stands at " + now + ".",
                        "./throughline logs");
            }
            pause();
        }
    }

    private static void pause() {
        try {
            Thread.sleep(250);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
    }

    public CompletableFuture<WebSocket> socket(String path, WebSocket.Listener listener) {
        return client.newWebSocketBuilder()
                .header("X-API-Key", key)
                .connectTimeout(Duration.ofSeconds(10))
                .buildAsync(URI.create(url.replaceFirst("^http", "ws") + path), listener);
    }

    static String json(Object value) {
        try {
            return JSON.writeValueAsString(value);
        } catch (IOException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
