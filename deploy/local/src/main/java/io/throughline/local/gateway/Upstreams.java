package io.throughline.local.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** Questions the gateway asks all services at once. A service that does not answer in time counts as absent. */
final class Upstreams {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient client;
    private final Map<String, Integer> ports;

    Upstreams(Vertx vertx, Map<String, Integer> ports) {
        this.client = vertx.createHttpClient(new HttpClientOptions().setConnectTimeout(1_000));
        this.ports = new TreeMap<>(ports);
    }

    Future<Map<String, Boolean>> readiness() {
        return ask("/q/health/ready").map(answers -> {
            Map<String, Boolean> ready = new LinkedHashMap<>();
            answers.forEach((service, answer) -> ready.put(service, answer.isPresent()));
            return ready;
        });
    }

    /** The OpenAPI documents of the services that are up. */
    Future<Map<String, JsonNode>> documents() {
        return ask("/q/openapi?format=json").map(answers -> {
            Map<String, JsonNode> documents = new LinkedHashMap<>();
            answers.forEach((service, answer) ->
                    answer.flatMap(Upstreams::parsed).ifPresent(document -> documents.put(service, document)));
            return documents;
        });
    }

    private static Optional<JsonNode> parsed(Buffer body) {
        try {
            return Optional.of(JSON.readTree(body.getBytes()));
        } catch (IOException notJson) {
            return Optional.empty();
        }
    }

    private Future<Map<String, Optional<Buffer>>> ask(String uri) {
        Map<String, Future<Optional<Buffer>>> answers = new LinkedHashMap<>();
        ports.forEach((service, port) -> answers.put(service, ask(port, uri)));
        return Future.join(answers.values().stream().toList()).map(all -> {
            Map<String, Optional<Buffer>> bodies = new LinkedHashMap<>();
            answers.forEach((service, answer) -> bodies.put(service, answer.result()));
            return bodies;
        });
    }

    private Future<Optional<Buffer>> ask(int port, String uri) {
        return client.request(HttpMethod.GET, port, "127.0.0.1", uri)
                .compose(request -> request.send()
                        .compose(response -> response.body()
                                .map(body ->
                                        response.statusCode() == 200 ? Optional.of(body) : Optional.<Buffer>empty())))
                .timeout(3, TimeUnit.SECONDS)
                .otherwise(Optional.empty());
    }
}
