package io.throughline.enrollment;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.throughline.platform.test.EmbeddedServers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** The embedded servers, and a campaign service that shows each instance and template to the key it belongs to. */
public class EnrollmentServers extends EmbeddedServers {

    private record Shown(String apiKey, String json) {}

    private static final Map<UUID, Shown> INSTANCES = new ConcurrentHashMap<>();
    private static final AtomicInteger READS = new AtomicInteger();
    private static HttpServer campaign;

    /** @param id of an instance or a template */
    public static void show(UUID id, String apiKey, String dataJson) {
        INSTANCES.put(id, new Shown(apiKey, dataJson));
    }

    public static int reads() {
        return READS.get();
    }

    @Override
    public Map<String, String> start() {
        Map<String, String> config = new HashMap<>(super.start());
        synchronized (EnrollmentServers.class) {
            try {
                if (campaign == null) {
                    campaign = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
                    campaign.createContext("/api/campaigns/instances/", EnrollmentServers::answer);
                    campaign.createContext("/api/campaigns/templates/", EnrollmentServers::answer);
                    campaign.start();
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        config.put(
                "throughline.services.campaign.url",
                "http://127.0.0.1:" + campaign.getAddress().getPort());
        return config;
    }

    private static void answer(HttpExchange exchange) throws IOException {
        READS.incrementAndGet();
        String path = exchange.getRequestURI().getPath();
        Shown shown = INSTANCES.get(UUID.fromString(path.substring(path.lastIndexOf('/') + 1)));
        boolean allowed = shown != null
                && shown.apiKey().equals(exchange.getRequestHeaders().getFirst("X-API-Key"));
        byte[] body = (allowed ? "{\"success\":true,\"data\":" + shown.json() + "}" : "{\"success\":false}")
                .getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(allowed ? 200 : 404, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }
}
