package io.throughline.local.bench;

import com.fasterxml.jackson.databind.JsonNode;
import io.throughline.local.demo.Api;
import io.throughline.local.demo.ContactFile;
import io.throughline.local.stack.StackState;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
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
        MeasuredInstance instance = MeasuredInstance.create(api);
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
        double imported = Latencies.millisSince(began);
        began = System.nanoTime();
        JsonNode enrolled = api.post(
                        "/api/campaigns/instances/" + instance.id() + "/enrollments/bulk",
                        Map.of("filter", Map.of("importJobId", job)))
                .path("data");
        double enrolledIn = Latencies.millisSince(began);
        Latencies cached = Latencies.of(REPORTS, number -> api.get(instance.report(30)));
        // Answers differ by period, so the first of each is not in the cache.
        Latencies uncached = Latencies.of(REPORTS, number -> api.get(instance.report(31 + number % (MOST_DAYS - 31))));
        System.out.println();
        System.out.print(new MarkdownTable("what", "measured")
                .row("cores", Integer.toString(Runtime.getRuntime().availableProcessors()))
                .row(
                        "import of %d rows, request to completed".formatted(contacts.rows()),
                        "%.0f ms".formatted(imported))
                .row("bulk enrollment of " + enrolled.path("created").asInt(), "%.0f ms".formatted(enrolledIn))
                .row("report, cached, median / p99 of " + REPORTS, cached.toString())
                .row("report, not cached, median / p99 of " + REPORTS, uncached.toString()));
    }

    private static boolean isEnded(JsonNode answer) {
        return List.of("completed", "failed", "cancelled")
                .contains(answer.path("data").path("status").asText());
    }
}
