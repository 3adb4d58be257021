package io.throughline.local.bench;

import com.fasterxml.jackson.databind.JsonNode;
import io.throughline.local.demo.Api;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.Map;

/** The health check and the list of jobs while nothing runs, and while long workflows do. */
final class BusyWorker {

    private static final int WORKFLOWS = 8;
    private static final int STEPS = 100;
    private static final int STEP_MILLIS = 1_000;
    private static final int REQUESTS = 1_000;
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String HEALTH = "/q/health/live";
    private static final String LIST = "/api/jobs";

    private final Api api;
    private final KeptConnection service;

    /** @param api of a tenant of the measurement's own, at the service itself as {@code service} is */
    BusyWorker(Api api, KeptConnection service) {
        this.api = api;
        this.service = service;
    }

    private record Measured(Latencies health, Latencies list) {}

    /** Idle comes last, when everything is as warm as it will be: it makes the comparison harder, not easier. */
    MarkdownTable measured() {
        measure();
        start();
        Measured busy;
        try {
            busy = measure();
        } finally {
            stop();
        }
        Measured idle = measure();
        return new MarkdownTable("what", "idle", WORKFLOWS + " workflows run", "ratio", "bar")
                .row(
                        "health check, median / p99",
                        idle.health().toString(),
                        busy.health().toString(),
                        "",
                        "p99 ≤ 50 ms")
                .row(
                        "health check, slowest of " + REQUESTS,
                        "%.1f ms".formatted(idle.health().slowest()),
                        "%.1f ms".formatted(busy.health().slowest()),
                        "",
                        "≤ 50 ms")
                .row(
                        "newest jobs, median / p99",
                        idle.list().toString(),
                        busy.list().toString(),
                        "%.2f".formatted(busy.list().median() / idle.list().median()),
                        "medians ≤ 2");
    }

    private Measured measure() {
        double[] health = new double[REQUESTS];
        double[] list = new double[REQUESTS];
        for (int number = 0; number < REQUESTS; number++) {
            health[number] = get(HEALTH);
            list[number] = get(LIST);
        }
        return new Measured(new Latencies(health), new Latencies(list));
    }

    private double get(String path) {
        long began = System.nanoTime();
        service.get(path);
        return Latencies.millisSince(began);
    }

    /** More steps than the measurement is long. They run three at a time, as far as one worker lets sleepers. */
    private void start() {
        StringBuilder definition = new StringBuilder("steps:\n");
        for (int step = 1; step <= STEPS; step++) {
            definition.append(
                    "  - {name: s%d, type: sleep, parameters: {millis: %d, steps: 10}}\n".formatted(step, STEP_MILLIS));
        }
        api.put("/api/workflows/definitions/long", BodyPublishers.ofString(definition.toString()), "application/yaml");
        for (int run = 0; run < WORKFLOWS; run++) {
            api.post("/api/workflows", Map.of("workflowName", "long"));
        }
        await(WORKFLOWS, "processing");
    }

    private void stop() {
        api.post("/api/jobs/cancel", Map.of("type", "workflow"));
        await(WORKFLOWS, "cancelled");
    }

    private void await(int workflows, String status) {
        api.await(
                status + " workflows",
                "/api/jobs?type=workflow&status=" + status,
                PATIENCE,
                answer -> answer.path("data").size() >= workflows,
                BusyWorker::counted);
    }

    private static String counted(JsonNode answer) {
        return answer.path("data").size() + " so far";
    }
}
