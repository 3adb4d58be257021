package io.throughline.platform.suite;

import com.fasterxml.jackson.databind.JsonNode;
import io.throughline.platform.events.Json;
import io.throughline.platform.http.CommonErrors;
import io.throughline.platform.http.Problem;
import io.throughline.platform.http.RequestIds;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import org.eclipse.microprofile.config.Config;
import org.jboss.logging.MDC;

/**
 * Reads another service's HTTP API with the caller's own key, so that nobody sees more through a detour. At most 3 s;
 * a service that does not answer is a 503.
 */
@Singleton
public class SuiteApi {

    private static final Duration LIMIT = Duration.ofSeconds(3);

    /** The services by the name of their base URL: {@code throughline.services.<name>.url}. */
    public enum Service {
        CAMPAIGN,
        ENROLLMENT,
        ANALYTICS,
        CHAT,
        JOBS
    }

    private final Config config;
    private final Json json;
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(1))
            .build();

    SuiteApi(Config config, Json json) {
        this.config = config;
        this.json = json;
    }

    /**
     * The whole answer, envelope included.
     *
     * @param path with query, for example {@code /api/jobs?limit=5}
     * @return empty on 404
     */
    public Optional<JsonNode> read(Service service, String path, String apiKey) {
        String name = service.name().toLowerCase(java.util.Locale.ROOT);
        String base = config.getOptionalValue("throughline.services." + name + ".url", String.class)
                .orElseThrow(() -> unavailable(name, null));
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(base + path))
                .timeout(LIMIT)
                .header("X-API-Key", apiKey)
                .header("Accept", "application/json");
        if (MDC.get("requestId") != null) {
            request.header(RequestIds.HEADER, MDC.get("requestId").toString());
        }
        if (MDC.get("traceparent") != null) {
            request.header("traceparent", MDC.get("traceparent").toString());
        }
        try {
            HttpResponse<byte[]> answer = http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
            return switch (answer.statusCode()) {
                case 200 -> Optional.of(json.tree(answer.body()));
                case 404 -> Optional.empty();
                default -> throw unavailable(name, null);
            };
        } catch (IOException e) {
            throw unavailable(name, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unavailable(name, e);
        }
    }

    private static Problem unavailable(String service, Exception cause) {
        return new Problem(CommonErrors.UNAVAILABLE, "The " + service + " service does not answer.", cause);
    }
}
