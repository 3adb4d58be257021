package io.throughline.jobs.outside;

import io.throughline.jobs.outside.OutsideFailure.Reach;
import io.throughline.jobs.outside.OutsideFailure.Refused;
import io.throughline.jobs.outside.OutsideFailure.Unavailable;
import io.throughline.platform.events.Json;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import javax.net.ssl.SSLHandshakeException;

/** HTTP with one provider, or with endpoints of one kind. Where it goes a redirect does not say: it is an answer like others. */
final class Exchange implements AutoCloseable {

    private static final int LARGEST_ANSWER = 1 << 20;
    private static final Pattern PLACE = Pattern.compile("\\{([A-Za-z]+)}");

    private final OutsideSettings.Provider settings;
    private final String url;
    private final Json json;
    private final HttpClient client;

    /** @throws IllegalArgumentException when the URL is not one of http or https with a host */
    Exchange(String provider, OutsideSettings.Provider settings, Json json) {
        this(settings, json, settings.url().orElseThrow().strip());
        URI trial = URI.create(filled(Map.of()));
        if (trial.getHost() == null || !String.valueOf(trial.getScheme()).matches("https?")) {
            throw new IllegalArgumentException(
                    "throughline.outside." + provider + ".url must look like https://host/path?name={name}");
        }
    }

    /** @param url null: every request brings its own */
    Exchange(OutsideSettings.Provider settings, Json json, String url) {
        this.settings = settings;
        this.url = url;
        this.json = json;
        this.client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(settings.connectTimeout())
                .build();
    }

    /** What came back, whatever its status. */
    record Reply(int status, String retryAfter, byte[] body) {}

    Reply send(HttpRequest request) throws InterruptedException {
        CompletableFuture<HttpResponse<byte[]>> coming =
                client.sendAsync(request, head -> new BoundedBody(LARGEST_ANSWER));
        try {
            HttpResponse<byte[]> response = coming.get(settings.timeout().toMillis(), TimeUnit.MILLISECONDS);
            return new Reply(
                    response.statusCode(),
                    response.headers().firstValue("Retry-After").orElse(null),
                    response.body());
        } catch (TimeoutException e) {
            throw new Unavailable("no answer within " + settings.timeout().toMillis() + " ms", Reach.UNANSWERED);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof BoundedBody.TooLarge
                    || e.getCause().getCause() instanceof BoundedBody.TooLarge) {
                throw new Refused("the answer is larger than " + LARGEST_ANSWER + " bytes");
            }
            throw new Unavailable("no answer: " + e.getCause().getClass().getSimpleName(), reach(e.getCause()));
        } finally {
            coming.cancel(true);
        }
    }

    private static Reach reach(Throwable failure) {
        return failure instanceof ConnectException // and names that do not resolve
                        || failure instanceof HttpConnectTimeoutException
                        || failure instanceof SSLHandshakeException
                ? Reach.NOT_CONNECTED
                : Reach.UNANSWERED;
    }

    HttpRequest request(Ask ask) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(filled(ask.parameters())))
                .header("Accept", "application/json")
                .header("User-Agent", "throughline")
                .header("Idempotency-Key", ask.idempotencyKey())
                .header("Throughline-Attempt", ask.attempt());
        settings.apiKey()
                .filter(key -> !key.isBlank())
                .ifPresent(key -> request.header(
                        settings.keyHeader().orElse("Authorization"),
                        settings.keyHeader().isPresent() ? key : "Bearer " + key));
        return switch (settings.method()) {
            case GET -> request.GET().build();
            case POST ->
                request.header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofByteArray(json.bytes(ask.parameters())))
                        .build();
        };
    }

    private String filled(Map<String, String> parameters) {
        return PLACE.matcher(url)
                .replaceAll(
                        place -> URLEncoder.encode(parameters.getOrDefault(place.group(1), ""), StandardCharsets.UTF_8)
                                .replace("+", "%20"));
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
