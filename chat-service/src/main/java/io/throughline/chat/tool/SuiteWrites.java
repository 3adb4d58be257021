package io.throughline.chat.tool;

import com.fasterxml.jackson.databind.JsonNode;
import io.throughline.chat.tool.Action.Status;
import io.throughline.platform.events.Json;
import io.throughline.platform.http.RequestIds;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Locale;
import org.eclipse.microprofile.config.Config;
import org.jboss.logging.MDC;

/** Does what an action says, once, with the key of whoever confirmed it. */
@Singleton
class SuiteWrites {

    private static final Duration LIMIT = Duration.ofSeconds(5);

    private final Config config;
    private final Json json;
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(1))
            .build();

    SuiteWrites(Config config, Json json) {
        this.config = config;
        this.json = json;
    }

    record Outcome(Status status, String text) {}

    Outcome run(Action action, String apiKey) {
        String name = action.service().name().toLowerCase(Locale.ROOT);
        String base = config.getValue("throughline.services." + name + ".url", String.class);
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(base + action.path()))
                .timeout(LIMIT)
                .header("X-API-Key", apiKey)
                .header("Idempotency-Key", action.id().toString())
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(action.body() == null ? "" : json.text(action.body())));
        if (MDC.get("requestId") != null) {
            request.header(RequestIds.HEADER, MDC.get("requestId").toString());
        }
        try {
            return outcome(http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray()));
        } catch (IOException e) {
            return unknown();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return unknown();
        }
    }

    private Outcome outcome(HttpResponse<byte[]> answer) {
        if (answer.statusCode() >= 500) {
            return unknown();
        }
        JsonNode body = tree(answer.body());
        if (answer.statusCode() < 300) {
            JsonNode data = body.path("data");
            String state = data.path("status").asText("");
            String id = data.path("jobId").asText("");
            return new Outcome(
                    Status.DONE,
                    Untrusted.clean(("Done." + (id.isEmpty() ? "" : " Job " + id + ".")
                            + (state.isEmpty() ? "" : " It is " + state + " now."))));
        }
        return new Outcome(
                Status.REFUSED,
                Untrusted.clean(body.path("detail").asText("Refused with " + answer.statusCode() + ".")));
    }

    private JsonNode tree(byte[] body) {
        try {
            return json.tree(body);
        } catch (UncheckedIOException e) {
            return com.fasterxml.jackson.databind.node.MissingNode.getInstance();
        }
    }

    private static Outcome unknown() {
        return new Outcome(Status.UNKNOWN, "The suite did not answer; look whether it was done before trying again.");
    }
}
