package io.throughline.local.bench;

import com.fasterxml.jackson.databind.JsonNode;
import io.throughline.local.demo.Api;
import io.throughline.local.stack.StackFailure;
import java.util.Map;
import java.util.UUID;

/** A tenant of the measurement's own: nobody else's rows are in its lists. */
record Tenant(UUID id, String apiKey) {

    private static final int TRIES = 50;

    static Tenant create(Api admin, String name) {
        JsonNode made = admin.post("/api/account/tenants", Map.of("name", name)).path("data");
        return new Tenant(
                UUID.fromString(made.path("tenantId").asText()),
                made.path("apiKey").asText());
    }

    /** Calls to a service that knows the new key by now; it is promised within two seconds. */
    Api at(String url) throws InterruptedException {
        Api api = new Api(url, apiKey);
        for (int attempt = 1; ; attempt++) {
            try {
                api.get("/api/jobs?limit=1");
                return api;
            } catch (StackFailure early) {
                if (attempt == TRIES) {
                    throw early;
                }
                Thread.sleep(100);
            }
        }
    }
}
