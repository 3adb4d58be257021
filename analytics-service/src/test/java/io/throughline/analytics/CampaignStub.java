package io.throughline.analytics;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.UUID;

/** Answers {@code GET /api/campaigns/instances/{id}} as campaign-service would, to the key the instance belongs to. */
public class CampaignStub implements QuarkusTestResourceLifecycleManager {

    private static final String ANY_KEY = "*";
    private static final String FAILS = "fails";

    private HttpServer server;

    /** Exists for every key: for suites that make their own. */
    public static UUID everybodys(UUID instance) {
        return owns(ANY_KEY, instance);
    }

    /** From now on the instance exists, for this key. A system property: stub and test have different class loaders. */
    public static UUID owns(String apiKey, UUID instance) {
        System.setProperty("campaign-stub." + instance, apiKey);
        return instance;
    }

    /** Campaign-service no longer shows the instance to anybody. */
    public static void forgets(UUID instance) {
        System.clearProperty("campaign-stub." + instance);
    }

    /** Campaign-service fails whenever it is asked for the instance. */
    public static UUID failsFor(UUID instance) {
        return owns(FAILS, instance);
    }

    @Override
    public Map<String, String> start() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.createContext("/api/campaigns/instances/", CampaignStub::answer);
        server.start();
        return Map.of(
                "throughline.services.campaign.url",
                "http://127.0.0.1:" + server.getAddress().getPort());
    }

    private static void answer(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        String id = path.substring(path.lastIndexOf('/') + 1);
        String owner = System.getProperty("campaign-stub." + id);
        boolean found = owner != null
                && (owner.equals(ANY_KEY)
                        || owner.equals(exchange.getRequestHeaders().getFirst("X-API-Key")));
        byte[] body = (found ? "{\"success\":true,\"data\":{\"id\":\"" + id + "\",\"status\":\"active\"}}" : "{}")
                .getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(FAILS.equals(owner) ? 500 : found ? 200 : 404, body.length);
        try (exchange) {
            exchange.getResponseBody().write(body);
        }
    }

    @Override
    public void stop() {
        server.stop(0);
    }
}
