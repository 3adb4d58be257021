package io.throughline.campaign.monitor;

import static io.throughline.campaign.Campaigns.as;
import static org.hamcrest.Matchers.aMapWithSize;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.hasKey;

import com.sun.net.httpserver.HttpServer;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.throughline.platform.test.EmbeddedServers;
import io.throughline.platform.test.TestKeys;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(EmbeddedServers.class)
class SuiteMonitorTest {

    private final List<HttpServer> others = new ArrayList<>();

    @AfterEach
    void stopOthers() {
        others.forEach(server -> server.stop(0));
        List.of("enrollment", "analytics", "chat", "jobs")
                .forEach(name -> System.clearProperty("throughline.services." + name + ".url"));
    }

    @Test
    void showsWhoDoesNotAnswer() {
        as(TestKeys.issue())
                .get("/api/monitor")
                .then()
                .statusCode(200)
                .body("data.services", aMapWithSize(5))
                .body("data.services.'campaign-service'.pool.limit", greaterThan(0))
                .body("data.services.'campaign-service'", hasKey("outbox"))
                .body("data.services.'enrollment-service'.status", equalTo("unreachable"))
                .body("data.services.'job-worker'.status", equalTo("unreachable"))
                .body("data.queues", aMapWithSize(0))
                .body("data.pools", aMapWithSize(1));
    }

    @Test
    void gathersAllServicesWithTheCallersKey() throws IOException {
        var key = TestKeys.issue();
        answer("enrollment", key.apiKey(), """
                {"lag":{"campaign.instances.v1":2,"engagement.events.v1":3},"pool":{"active":1}}""");
        answer("analytics", key.apiKey(), """
                {"lag":{"engagement.events.v1":40},"pool":{"active":2}}""");
        answer("chat", key.apiKey(), """
                {"lag":{"unavailable":"the broker did not answer"}}""");
        answer("jobs", key.apiKey(), """
                {"queue":{"pending":7},"pool":{"active":3}}""");

        as(key).get("/api/monitor")
                .then()
                .statusCode(200)
                .body("data.queues.pending", equalTo(7))
                .body("data.lag.'engagement.events.v1'", equalTo(43))
                .body("data.lag.'campaign.instances.v1'", equalTo(2))
                .body("data.pools.'job-worker'.active", equalTo(3))
                .body("data.pools", aMapWithSize(4))
                .body("data.services.'analytics-service'.pool.active", equalTo(2));
    }

    /** Stands in for another service; answers only to the key expected. */
    private void answer(String service, String apiKey, String figures) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/internal/monitor", exchange -> {
            boolean known = apiKey.equals(exchange.getRequestHeaders().getFirst("X-API-Key"));
            byte[] body = ("{\"success\":true,\"data\":" + figures + "}").getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(known ? 200 : 401, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
        others.add(server);
        System.setProperty(
                "throughline.services." + service + ".url",
                "http://127.0.0.1:" + server.getAddress().getPort());
    }
}
