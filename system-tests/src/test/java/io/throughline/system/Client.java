package io.throughline.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** A client at the gateway. Asks again on 503, as the answer's {@code Retry-After} says: services are killed in tests. */
public final class Client {

    public static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final String url;
    private final String apiKey;

    public Client(String url, String apiKey) {
        this.url = url;
        this.apiKey = apiKey;
    }

    public JsonNode get(String path) {
        return send(HttpRequest.newBuilder().GET(), path);
    }

    /** What is no JSON. */
    String text(String path) {
        return answer(HttpRequest.newBuilder().GET(), path);
    }

    public JsonNode post(String path, String json) {
        return post(path, BodyPublishers.ofString(json), "application/json");
    }

    public JsonNode put(String path, String json) {
        return send(
                HttpRequest.newBuilder().PUT(BodyPublishers.ofString(json)).header("Content-Type", "application/json"),
                path);
    }

    JsonNode post(String path, BodyPublisher body, String contentType) {
        return send(HttpRequest.newBuilder().POST(body).header("Content-Type", contentType), path);
    }

    WebSocket socket(String path, WebSocket.Listener listener) {
        return http.newWebSocketBuilder()
                .header("X-API-Key", apiKey)
                .buildAsync(URI.create(url.replaceFirst("^http", "ws") + path), listener)
                .join();
    }

    private JsonNode send(HttpRequest.Builder request, String path) {
        String answer = answer(request, path);
        try {
            return JSON.readTree(answer);
        } catch (IOException e) {
            throw new AssertionError(path + " does not answer with JSON: " + answer, e);
        }
    }

    private String answer(HttpRequest.Builder request, String path) {
        HttpRequest ready = request.uri(URI.create(url + path))
                .header("X-API-Key", apiKey)
                .timeout(Duration.ofSeconds(60))
                .build();
        HttpResponse<String> answer = Awaitility.await(path)
                .atMost(120, TimeUnit.SECONDS)
                .pollInterval(Duration.ofMillis(200))
                .pollDelay(Duration.ZERO)
                .until(() -> once(ready), each -> each.statusCode() != 503);
        assertThat(answer.statusCode()).as("%s: %s", path, answer.body()).isBetween(200, 299);
        return answer.body();
    }

    private HttpResponse<String> once(HttpRequest request) throws IOException, InterruptedException {
        return http.send(request, HttpResponse.BodyHandlers.ofString());
    }
}
