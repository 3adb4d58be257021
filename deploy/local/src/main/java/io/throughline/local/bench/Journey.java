package io.throughline.local.bench;

import com.fasterxml.jackson.databind.JsonNode;
import io.throughline.local.demo.Api;
import io.throughline.local.demo.ContactFile;
import io.throughline.local.stack.StackState;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** The main job's three waits, measured through the gateway: import, bulk enrollment, report. */
public final class Journey {

    private static final int REPORTS = 200;
    private static final int MOST_DAYS = 365;
    private static final Duration PATIENCE = Duration.ofSeconds(180);

    private final Api api;
    private final ContactFile contacts;

    public Journey(StackState stack, ContactFile contacts) {
        this.api = new Api(stack.gateway().url(), stack.apiKey());
        this.contacts = contacts;
    }

    public void run() throws IOException {
        String instance = instance();
        long began = System.nanoTime();
        String job = api.post("/api/import/csv", BodyPublishers.ofFile(contacts.path()), "text/csv")
                .path("data")
                .path("jobId")
                .asText();
        api.await(
                "the import",
                "/api/jobs/" + job,
                PATIENCE,
                Journey::isEnded,
                answer -> answer.path("data").path("status").asText());
        double imported = millisSince(began);
        began = System.nanoTime();
        JsonNode enrolled = api.post(
                        "/api/campaigns/instances/" + instance + "/enrollments/bulk",
                        Map.of("filter", Map.of("importJobId", job)))
                .path("data");
        double enrolledIn = millisSince(began);
        String report = "/api/campaigns/instances/" + instance + "/performance?days=";
        double[] cached = reports(index -> report + 30);
        // Answers differ by period, so the first of each is not in the cache.
        double[] uncached = reports(index -> report + (31 + index % (MOST_DAYS - 31)));
        System.out.printf("%n| what | measured |%n|---|---|%n");
        System.out.printf("| cores | %d |%n", Runtime.getRuntime().availableProcessors());
        System.out.printf("| import of %d rows, request to completed | %.0f ms |%n", contacts.rows(), imported);
        System.out.printf(
                "| bulk enrollment of %d | %.0f ms |%n",
                enrolled.path("created").asInt(), enrolledIn);
        System.out.printf(
                "| report, cached, median / p99 of %d | %.1f / %.1f ms |%n",
                REPORTS, at(cached, 0.5), at(cached, 0.99));
        System.out.printf(
                "| report, not cached, median / p99 of %d | %.1f / %.1f ms |%n",
                REPORTS, at(uncached, 0.5), at(uncached, 0.99));
    }

    private String instance() {
        String template = api.post(
                        "/api/campaigns/templates",
                        Map.of(
                                "name",
                                "Measured",
                                "steps",
                                List.of(Map.of(
                                        "channel", "email", "delay", "PT0S", "subject", "Hello", "body", "Hello"))))
                .path("data")
                .path("id")
                .asText();
        return api.post(
                        "/api/campaigns/instances",
                        Map.of(
                                "name",
                                "Measured " + Instant.now(),
                                "templateId",
                                template,
                                "sender",
                                "Ann <ann@example.com>"))
                .path("data")
                .path("id")
                .asText();
    }

    private static boolean isEnded(JsonNode answer) {
        return List.of("completed", "failed", "cancelled")
                .contains(answer.path("data").path("status").asText());
    }

    private double[] reports(java.util.function.IntFunction<String> path) {
        double[] millis = new double[REPORTS];
        for (int index = 0; index < REPORTS; index++) {
            long began = System.nanoTime();
            api.get(path.apply(index));
            millis[index] = millisSince(began);
        }
        Arrays.sort(millis);
        return millis;
    }

    private static double at(double[] sorted, double share) {
        return sorted[(int) Math.ceil(share * sorted.length) - 1];
    }

    private static double millisSince(long began) {
        return (System.nanoTime() - began) / 1_000_000.0;
    }
}
