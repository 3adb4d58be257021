package io.throughline.chat;

import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.options;

import com.github.tomakehurst.wiremock.WireMockServer;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.util.HashMap;
import java.util.Map;

/**
 * Stands in for the other services of the suite and for Anthropic: speaks their HTTP. Without the argument {@code key}
 * no model is configured, whatever the environment says; with {@code stuck} the model is a {@link StuckModel}. Arguments
 * that begin with {@code throughline.} are settings.
 */
public class SuiteStub implements QuarkusTestResourceLifecycleManager {

    public static final String CAMPAIGN = "0198a000-0000-7000-8000-000000000001";
    public static final String OLDER_CAMPAIGN = "0198a000-0000-7000-8000-000000000002";

    public static final String JOB = "0198a000-0000-7000-8000-000000000077";

    private static WireMockServer server;
    private final Map<String, String> own = new HashMap<>();
    private String key = "";
    private String limit = "30S";
    private boolean stuck;

    public static WireMockServer server() {
        return server;
    }

    @Override
    public void init(Map<String, String> arguments) {
        key = arguments.getOrDefault("key", key);
        limit = arguments.getOrDefault("limit", limit);
        stuck = arguments.containsKey("stuck");
        arguments.forEach((name, value) -> {
            if (name.startsWith("throughline.")) {
                own.put(name, value);
            }
        });
    }

    @Override
    public Map<String, String> start() {
        server = new WireMockServer(options().dynamicPort().bindAddress("127.0.0.1"));
        server.start();
        Map<String, String> settings = new HashMap<>();
        for (String service : new String[] {"campaign", "enrollment", "analytics", "jobs"}) {
            settings.put("throughline.services." + service + ".url", server.baseUrl());
        }
        settings.put("throughline.chat.model.api-key", key);
        settings.put("throughline.chat.model.base-url", stuck ? StuckModel.start() : server.baseUrl());
        settings.put("throughline.chat.model.limit", limit);
        settings.putAll(own);
        return settings;
    }

    @Override
    public void stop() {
        server.stop();
    }

    public static void answerPost(String path, int status, String json) {
        server.stubFor(com.github.tomakehurst.wiremock.client.WireMock.post(urlPathEqualTo(path))
                .willReturn(com.github.tomakehurst.wiremock.client.WireMock.jsonResponse(json, status)));
    }

    /** Two campaigns, the newest a draft, with a report each; 3 contacts on two pages; jobs; monitor. */
    public static void usualSuite() {
        server.resetAll();
        answer("/api/campaigns/instances", """
                {"success":true,"data":[
                  {"id":"0198a000-0000-7000-8000-000000000009","name":"Not yet","status":"draft"},
                  {"id":"%s","name":"Spring launch","status":"active"},
                  {"id":"%s","name":"Winter","status":"completed"}],"page":{"next":null,"limit":200}}""".formatted(CAMPAIGN, OLDER_CAMPAIGN));
        answer("/api/campaigns/instances/" + CAMPAIGN + "/performance", report(10000, 9950, 3984, 812, 120, 50));
        answer("/api/campaigns/instances/" + OLDER_CAMPAIGN + "/performance", report(200, 0, 100, 20, 1, 3));
        answer("/api/campaigns/instances/" + CAMPAIGN, """
                {"success":true,"data":{"id":"%s","name":"Spring launch","status":"active"}}""".formatted(CAMPAIGN));
        answer("/api/campaigns/instances/" + OLDER_CAMPAIGN, """
                {"success":true,"data":{"id":"%s","name":"Winter","status":"completed"}}""".formatted(OLDER_CAMPAIGN));
        answer("/api/jobs/" + JOB, """
                {"success":true,"data":{"jobId":"%s","type":"import","status":"failed"}}""".formatted(JOB));
        answer("/api/workflows/definitions/onboard", """
                {"success":true,"data":{"name":"onboard"}}""");
        answer("/api/monitor", "{\"success\":true,\"data\":{\"job-worker\":{\"queue\":{\"pending\":17}}}}");
        contacts();
        jobs("processing", "{\"jobId\":\"j-1\",\"type\":\"import\",\"progress\":{\"done\":1200,\"total\":10000}}");
        jobs(
                "failed",
                "{\"jobId\":\"j-2\",\"type\":\"sleep\",\"attempt\":5,\"maxAttempts\":5,"
                        + "\"error\":{\"code\":\"boom\",\"message\":\"it broke\"}}");
        jobs("pending", "");
    }

    public static void answer(String path, String json) {
        server.stubFor(get(urlPathEqualTo(path)).willReturn(okJson(json)));
    }

    public static void answer(String path, String parameter, String value, String json) {
        server.stubFor(get(urlPathEqualTo(path))
                .withQueryParam(parameter, com.github.tomakehurst.wiremock.client.WireMock.equalTo(value))
                .atPriority(1)
                .willReturn(okJson(json)));
    }

    private static void contacts() {
        answer(
                "/api/contacts",
                "{\"success\":true,\"data\":[{\"id\":\"a\"},{\"id\":\"b\"}],\"page\":{\"next\":\"c 2\",\"limit\":2}}");
        answer(
                "/api/contacts",
                "cursor",
                "c 2",
                "{\"success\":true,\"data\":[{\"id\":\"c\"}],\"page\":{\"next\":null,\"limit\":2}}");
    }

    private static void jobs(String status, String job) {
        answer(
                "/api/jobs",
                "status",
                status,
                "{\"success\":true,\"data\":[" + job + "],\"page\":{\"next\":null,\"limit\":200}}");
    }

    public static String report(int sent, int delivered, int opened, int clicked, int replied, int bounced) {
        return """
                {"success":true,"cached":false,"data":{"instanceId":"x","asOf":"2026-11-01T00:00:00Z",
                 "enrollments":{"total":%1$d,"byStatus":{"active":%7$d,"replied":%5$d}},
                 "events":[{"channel":"email","eventType":"opened","total":99999,"unique":%3$d},
                           {"channel":"email","eventType":"bounced","total":%6$d,"unique":%6$d}],
                 "timeSeries":[{"date":"2026-11-01","channel":"email","eventType":"opened","total":1,"unique":1}],
                 "funnel":[{"stage":"enrolled","count":%1$d,"rate":1.0},{"stage":"sent","count":%1$d,"rate":1.0},
                           {"stage":"delivered","count":%2$d,"rate":%8$s},{"stage":"opened","count":%3$d,"rate":%9$s},
                           {"stage":"clicked","count":%4$d,"rate":%10$s},{"stage":"replied","count":%5$d,"rate":%11$s}],
                 "steps":[]}}""".formatted(
                        sent,
                        delivered,
                        opened,
                        clicked,
                        replied,
                        bounced,
                        sent - replied,
                        rate(delivered, sent),
                        rate(opened, sent),
                        rate(clicked, sent),
                        rate(replied, sent));
    }

    private static String rate(int part, int whole) {
        return Double.toString((double) part / whole);
    }
}
